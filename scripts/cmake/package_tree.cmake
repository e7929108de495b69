# Run by cpack on the tree that is about to be packed: what only a .deb has, and for every kind one date for all files, and
# rights that are nobody's own.
set(tree ${CPACK_TEMPORARY_DIRECTORY})

function(must)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${tree} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# Debian's policy: a copyright file, a changelog in its form, and both that and the manual page compressed.
if(CPACK_GENERATOR STREQUAL "DEB")
  set(doc usr/share/doc/tcplab)
  file(READ ${CPACK_TCPLAB_SOURCE}/LICENSE license)
  string(REGEX MATCH "Copyright [^\n]*" holder "${license}")
  string(REGEX REPLACE "^MIT License\n\n[^\n]*\n\n" "" license "${license}")
  string(REGEX REPLACE "\n\n" "\n.\n" license "${license}")
  string(REGEX REPLACE "\n([^\n])" "\n \\1" license "\n${license}")
  string(REPLACE "Copyright (c) " "" holder "${holder}")
  file(WRITE ${tree}/${doc}/copyright "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: tcplab

Files: *
Copyright: ${holder}
License: Expat

License: Expat${license}")
  file(REMOVE ${tree}/${doc}/LICENSE)

  string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC) # which is SOURCE_DATE_EPOCH's
  file(WRITE ${tree}/${doc}/changelog "tcplab (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium

  * ${doc}/docs/CHANGELOG.md tells what changed.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")
  must(gzip -9 -n ${doc}/changelog usr/share/man/man1/tcplab.1)
endif()

if(NOT CMAKE_HOST_WIN32)
  must(chmod -R u=rwX,go=rX .) # whatever the umask of who packs
endif()
if(DEFINED ENV{SOURCE_DATE_EPOCH} AND NOT CMAKE_HOST_WIN32)
  string(TIMESTAMP date "%Y%m%d%H%M.%S" UTC)
  set(ENV{TZ} UTC)
  must(find . -exec touch -h -t ${date} {} +)
endif()
