// What the fuzz targets begin with: the labs' own recordings, ladders, rules and event logs, as each target takes them.
#pragma once

#include <filesystem>

namespace tcplab::fuzz {

/// Writes `directory`/<target>/<seed> for every target, from the folder that holds the labs.
void make_corpora(const std::filesystem::path& labs, const std::filesystem::path& directory);

}  // namespace tcplab::fuzz
