# What `tcplab --version` tells: a header for common/cli/version.cpp, written now and again whenever a source has been edited
# or git has moved to another commit.
set(generated ${PROJECT_BINARY_DIR}/generated)
set(command ${CMAKE_COMMAND}
  -D SOURCE=${PROJECT_SOURCE_DIR} -D OUTPUT=${generated}/cli/build_values.hpp -D VERSION=${PROJECT_VERSION}
  -D "COMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}" -D BUILD_TYPE=$<CONFIG>
  -D "SYSTEM=${CMAKE_SYSTEM_NAME} ${CMAKE_SYSTEM_PROCESSOR}"
  -P ${PROJECT_SOURCE_DIR}/scripts/cmake/commit.cmake)

file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/common/*.[ch]pp ${PROJECT_SOURCE_DIR}/labs/*.cpp)
foreach(name IN ITEMS HEAD logs/HEAD)
  execute_process(COMMAND git -c safe.directory=${PROJECT_SOURCE_DIR} rev-parse --git-path ${name}
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE file OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  get_filename_component(file "${file}" ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR})
  if(EXISTS ${PROJECT_SOURCE_DIR}/.git AND EXISTS ${file})
    list(APPEND sources ${file})
  endif()
endforeach()

add_custom_command(OUTPUT ${generated}/cli/build_values.hpp
  COMMAND ${command}
  DEPENDS ${sources} ${PROJECT_SOURCE_DIR}/scripts/cmake/commit.cmake ${PROJECT_SOURCE_DIR}/scripts/cmake/archived_commit.txt
  COMMENT "Asking git for the commit" VERBATIM)
target_sources(tcplab PRIVATE ${generated}/cli/build_values.hpp)
target_include_directories(tcplab PRIVATE ${generated})

# Now as well, for whoever reads the sources without building them.
string(REPLACE "$<CONFIG>" "${CMAKE_BUILD_TYPE}" command "${command}")
execute_process(COMMAND ${command})
