#include "tcpdump_text.hpp"

#include <regex>
#include <sstream>

#include "packet/tcp_options.hpp"

namespace tcplab::test {
namespace {

std::string endpoint(const Endpoint& of) {
  return to_string(of.address) + "." + std::to_string(of.port);
}

/// The fields of the text behind the ends: "Flags [S.], cksum 0x1 (correct), seq 1, ack 2, win 3, options [..], length
/// 0".
TcpdumpLine fields_of(std::string ends, std::string text) {
  static const std::regex checksum(R"(, cksum 0x[0-9a-f]+ \([^)]*\))"),
      options(R"(, options \[(.*?)\](?=, length \d|$))"), behind(R"((, length \d+).*$)"),
      remark(R"(, \[(ack|urg) \d+ != 0 while \w+ flag not set\])");
  TcpdumpLine line;
  line.ends = std::move(ends);
  line.is_cut_off = text.find("[|tcp]") != std::string::npos;
  text = std::regex_replace(std::regex_replace(text, checksum, ""), remark, "");
  std::smatch found;
  if (std::regex_search(text, found, options)) {
    line.options = found[1];
    text = std::string(found.prefix()) + std::string(found.suffix());
  }
  line.numbers = std::regex_replace(text, behind, "$1");
  return line;
}

}  // namespace

std::map<std::uint64_t, TcpdumpLine> read_tcpdump(const std::string& output) {
  static const std::regex numbered(R"(^ *(\d+)  )"), segment(R"((\S+ > [^ ]+): (Flags \[[^\]]*\], .*)$)");
  std::map<std::uint64_t, TcpdumpLine> lines;
  std::istringstream stream(output);
  std::uint64_t frame = 0;
  for (std::string line; std::getline(stream, line);) {
    const bool is_header = !line.starts_with("    ") || std::regex_search(line, numbered);
    if (line.starts_with("\t")) continue;
    std::smatch found;
    if (std::regex_search(line, found, numbered))
      frame = std::stoull(found[1]);
    else if (is_header)
      ++frame;
    if (std::regex_search(line, found, segment)) lines[frame] = fields_of(found[1], found[2]);
  }
  return lines;
}

/// The segment that is the first to tell both numbers is printed with them as they are, and sets what the rest count
/// from; a SYN,ACK always does.
TcpdumpPrinter::Bases TcpdumpPrinter::bases_for(const std::string& source, const std::string& destination,
                                                const Segment& segment) {
  if (options_.absolute || !segment.has(TcpFlags::ack)) return {};
  const auto forward = known_.find(source + destination), backward = known_.find(destination + source);
  if (!segment.has(TcpFlags::syn)) {
    if (forward != known_.end()) return forward->second;
    if (backward != known_.end()) return {backward->second.ack, backward->second.seq};
  }
  if (backward != known_.end())
    backward->second = {segment.ack.value() - 1, segment.seq.value()};
  else
    known_[source + destination] = {segment.seq.value(), segment.ack.value() - 1};
  return {};
}

TcpdumpLine TcpdumpPrinter::line_of(const Connection& connection, const Segment& segment) {
  const std::string source = endpoint(connection.address(segment.from)),
                    destination = endpoint(connection.address(peer_of(segment.from)));
  const Bases bases = bases_for(source, destination, segment);
  TcpdumpLine line;
  line.ends = source + " > " + destination;
  std::ostringstream text;
  text << "Flags [" << to_string(segment.flags) << "]";
  const std::uint32_t first = segment.seq.value() - bases.seq;
  const bool consumes = segment.length > 0 || segment.has(TcpFlags::syn) || segment.has(TcpFlags::fin);
  if (options_.every_number || consumes || segment.has(TcpFlags::rst)) text << ", seq " << first;
  if (segment.length > 0) text << ":" << first + segment.length;
  if (segment.has(TcpFlags::ack)) text << ", ack " << segment.ack.value() - bases.ack;
  text << ", win " << segment.window;
  if (segment.has(TcpFlags::urg)) text << ", urg " << segment.urgent_pointer;
  text << ", length " << segment.length;
  line.numbers = text.str();
  for (const TcpOption& option : tcp_options(segment.options))
    line.options += (line.options.empty() ? "" : ",") + to_string(option, SeqNum(bases.ack));
  return line;
}

}  // namespace tcplab::test
