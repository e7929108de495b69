# cmake -D SOURCE=... -D OUTPUT=... -D VERSION=... -D COMPILER=... -D BUILD_TYPE=... -D SYSTEM=... -P commit.cmake: writes what
# `tcplab --version` tells into the header OUTPUT, and beside it commit.cmake for CPack. A file that would be the same is
# not touched, so that only a commit or an edit costs a build anything: one small file.
set(commit "")
set(date "")
set(epoch "")
set(changed 0)

function(git result)
  execute_process(COMMAND git -c safe.directory=${SOURCE} --no-optional-locks ${ARGN}
    WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE output ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    set(output "")
  endif()
  set(${result} "${output}" PARENT_SCOPE)
endfunction()

# In a checkout, not in a folder of somebody else's; in what `git archive` wrote, as that noted it.
file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/archived_commit.txt described REGEX "^[0-9a-f]+ ")
if(EXISTS ${SOURCE}/.git)
  git(described log -1 --format=%H\ %cs\ %ct)
  # What the programs are made of; a page of documentation is no other program.
  git(status status --porcelain -- CMakeLists.txt common labs/CMakeLists.txt labs/*.cpp scripts/cmake)
  if(status)
    set(changed 1)
  endif()
endif()
if(described MATCHES "^([0-9a-f]+) ([-0-9]+) ([0-9]+)$")
  string(SUBSTRING ${CMAKE_MATCH_1} 0 12 commit)
  set(date ${CMAKE_MATCH_2})
  set(epoch ${CMAKE_MATCH_3})
endif()

function(write_if_different file text)
  if(EXISTS ${file})
    file(READ ${file} before)
  endif()
  if(NOT "${before}" STREQUAL "${text}")
    file(WRITE ${file} "${text}")
  endif()
endfunction()

write_if_different(${OUTPUT} "// What is known when the command is built. Written by scripts/cmake/commit.cmake.
#pragma once

#define TCPLAB_BUILT_VERSION \"${VERSION}\"
#define TCPLAB_BUILT_COMMIT \"${commit}\"
#define TCPLAB_BUILT_DATE \"${date}\"
#define TCPLAB_BUILT_CHANGED ${changed}
#define TCPLAB_BUILT_COMPILER \"${COMPILER}\"
#define TCPLAB_BUILT_TYPE \"${BUILD_TYPE}\"
#define TCPLAB_BUILT_SYSTEM \"${SYSTEM}\"
")
get_filename_component(folder ${OUTPUT} DIRECTORY)
write_if_different(${folder}/commit.cmake "set(TCPLAB_COMMIT \"${commit}\")
set(TCPLAB_COMMIT_EPOCH \"${epoch}\")
")
