// The installed tshark and tcpdump, and what tshark says of a capture's segments beside what tcplab thinks it would.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "shared.hpp"

namespace tcplab::test {

/// Its path; where it is not installed, skips the test.
std::string installed(const std::string& program);
/// What it prints. It must succeed.
std::string output_of(const std::string& program, const std::vector<std::string>& arguments);
/// Whether it has the rules for tcp.analysis that tcplab follows, those of Wireshark 4.0.
bool has_rules_we_follow(const std::string& tshark);

/// Of one segment, printed in one pass.
struct Said {
  std::string completeness;
  std::string analysis;  ///< the names of its flags, and "#2" for a second duplicate ACK
};
/// By frames; of TCP segments only.
std::map<std::uint64_t, Said> said_by_tshark(const std::string& tshark, const std::string& path);
std::map<std::uint64_t, Said> said_by_us(const Capture& capture);

}  // namespace tcplab::test
