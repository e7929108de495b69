#include "script.hpp"

#include <algorithm>

namespace tcplab::bench {

Script::Script(std::uint64_t seed) : random_(seed) {
  way_us_ = {random_.between(100, 3000), random_.between(500, 1U << random_.between(10, 16))};
}

void Script::put(End from, std::uint8_t flags, std::uint32_t length) {
  put_crossing(from, flags, length);
  hear(peer_of(from));
}

void Script::put_crossing(End from, std::uint8_t flags, std::uint32_t length) {
  std::uint32_t& next = next_[index(from)];
  add({.seq = next, .length = static_cast<std::uint16_t>(length), .flags = flags, .from = from});
  next += length + ((flags & (flag::syn | flag::fin)) != 0 ? 1 : 0);
}

void Script::hear(End end) {
  heard_[index(end)] = next_[index(peer_of(end))];
}

void Script::put_late_syn_ack(End from) {
  add({.flags = flag::syn | flag::ack, .from = from});
}

void Script::repeat(End from, std::uint32_t after_us, std::uint32_t times) {
  const auto latest = std::find_if(steps.rbegin(), steps.rend(), [&](const Step& step) { return step.from == from; });
  const Step step = *latest;
  for (; times > 0; --times, after_us *= 2) {
    wait(after_us);
    truth.retransmissions[index(from)]++;
    add(step);
  }
}

void Script::begin_amidst(std::uint32_t client_numbers, std::uint32_t server_numbers) {
  next_ = {client_numbers, server_numbers};
  heard_ = {server_numbers, client_numbers};
}

void Script::add(Step step) {
  step.delay_us = delay_of(step.from) + waiting_us_;
  step.ack = (step.flags & flag::ack) != 0 ? heard_[index(step.from)] : 0;
  waiting_us_ = 0;
  elapsed_us_ += step.delay_us;
  truth.segments[index(step.from)]++;
  truth.bytes[index(step.from)] += step.length;
  steps.push_back(step);
}

std::uint32_t Script::delay_of(End from) {
  if (steps.empty()) return 0;
  if (from == steps.back().from) return random_.between(12, 150);
  const std::uint32_t way = way_us_[index(from)];
  return way + random_.below(way / 8 + 40);
}

}  // namespace tcplab::bench
