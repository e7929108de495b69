#include "ladder/row_facts.hpp"

#include <algorithm>

namespace tcplab {

std::string range_text(const SequenceRange& range) {
  return std::to_string(range.first) + ":" + std::to_string(range.end) + "(" + std::to_string(range.length) + ")";
}

std::string icmp_text(IcmpKind kind) {
  return std::to_string(kind.type) + "/" + std::to_string(kind.code);
}

bool is_bare_ack(const Row& row) {
  return row.flags == TcpFlags(TcpFlags::ack) && row.seq.value_or(SequenceRange{}).length == 0;
}

bool is_stray(const Ladder& captured, const Row& row) {
  if (row.protocol == Protocol::icmp) return false;  // a router's leaves no end
  return row.leg == Leg::arrival && row.segment && std::ranges::none_of(captured.rows, [&](const Row& other) {
           return other.segment == row.segment && other.leg != Leg::arrival;
         });
}

}  // namespace tcplab
