#include "cli/version.hpp"

#include "cli/build_values.hpp"

namespace tcplab::cli {

std::string version_number() {
  return TCPLAB_BUILT_VERSION;
}

std::string version_date() {
  return TCPLAB_BUILT_DATE;
}

std::string version_text() {
  std::string commit = TCPLAB_BUILT_COMMIT;
  if (commit.empty())
    commit = "unknown";
  else
    commit += " of " + version_date() + (TCPLAB_BUILT_CHANGED != 0 ? ", with changes" : "");
  return "tcplab " + version_number() + "\ncommit    " + commit +
         "\ncompiler  " TCPLAB_BUILT_COMPILER "\nbuild     " TCPLAB_BUILT_TYPE ", " TCPLAB_BUILT_SYSTEM "\n";
}

}  // namespace tcplab::cli
