# Cross-building for Windows with mingw-w64, on Debian and its kin: the preset `windows` (scripts/test-windows) uses it.
# Built programs run under Wine, by tests/windows/wine. Building on Windows itself needs none of this.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
get_filename_component(CMAKE_CROSSCOMPILING_EMULATOR ${CMAKE_CURRENT_LIST_DIR}/../../tests/windows/wine ABSOLUTE)

# Programs that run anywhere: no DLL of the compiler's beside them.
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)

# The libraries that tcplab uses are headers, so this system's packages serve. But not by -isystem /usr/include, where
# Linux's C library is as well: a folder of its own has links to them, and their CMake configurations, which find the
# headers by where they themselves are.
set(tcplab_packages ${CMAKE_BINARY_DIR}/packages)
if(NOT CMAKE_BINARY_DIR MATCHES CMakeFiles AND NOT EXISTS ${tcplab_packages}/complete.cmake)
  file(REMOVE_RECURSE ${tcplab_packages})
  file(MAKE_DIRECTORY ${tcplab_packages}/include)
  foreach(header IN ITEMS asio asio.hpp catch2 cxxopts.hpp nlohmann toml++)
    if(NOT EXISTS /usr/include/${header})
      message(FATAL_ERROR "/usr/include/${header} is missing: scripts/test-windows installs it")
    endif()
    file(CREATE_LINK /usr/include/${header} ${tcplab_packages}/include/${header} SYMBOLIC)
  endforeach()
  foreach(package IN ITEMS Catch2 cxxopts nlohmann_json tomlplusplus)
    file(GLOB configuration /usr/lib/cmake/${package} /usr/share/cmake/${package} /usr/lib/*/cmake/${package})
    if(NOT configuration)
      message(FATAL_ERROR "The CMake configuration of ${package} is missing: scripts/test-windows installs it")
    endif()
    get_filename_component(parent ${configuration} DIRECTORY)
    file(RELATIVE_PATH parent /usr ${parent})
    # Without what the package has compiled for Linux (Catch2's main).
    file(COPY ${configuration} DESTINATION ${tcplab_packages}/${parent} PATTERN "*Targets-none.cmake" EXCLUDE)
    file(APPEND ${tcplab_packages}/found.cmake "set(${package}_DIR \"${tcplab_packages}/${parent}/${package}\")\n")
    if(package STREQUAL tomlplusplus)
      # Debian's names its shared library; without that it is all headers as well.
      file(WRITE ${tcplab_packages}/${parent}/${package}/tomlplusplusConfig.cmake
        "add_library(tomlplusplus::tomlplusplus INTERFACE IMPORTED)\n"
        "target_include_directories(tomlplusplus::tomlplusplus INTERFACE \"${tcplab_packages}/include\")\n")
    endif()
  endforeach()
  file(RENAME ${tcplab_packages}/found.cmake ${tcplab_packages}/complete.cmake)
endif()
include(${tcplab_packages}/complete.cmake OPTIONAL)

set(CMAKE_FIND_ROOT_PATH ${tcplab_packages} /usr/x86_64-w64-mingw32)
set(CMAKE_PREFIX_PATH /)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
