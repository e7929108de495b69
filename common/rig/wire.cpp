// Store and forward by one thread: what a host sent is taken before and after the host is given anything,
// so the order in which the wire sees frames is the order in which causes had effects.
// A rule is obeyed in the instant of its cause: no timer stands between the two unless the rule names a time.
#include "rig/wire.hpp"

#include <algorithm>
#include <utility>

#include "packet/packet.hpp"

namespace tcplab::rig {
namespace {

Packet decoded(const FrameBytes& bytes) {
  return decode(LinkType::ethernet, bytes);
}

std::optional<Flow> tcp_flow(const Packet& packet) {
  const TcpSegment* segment = packet.tcp();
  if (segment == nullptr || !packet.ip) return std::nullopt;
  return Flow{{packet.ip->source, segment->source_port}, {packet.ip->destination, segment->destination_port}};
}

/// One segment is the other sent again.
bool repeats(const Packet& again, const Packet& before) {
  const TcpSegment *a = again.tcp(), *b = before.tcp();
  return a != nullptr && b != nullptr && a->source_port == b->source_port &&
         a->destination_port == b->destination_port && a->seq == b->seq && a->sequence_length() > 0 &&
         a->sequence_length() == b->sequence_length();
}

}  // namespace

Wire::Wire(Both<Nic> ends, std::chrono::nanoseconds delay, std::vector<Rule> rules, KernelStates& states,
           EventLog& events)
    : attached_{{std::move(ends.client)}, {std::move(ends.server)}},
      delay_(delay),
      faults_(std::move(rules)),
      states_(states),
      events_(events) {}

// --- A frame departs -------------------------------------------------------------------------------------------------

void Wire::drain(End host) {
  while (const auto bytes = attached_[host].nic.read()) {
    ++attached_[host].frames;
    last_activity_ = Clock::now();
    departed({.bytes = {bytes->begin(), bytes->end()}, .from = host, .due = last_activity_ + delay_});
  }
}

void Wire::departed(Frame frame) {
  const Packet packet = decoded(frame.bytes);
  frame.flow = tcp_flow(packet);
  log(frame.from, "departed", frame);
  latest_[frame.from].sent(frame.bytes, packet);
  if (frame.flow) states_.sent(frame.from, *frame.flow);
  Faults::Meeting meeting = faults_.departing(frame.from, packet);
  frame.arrives = std::move(meeting.arrives);
  place(std::move(frame), meeting.chosen);
  obey(meeting.departs);
}

void Wire::place(Frame frame, const std::vector<Number>& chosen) {
  if (is_cut_) return log(frame.from, "lost", frame);
  if (repeats_a_held_one(frame)) return log(frame.from, "swallowed", frame);
  Fate fate;
  for (const Number number : chosen) apply(number, frame, fate);
  if (fate.is_dropped) return;
  const End from = frame.from;
  if (!fate.holders.empty()) {
    held_.push_back({std::move(frame), std::move(fate.holders)});
  } else if (fate.swapped_by) {
    swapped_[from] = {std::move(frame), *fate.swapped_by};
  } else {
    const auto due = frame.due;
    enqueue(std::move(frame));
    if (auto waiting = std::exchange(swapped_[from], std::nullopt)) {
      waiting->frame.due = std::max(waiting->frame.due, due);
      enqueue(std::move(waiting->frame));
    }
  }
}

void Wire::apply(Number number, Frame& frame, Fate& fate) {
  const char* event = "";
  const Deed& deed = faults_.rule(number).deed;
  if (fate.is_dropped && !std::holds_alternative<Replay>(deed)) return;
  if (std::holds_alternative<Drop>(deed)) {
    event = "dropped";
    fate.is_dropped = true;
  } else if (const auto* delay = std::get_if<Delay>(&deed)) {
    event = "delayed";
    frame.due += delay->by;
  } else if (std::holds_alternative<Hold>(deed)) {
    if (faults_.has_come(number)) return;
    event = "held";
    fate.holders.push_back(number);
  } else if (std::holds_alternative<Replay>(deed)) {
    event = "copied";
    copies_[number] = frame.bytes;
  } else if (std::holds_alternative<Duplicate>(deed)) {
    event = "duplicated";
    ++frame.times;
  } else if (std::holds_alternative<Swap>(deed)) {
    if (swapped_[frame.from]) return;  // it is the next that another waits for
    event = "swapped";
    fate.swapped_by = number;
  } else {
    event = "marked";
    mark_congestion(frame.bytes);
  }
  log(frame.from, event, frame, number);
}

bool Wire::repeats_a_held_one(const Frame& frame) const {
  return std::ranges::any_of(held_, [&](const Held& held) {
    return held.frame.from == frame.from && repeats(decoded(frame.bytes), decoded(held.frame.bytes));
  });
}

void Wire::enqueue(Frame frame) {
  towards_[peer_of(frame.from)].emplace(frame.due, std::move(frame));
}

// --- A frame arrives -------------------------------------------------------------------------------------------------

std::optional<Clock::time_point> Wire::next_due() const {
  std::optional<Clock::time_point> next = faults_.next_due();
  if (!injected_.empty()) next = std::min(next.value_or(Clock::time_point::max()), injected_.front().due);
  for (const End to : {End::client, End::server}) {
    if (!towards_[to].empty()) next = std::min(next.value_or(Clock::time_point::max()), towards_[to].begin()->first);
  }
  return next;
}

void Wire::deliver_injected() {
  while (!injected_.empty()) {
    Frame frame = std::move(injected_.front());
    injected_.pop_front();
    deliver(peer_of(frame.from), frame);
  }
}

void Wire::deliver_due() {
  const auto next = [this] {
    deliver_injected();
    return next_due();
  };
  for (auto due = next(); due && *due <= Clock::now() && actions_.empty(); due = next()) {
    const auto rules = faults_.take_due(*due);
    for (const Number number : rules) obey_one(number);
    if (!rules.empty()) continue;
    for (const End to : {End::client, End::server}) {
      if (towards_[to].empty() || towards_[to].begin()->first > *due) continue;
      auto frame = towards_[to].extract(towards_[to].begin());
      deliver(to, frame.mapped());
      break;
    }
  }
}

void Wire::deliver(End to, Frame& frame) {
  for (; frame.times > 0; --frame.times) {
    drain(to);
    if (frame.flow) states_.arriving(to, *frame.flow);
    attached_[to].nic.write(frame.bytes);
    ++attached_[to].frames;
    last_activity_ = Clock::now();
    log(to, "arrived", frame);
    if (frame.flow) states_.received(to, *frame.flow);
    obey(std::exchange(frame.arrives, {}));
    drain(to);
  }
}

// --- A rule's moment -------------------------------------------------------------------------------------------------

void Wire::obey(const std::vector<Number>& numbers) {
  for (const Number number : numbers) {
    if (faults_.come(number)) obey_one(number);
  }
}

void Wire::obey_one(Number number) {
  const Rule& rule = faults_.rule(number);
  if (std::holds_alternative<Hold>(rule.deed)) {
    release(number);
  } else if (const auto* replay = std::get_if<Replay>(&rule.deed)) {
    if (const auto copy = copies_.find(number); copy != copies_.end())
      inject(copy->second, replay->segment.from, "replayed", number);
    else
      futile_.push_back(number);
  } else if (const auto* forge = std::get_if<Forge>(&rule.deed)) {
    if (auto bytes = latest_[forge->from].forged(forge->flags, forge->seq_offset))
      inject(std::move(*bytes), forge->from, "forged", number);
    else
      futile_.push_back(number);
  } else if (std::holds_alternative<Cut>(rule.deed) || std::holds_alternative<Mend>(rule.deed)) {
    is_cut_ = std::holds_alternative<Cut>(rule.deed);
    events_.action("wire", is_cut_ ? "cut" : "mended", rule.text);
  } else {
    actions_.push_back(number);
  }
}

void Wire::release(Number number) {
  for (auto held = held_.begin(); held != held_.end();) {
    if (std::erase(held->by, number) == 0) {
      ++held;
      continue;
    }
    if (!held->by.empty()) continue;
    log(held->frame.from, "released", held->frame, number);
    held->frame.due = std::max(held->frame.due, Clock::now());
    enqueue(std::move(held->frame));
    held = held_.erase(held);
  }
}

void Wire::inject(FrameBytes bytes, End from, const char* event, Number number) {
  Frame frame{.bytes = std::move(bytes), .from = from, .due = Clock::now()};
  frame.flow = tcp_flow(decoded(frame.bytes));
  log(peer_of(from), event, frame, number);
  injected_.push_back(std::move(frame));
}

std::optional<Rule> Wire::take_action() {
  deliver_injected();
  if (actions_.empty()) return std::nullopt;
  const Number number = actions_.front();
  actions_.pop_front();
  return faults_.rule(number);
}

std::vector<std::string> Wire::futile_rules() const {
  std::vector<std::string> texts;
  for (const Number number : futile_) texts.push_back(faults_.rule(number).text);
  for (const End from : {End::client, End::server}) {
    if (swapped_[from]) texts.push_back(faults_.rule(swapped_[from]->by).text);
  }
  return texts;
}

bool Wire::is_idle() const {
  return !next_due() && held_.empty() && !swapped_.client && !swapped_.server && actions_.empty();
}

// ---------------------------------------------------------------------------------------------------------------------

Nic Wire::replace(End host, Nic nic) {
  drain(host);
  attached_[host].frames = 0;
  return std::exchange(attached_[host].nic, std::move(nic));
}

void Wire::log(End host, const char* event, const Frame& frame, std::optional<Number> rule) {
  events_.wire(host, event, decoded(frame.bytes), rule ? faults_.rule(*rule).text : std::string());
}

}  // namespace tcplab::rig
