#include "installed.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>
#include <utility>

#include "support/catch.hpp"
#include "support/program.hpp"
#include "tcp/completeness.hpp"
#include "tcp/wireshark.hpp"

namespace tcplab::test {
namespace {

/// Of one four-tuple. Wireshark begins another stream with each SYN that has a new number, and flags that one.
struct Stream {
  WiresharkFlags flags;
  Completeness completeness;
  bool has_begun = false;
};

/// What tshark prints beside the segment, which it counts after that, but for the SYN of a stream on ports that were
/// used before. It counts nothing of a stream's first segment unless that is a SYN.
std::string completeness_beside(const Segment& segment, bool reuses_ports, Stream& stream) {
  const bool is_first = !std::exchange(stream.has_begun, true);
  if (reuses_ports) {
    Segment without_data = segment;
    without_data.length = 0;
    stream.completeness = {};
    stream.completeness.saw(without_data);
    return std::to_string(stream.completeness.value());
  }
  const unsigned before = stream.completeness.value();
  stream.completeness.saw(is_first && !is_plain_syn(segment.flags) ? Segment{} : segment);
  return std::to_string(before);
}

}  // namespace

std::string installed(const std::string& program) {
  const char* const found = std::getenv("PATH");
  std::istringstream path(std::string(found != nullptr ? found : "") + ":/usr/sbin:/sbin");
  for (std::string folder; std::getline(path, folder, ':');)
    if (::access((folder + "/" + program).c_str(), X_OK) == 0) return folder + "/" + program;
  skip(program + " is not installed");
}

std::string output_of(const std::string& program, const std::vector<std::string>& arguments) {
  Program running(program, arguments);
  const int status = running.end();
  INFO(running.err());
  REQUIRE(status == 0);
  return running.out();
}

bool has_rules_we_follow(const std::string& tshark) {
  return output_of(tshark, {"--version"}).find("(Wireshark) 4.0.") != std::string::npos;
}

std::map<std::uint64_t, Said> said_by_tshark(const std::string& tshark, const std::string& path) {
  std::vector<std::string> arguments = {"-n",
                                        "-r",
                                        path,
                                        "-Y",
                                        "tcp && !icmp",
                                        "-T",
                                        "fields",
                                        "-e",
                                        "frame.number",
                                        "-e",
                                        "tcp.completeness",
                                        "-e",
                                        "tcp.analysis.duplicate_ack_num"};
  const auto flags = WiresharkOpinion{.flags = ~0U}.names();
  for (const std::string_view flag : flags)
    arguments.insert(arguments.end(), {"-e", "tcp.analysis." + std::string(flag)});
  std::map<std::uint64_t, Said> said;
  std::istringstream lines(output_of(tshark, arguments));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream cells(line);
    std::string frame, number, cell;
    std::getline(cells, frame, '\t');
    Said& of = said[std::stoull(frame)];
    std::getline(cells, of.completeness, '\t');
    std::getline(cells, number, '\t');
    for (const std::string_view flag : flags)
      if (std::getline(cells, cell, '\t') && !cell.empty()) of.analysis += std::string(flag) + " ";
    if (!number.empty()) of.analysis += "#" + number;
  }
  return said;
}

std::map<std::uint64_t, Said> said_by_us(const Capture& capture) {
  std::map<std::uint64_t, Said> said;
  std::map<std::pair<Endpoint, Endpoint>, Stream> streams;
  for (const auto& [frame, seen] : by_frame(capture)) {
    const auto [lower, higher] = std::minmax(seen.connection->client, seen.connection->server);
    Stream& stream = streams[{lower, higher}];
    Segment segment = *seen.segment;
    segment.from = seen.connection->address(segment.from) == lower ? End::client : End::server;
    const WiresharkOpinion opinion = stream.flags.saw(segment);
    const bool reuses_ports = opinion.has(WiresharkOpinion::reused_ports) && is_plain_syn(segment.flags);
    Said& of = said[frame];
    of.completeness = completeness_beside(segment, reuses_ports, stream);
    for (const std::string_view name : opinion.names()) of.analysis += std::string(name) + " ";
    if (opinion.duplicate_ack_number > 0) of.analysis += "#" + std::to_string(opinion.duplicate_ack_number);
  }
  return said;
}

}  // namespace tcplab::test
