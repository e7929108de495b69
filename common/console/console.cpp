#include "console/console.hpp"

#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#include <windows.h>

#include <cstdio>
#include <iostream>
#endif

namespace tcplab {

#ifdef _WIN32
// What programs take in (arguments, names of files, variables) is UTF-8 by their manifest, utf8.manifest.
Console::Console() : code_page_before_(::GetConsoleOutputCP()) {
  ::_setmode(::_fileno(stdout), _O_BINARY);
  ::_setmode(::_fileno(stderr), _O_BINARY);
  if (code_page_before_ != 0) ::SetConsoleOutputCP(CP_UTF8);
}

Console::~Console() {
  std::cout.flush();
  if (code_page_before_ != 0) ::SetConsoleOutputCP(code_page_before_);
}
#else
Console::Console() = default;
Console::~Console() = default;
#endif

}  // namespace tcplab
