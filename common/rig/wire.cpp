// Store and forward by one thread: what a host sent is taken before and after the host is given anything,
// so the order in which the wire sees frames is the order in which causes had effects.
// What may happen to a frame on its way belongs between departed() and deliver().
#include "rig/wire.hpp"

#include <algorithm>
#include <utility>

#include "packet/packet.hpp"

namespace tcplab::rig {
namespace {

std::optional<Flow> tcp_flow(std::span<const std::uint8_t> frame) {
  const Packet packet = decode(LinkType::ethernet, frame);
  const TcpSegment* segment = packet.tcp();
  if (segment == nullptr || !packet.ip) return std::nullopt;
  return Flow{{packet.ip->source, segment->source_port}, {packet.ip->destination, segment->destination_port}};
}

}  // namespace

void Wire::drain(End host) {
  while (const auto bytes = ends_[host].read()) {
    ++frames_at_[host];
    last_activity_ = Clock::now();
    departed(host, {{bytes->begin(), bytes->end()}, tcp_flow(*bytes), last_activity_ + delay_});
  }
}

void Wire::departed(End from, Frame frame) {
  if (frame.flow) states_.sent(from, *frame.flow);
  towards_[peer_of(from)].push_back(std::move(frame));
}

std::optional<Clock::time_point> Wire::next_due() const {
  std::optional<Clock::time_point> next;
  for (const End to : {End::client, End::server}) {
    if (!towards_[to].empty()) next = std::min(next.value_or(Clock::time_point::max()), towards_[to].front().due);
  }
  return next;
}

void Wire::deliver_due() {
  for (auto due = next_due(); due && *due <= Clock::now(); due = next_due()) {
    const End to = !towards_.client.empty() && towards_.client.front().due == *due ? End::client : End::server;
    const Frame frame = std::move(towards_[to].front());
    towards_[to].pop_front();
    deliver(to, frame);
  }
}

void Wire::deliver(End to, const Frame& frame) {
  drain(to);
  if (frame.flow) states_.arriving(to, *frame.flow);
  ends_[to].write(frame.bytes);
  ++frames_at_[to];
  last_activity_ = Clock::now();
  if (frame.flow) states_.received(to, *frame.flow);
  drain(to);
}

}  // namespace tcplab::rig
