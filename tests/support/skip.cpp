#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include "support/catch.hpp"

#ifdef _WIN32
#include <windows.h>
#endif

namespace tcplab::test {

void skip(const std::string& why) {
  if (std::getenv("TCPLAB_REQUIRE_ALL") != nullptr) throw std::runtime_error("required, but cannot run here: " + why);
  std::cout << "skipped: " << why << std::endl;
  std::_Exit(4);
}

void leave_out_under_wine([[maybe_unused]] const std::string& why) {
#ifdef _WIN32
  if (::GetProcAddress(::GetModuleHandleW(L"ntdll.dll"), "wine_get_version") == nullptr) return;
  std::cout << "left out under Wine: " << why << std::endl;
  std::_Exit(4);
#endif
}

std::optional<std::string> shared_captures() {
  if (const char* folder = std::getenv("TCPLAB_CAPTURES"); folder != nullptr) return folder;
  const std::string why = "TCPLAB_CAPTURES is not set: other projects' captures are not part of tcplab";
  if (std::getenv("TCPLAB_REQUIRE_ALL") == nullptr) skip(why);
  WARN(why << ". NOTHING WAS CHECKED HERE.");
  return std::nullopt;
}

}  // namespace tcplab::test
