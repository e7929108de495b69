# Read by cpack before it begins: a package has the date of its commit, not that of the day on which it was made.
include(${CPACK_TCPLAB_COMMIT})
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH} AND TCPLAB_COMMIT_EPOCH)
  set(ENV{SOURCE_DATE_EPOCH} ${TCPLAB_COMMIT_EPOCH})
endif()
