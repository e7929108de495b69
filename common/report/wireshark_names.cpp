// What Wireshark's packet list would call the segments of a connection: a part of row_prose.hpp, which see.
#include <algorithm>
#include <array>

#include "report/row_prose.hpp"
#include "tcp/wireshark.hpp"

namespace tcplab {
namespace {

/// As the packet list has them, in the order of WiresharkOpinion's bits.
constexpr std::array<std::string_view, 18> shown = {"[TCP Retransmission]",
                                                    "[TCP Fast Retransmission]",
                                                    "[TCP Spurious Retransmission]",
                                                    "[TCP Out-Of-Order]",
                                                    "[TCP Previous segment not captured]",
                                                    "[TCP ACKed unseen segment]",
                                                    "[TCP Dup ACK]",
                                                    "[TCP ZeroWindow]",
                                                    "[TCP ZeroWindowProbe]",
                                                    "[TCP ZeroWindowProbeAck]",
                                                    "[TCP Window Update]",
                                                    "[TCP Window Full]",
                                                    "[TCP Keep-Alive]",
                                                    "[TCP Keep-Alive ACK]",
                                                    "[TCP Port numbers reused]",
                                                    "[TCP SYN with TFO Cookie]",
                                                    "[TCP SYN-ACK accepting TFO data]",
                                                    "[TCP SYN-ACK ignoring TFO data]"};

/// Wireshark sees one capture. Of two it is the client's, in that one's order.
std::vector<std::size_t> order_at_client(const std::vector<Segment>& segments) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < segments.size(); ++i)
    if (segments[i].protocol == Protocol::tcp && segments[i].seen_at(End::client)) order.push_back(i);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return segments[i].seen_at(End::client)->frame; });
  return order;
}

}  // namespace

std::string wireshark_names(std::uint32_t flags) {
  // A fast or spurious one counts as a retransmission too, which the list does not say.
  constexpr std::uint32_t retransmission = 1, fast_or_spurious = 6;
  if ((flags & fast_or_spurious) != 0) flags &= ~retransmission;
  std::string names;
  for (std::size_t bit = 0; bit < shown.size(); ++bit) {
    if ((flags >> bit & 1U) == 0) continue;
    if (!names.empty()) names += ' ';
    names += shown[bit];
  }
  return names;
}

std::vector<std::uint32_t> wireshark_flags_of(const Connection& connection) {
  const auto& segments = connection.segments;
  std::vector<std::uint32_t> flags(segments.size(), 0);
  WiresharkFlags wireshark(connection.reuses_ports);
  if (connection.vantage == Vantage::both_ends) {
    for (const std::size_t i : order_at_client(segments)) {
      Segment segment = segments[i];
      segment.departed = segment.seen_at(End::client);
      flags[i] = wireshark.saw(segment).flags;
    }
    return flags;
  }
  for (std::size_t i = 0; i < segments.size(); ++i)
    if (segments[i].protocol == Protocol::tcp) flags[i] = wireshark.saw(segments[i]).flags;
  return flags;
}

}  // namespace tcplab
