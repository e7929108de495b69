# Where an installed tree has what, by GNUInstallDirs; and how the command finds it from its own folder, wherever the tree is.
include(GNUInstallDirs)

set(TCPLAB_FOLDERS_DESTINATION ${CMAKE_INSTALL_DATADIR}/tcplab/labs)     # handouts, ladders, sources, references
set(TCPLAB_PROGRAMS_DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/tcplab/labs) # the labs' programs, and the list of labs

file(RELATIVE_PATH TCPLAB_FOLDERS_FROM_BIN ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_DATADIR}/tcplab/labs)
file(RELATIVE_PATH TCPLAB_PROGRAMS_FROM_BIN ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBEXECDIR}/tcplab/labs)
