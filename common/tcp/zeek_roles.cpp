#include "tcp/zeek_roles.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace tcplab {
namespace {

/// Those for which a Zeek that nobody configured expects a protocol over TCP, in order.
constexpr auto likely_server_ports = std::to_array<std::uint16_t>(
    {21,   22,   25,   53,   79,   80,   81,   88,   135,  139,  143,  389,  443,  445,  502,  563,
     585,  587,  614,  631,  636,  989,  990,  992,  993,  995,  1080, 1434, 1883, 2811, 3128, 3268,
     3306, 3389, 5222, 5223, 5269, 5432, 6379, 6666, 6667, 6668, 6669, 8000, 8080, 8888, 20000});
static_assert(std::ranges::is_sorted(likely_server_ports));

bool is_likely_server_port(std::uint16_t port) {
  return std::ranges::binary_search(likely_server_ports, port);
}

}  // namespace

/// A SYN,ACK may be a scan, so where both ports speak for a server it counts as sent by the originator.
End zeek_originator(End sender, TcpFlags first_flags, std::uint16_t source_port, std::uint16_t destination_port) {
  if (is_plain_syn(first_flags) || !is_likely_server_port(source_port)) return sender;
  const bool is_decided_by_order = is_likely_server_port(destination_port);
  const bool is_from_server =
      !is_decided_by_order || (!first_flags.has(TcpFlags::syn) && source_port < destination_port);
  return is_from_server ? peer_of(sender) : sender;
}

ZeekRecord zeek_record_of(const Connection& connection) {
  std::optional<ZeekRecord> record;
  for (const Segment& segment : connection.segments) {
    if (segment.protocol != Protocol::tcp) continue;
    if (!record)
      record.emplace(zeek_originator(segment.from, segment.flags, connection.address(segment.from).port,
                                     connection.address(peer_of(segment.from)).port));
    record->saw(segment);
  }
  return record ? std::move(*record) : ZeekRecord();
}

}  // namespace tcplab
