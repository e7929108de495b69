// Says what a file is that is neither pcap nor pcapng, and what to do about it.
// It guesses from the first bytes and serves error messages only.
#pragma once

#include <cstddef>
#include <string>

#include "packet/bytes.hpp"

namespace tcplab {

/// How many first bytes tell; fewer will do.
constexpr std::size_t foreign_file_bytes = 64;

/// As in "it is compressed with gzip; unpack it first with gunzip".
std::string foreign_file(ByteView beginning);

}  // namespace tcplab
