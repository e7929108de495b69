// Which tcplab this is: version, commit, compiler.
// It compares no versions and asks nobody for a newer one.
#pragma once

#include <string>

namespace tcplab::cli {

/// What `tcplab --version` prints: "tcplab 0.1.0", then a line for each further fact.
std::string version_text();

/// "0.1.0".
std::string version_number();

/// The day of the commit, as 2026-11-20; empty where that was not known when it was built.
std::string version_date();

}  // namespace tcplab::cli
