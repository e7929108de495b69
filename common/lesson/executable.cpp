#include "lesson/executable.hpp"

#if defined(_WIN32)
#include <windows.h>

#include <system_error>
#elif defined(__APPLE__)
#include <mach-o/dyld.h>

#include <cerrno>
#include <string>
#include <system_error>
#endif

namespace tcplab {

std::filesystem::path executable_path() {
#if defined(_WIN32)
  wchar_t path[32768];
  const DWORD length = GetModuleFileNameW(nullptr, path, 32768);
  if (length == 0)
    throw std::system_error(static_cast<int>(GetLastError()), std::system_category(),
                            "cannot find the program's own file");
  return std::filesystem::path(path, path + length);
#elif defined(__APPLE__)
  std::uint32_t size = 0;
  _NSGetExecutablePath(nullptr, &size);
  std::string path(size, '\0');
  if (_NSGetExecutablePath(path.data(), &size) != 0)
    throw std::system_error(ENAMETOOLONG, std::generic_category(), "cannot find the program's own file");
  return std::filesystem::canonical(path.c_str());
#else
  return std::filesystem::canonical("/proc/self/exe");
#endif
}

}  // namespace tcplab
