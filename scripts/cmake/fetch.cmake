# With TCPLAB_FETCH: the libraries from their own repositories, for a machine without packages of them.
# Only their headers are used, so their own CMake projects stay out, but for Catch2's, which is a library.
include(FetchContent)

# tcplab_fetch(NAME URL TAG [INCLUDE TARGET]): INCLUDE is the folder of its headers, TARGET what the project links.
function(tcplab_fetch name url tag)
  set(project "")
  if(ARGC GREATER 3)
    set(project SOURCE_SUBDIR no-project)
  endif()
  FetchContent_Declare(${name} GIT_REPOSITORY ${url} GIT_TAG ${tag} GIT_SHALLOW ON ${project})
  FetchContent_MakeAvailable(${name})
  if(ARGC GREATER 3)
    add_library(${ARGV4} INTERFACE IMPORTED GLOBAL)
    target_include_directories(${ARGV4} INTERFACE ${${name}_SOURCE_DIR}/${ARGV3})
  endif()
  set(${name}_SOURCE_DIR ${${name}_SOURCE_DIR} PARENT_SCOPE)
endfunction()

tcplab_fetch(asio https://github.com/chriskohlhoff/asio asio-1-30-2 asio/include asio::asio)
tcplab_fetch(cxxopts https://github.com/jarro2783/cxxopts v3.2.1 include cxxopts::cxxopts)
tcplab_fetch(nlohmann_json https://github.com/nlohmann/json v3.11.3 include nlohmann_json::nlohmann_json)
tcplab_fetch(tomlplusplus https://github.com/marzer/tomlplusplus v3.4.0 include tomlplusplus::tomlplusplus)
if(TCPLAB_TESTS AND NOT TCPLAB_FUZZ)
  set(Catch2_VERSION 3.7.1)
  tcplab_fetch(catch2 https://github.com/catchorg/Catch2 v${Catch2_VERSION})
  list(APPEND CMAKE_MODULE_PATH ${catch2_SOURCE_DIR}/extras)
  # Its headers are not the project's to warn of.
  get_target_property(includes Catch2 INTERFACE_INCLUDE_DIRECTORIES)
  set_target_properties(Catch2 PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${includes}")
endif()
