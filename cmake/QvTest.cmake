# SPDX-License-Identifier: GPL-3.0-or-later

# What a test says of itself in its head, word=value[,value]: np, labels, timeout, and these words,
# which become a property of the test.
set(qv_property_words lock RESOURCE_LOCK setup FIXTURES_SETUP fixture FIXTURES_REQUIRED
    cleanup FIXTURES_CLEANUP)

# Each word as qv_<word> in the caller's scope, and the properties as the list qv_properties.
function(qv_read_head source)
  file(STRINGS ${CMAKE_CURRENT_SOURCE_DIR}/${source} head LIMIT_COUNT 12 REGEX "qv-test:")
  if(NOT head)
    message(FATAL_ERROR "tests/${source}: no line 'qv-test: np=… labels=… timeout=…' in its head")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  foreach(word np labels timeout)
    set(qv_${word} "" PARENT_SCOPE)
    if("${head}" MATCHES " ${word}=([^ ;]+)")
      string(REPLACE "," ";" value "${CMAKE_MATCH_1}")
      set(qv_${word} "${value}" PARENT_SCOPE)
    endif()
  endforeach()
  set(words ${qv_property_words})
  set(properties "")
  while(words)
    list(POP_FRONT words word property)
    if("${head}" MATCHES " ${word}=([^ ;]+)")
      list(APPEND properties ${property} ${CMAKE_MATCH_1})
    endif()
  endwhile()
  set(qv_properties "${properties}" PARENT_SCOPE)
endfunction()

# qv_register_test(NAME name NP n COMMAND …): own empty folder, labels, time-out, environment.
function(qv_register_test)
  cmake_parse_arguments(T "" "NAME;NP" "COMMAND" ${ARGN})
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/work/${T_NAME})
  add_test(NAME ${T_NAME}
    COMMAND bash ${PROJECT_SOURCE_DIR}/tests/support/in_folder.sh ${folder} ${T_COMMAND})
  math(EXPR processors "${T_NP}")
  if(processors GREATER 2)
    set(processors 2)
  endif()
  set_tests_properties(${T_NAME} PROPERTIES
    LABELS "${qv_labels};np${T_NP}" TIMEOUT "${qv_timeout}" PROCESSORS ${processors}
    SKIP_RETURN_CODE 77 ${qv_properties}
    ENVIRONMENT "QUADRIVIUM=$<TARGET_FILE:quadrivium_program>;QV_SOURCE=${PROJECT_SOURCE_DIR};QV_BUILD=${PROJECT_BINARY_DIR};QV_CONFIG=${CMAKE_BUILD_TYPE};NP=${T_NP}")
endfunction()

function(qv_add_test_program source)
  qv_read_head(${source})
  get_filename_component(stem ${source} NAME_WE)
  get_filename_component(room ${source} DIRECTORY)
  string(REGEX REPLACE "^unit/?" "" room "${room}")
  string(REPLACE "/" "." room "${room}")
  string(REGEX REPLACE "^test_" "" stem ${stem})
  set(target test_${room}_${stem})
  string(REPLACE "." "_" target ${target})
  add_executable(${target} ${source})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/bin)
  target_link_libraries(${target} PRIVATE qv_test_support)
  foreach(np IN LISTS qv_np)
    qv_register_test(NAME unit.${room}.${stem}.np${np} NP ${np}
      COMMAND mpiexec -n ${np} $<TARGET_FILE:${target}>)
  endforeach()
endfunction()

function(qv_add_test_script source)
  qv_read_head(${source})
  string(REGEX REPLACE "^\\.\\./|\\.sh$" "" name ${source})
  string(REPLACE "/" "." name ${name})
  foreach(np IN LISTS qv_np)
    set(full ${name})
    list(LENGTH qv_np counts)
    if(counts GREATER 1)
      set(full ${name}.np${np})
    endif()
    qv_register_test(NAME ${full} NP ${np} COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/${source})
  endforeach()
endfunction()
