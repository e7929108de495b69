#include "tcp/both_ends.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "tcp/identity.hpp"

namespace tcplab {
namespace {

std::set<Identity> packets_sent_in(const Connection& connection) {
  std::set<Identity> packets;
  for (const Segment& segment : connection.segments)
    if (segment.departed) packets.insert(identity(segment));
  return packets;
}

/// Whether its end sent it when it had all before that FIN, and not the FIN: it had come to the host, where it was
/// captured, and not yet to its TCP.
bool was_sent_before(const Segment& segment, const Segment& fin) {
  return segment.protocol == Protocol::tcp && segment.has(TcpFlags::ack) && !segment.has(TcpFlags::rst) &&
         segment.ack >= fin.seq && segment.ack < fin.sequence_end();
}

/// Puts the first arrival of a FIN behind what its end sent without knowing of it.
void delay_fin(const Connection& connection, Steps& steps) {
  const auto first = std::ranges::find_if(steps, [&](const Step& step) {
    const Segment& segment = connection.segments[step.segment];
    return !step.departs && segment.protocol == Protocol::tcp && segment.has(TcpFlags::fin) &&
           !segment.has(TcpFlags::rst);
  });
  if (first == steps.end()) return;
  const Segment& fin = connection.segments[first->segment];
  auto behind = first;
  for (auto step = first + 1; step != steps.end(); ++step) {
    const Segment& segment = connection.segments[step->segment];
    if (!step->departs) continue;
    if (segment.has(TcpFlags::ack) && segment.ack >= fin.sequence_end()) break;
    if (was_sent_before(segment, fin)) behind = step;
  }
  if (behind != first) std::rotate(first, first + 1, behind + 1);
}

}  // namespace

BothEnds steps_from_both_ends(const Connection& connection) {
  BothEnds steps;
  for (const End end : {End::client, End::server}) {
    std::vector<std::pair<std::uint64_t, Step>> by_frame;
    for (std::size_t i = 0; i < connection.segments.size(); ++i) {
      const Segment& segment = connection.segments[i];
      if (const auto& seen = segment.seen_at(end)) by_frame.emplace_back(seen->frame, Step(i, segment.from == end));
    }
    std::ranges::stable_sort(by_frame, {}, [](const auto& entry) { return entry.first; });
    for (const auto& [frame, step] : by_frame) steps.at(end).push_back(step);
    delay_fin(connection, steps.at(end));
  }
  return steps;
}

AtEnds follow_at_ends(const Connection& connection) {
  AtEnds at_ends;
  at_ends.notes.resize(connection.segments.size());
  const BothEnds steps = steps_from_both_ends(connection);
  const std::set<Identity> sent = packets_sent_in(connection);
  for (const End end : {End::client, End::server}) {
    Flow& flow = at_ends.flows[index_of(end)];
    if (connection.client_is_guess) flow.set_client_is_guess();
    Timestamp before;
    for (const Step& step : steps.at(end)) {
      const Segment& segment = connection.segments[step.segment];
      const Timestamp time = segment.seen_at(end)->time;
      const Flow::Notes seen = flow.saw(segment, time, before);
      if (segment.protocol != Protocol::tcp) continue;
      before = time;
      if (!step.departs && segment.departed) continue;
      at_ends.notes[step.segment] = seen;
      if (segment.departed || !sent.contains(identity(segment))) continue;
      at_ends.notes[step.segment].again = SentAgain::copy;
      at_ends.notes[step.segment].sent_once = true;
    }
  }
  return at_ends;
}

}  // namespace tcplab
