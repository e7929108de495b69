# What is installed beside the programs, and how cpack makes packages of it (docs/packaging.md).
# It knows no dependencies but those that no linker sees: tcpdump.
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(NOT WIN32)
  # README.md names labs/..., and handouts name ../../docs/...: so that these lead somewhere.
  file(RELATIVE_PATH labs_from_doc ${CMAKE_INSTALL_FULL_DOCDIR} ${CMAKE_INSTALL_FULL_DATADIR}/tcplab/labs)
  file(RELATIVE_PATH docs_from_data ${CMAKE_INSTALL_FULL_DATADIR}/tcplab ${CMAKE_INSTALL_FULL_DOCDIR}/docs)
  install(CODE "
    set(root \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\")
    file(CREATE_LINK ${labs_from_doc} \"\${root}/${CMAKE_INSTALL_DOCDIR}/labs\" SYMBOLIC)
    file(CREATE_LINK ${docs_from_data} \"\${root}/${CMAKE_INSTALL_DATADIR}/tcplab/docs\" SYMBOLIC)")
endif()

find_program(TCPLAB_DPKG_DEB dpkg-deb DOC "Where there is one, cpack makes a .deb, else an archive")
mark_as_advanced(TCPLAB_DPKG_DEB)
if(WIN32)
  set(CPACK_GENERATOR ZIP)
elseif(TCPLAB_DPKG_DEB)
  set(CPACK_GENERATOR DEB)
else()
  set(CPACK_GENERATOR TGZ)
endif()
set(CPACK_PACKAGE_NAME tcplab)
set(CPACK_PACKAGE_VENDOR "the tcplab authors")
set(CPACK_PACKAGE_CONTACT "the tcplab authors <tcplab@localhost>" CACHE STRING "Name <address> of who makes the package")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Cause, record and read how TCP connections open and end")
set(CPACK_PACKAGE_DESCRIPTION "Pairs of small client and server programs make TCP do one thing each.
A recorder captures them between two real kernels, without root; an analyser
draws every segment with the states of both ends, of these recordings and of
anyone's captures, and says what happened and why.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The analyser needs no tcpdump; recording does, and apt installs what is recommended.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS tcpdump)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS wireshark)

# Variables of ours that the two scripts read.
set(CPACK_TCPLAB_COMMIT ${PROJECT_BINARY_DIR}/generated/cli/commit.cmake)
set(CPACK_TCPLAB_SOURCE ${PROJECT_SOURCE_DIR})
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/package_date.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/package_tree.cmake)
include(CPack)
