# SPDX-License-Identifier: GPL-3.0-or-later
# generated/solvers/run/version.h: version, git commit (empty outside a checkout), compiler, flags.
find_package(Git QUIET)
set(QV_COMMIT "")
if(GIT_FOUND AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} -C ${PROJECT_SOURCE_DIR} describe --always --dirty
                  OUTPUT_VARIABLE QV_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
configure_file(${PROJECT_SOURCE_DIR}/cmake/version.h.in
               ${PROJECT_BINARY_DIR}/generated/solvers/run/version.h @ONLY)
