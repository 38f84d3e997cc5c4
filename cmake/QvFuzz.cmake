# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzz targets for libFuzzer: tests/fuzz/fuzz_<name>.c gives bin/fuzz_<name>. They need clang, and
# the library under test compiled with the same instruments; scripts/fuzz.sh builds and runs them.
option(QV_FUZZ "Build the fuzz targets (clang only)" OFF)
if(NOT QV_FUZZ)
  return()
endif()
if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "QV_FUZZ needs clang, not ${CMAKE_C_COMPILER_ID}")
endif()

set(qv_fuzz_instruments -fsanitize=fuzzer-no-link,address,undefined
    -fno-sanitize-recover=undefined -fno-omit-frame-pointer -U_FORTIFY_SOURCE)
target_compile_options(quadrivium PUBLIC ${qv_fuzz_instruments})
target_link_options(quadrivium PUBLIC -fsanitize=address,undefined)

file(GLOB targets CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} fuzz/fuzz_*.c)
foreach(source IN LISTS targets)
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/bin)
  target_link_libraries(${name} PRIVATE quadrivium)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
endforeach()
