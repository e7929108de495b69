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

/// Wireshark sees one capture. Of two it is the client's, in that one's order.
std::vector<std::uint32_t> wireshark_flags_of(const Connection& connection) {
  const auto& segments = connection.segments;
  std::vector<std::uint32_t> flags(segments.size(), 0);
  std::vector<std::size_t> order;
  order.reserve(segments.size());
  const bool is_both = connection.vantage == Vantage::both_ends;
  const auto at_client = [&](std::size_t i) -> const std::optional<Sighting>& {
    return segments[i].from == End::client ? segments[i].departed : segments[i].arrived;
  };
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].protocol == Protocol::tcp && (!is_both || at_client(i))) order.push_back(i);
  }
  if (is_both) std::ranges::stable_sort(order, {}, [&](std::size_t i) { return at_client(i)->frame; });
  WiresharkFlags wireshark(connection.reuses_ports);
  for (const std::size_t i : order) {
    Segment segment = segments[i];
    if (is_both) segment.departed = at_client(i);
    flags[i] = wireshark.saw(segment).flags;
  }
  return flags;
}

}  // namespace tcplab
