#include "plan.hpp"

namespace tcplab::bench {
namespace {

using namespace flag;

End either(Random& random) {
  return random.once_in(2) ? End::client : End::server;
}

// --- Opening

void open_three_way(Script& script, Random& choice) {
  script.put(End::client, syn);
  if (choice.once_in(100)) script.repeat(End::client, second_us);
  script.put(End::server, syn | ack);
  if (choice.once_in(100)) script.repeat(End::server, second_us);
  script.put(End::client, ack);
}

void open_fast(Script& script, Random& choice) {
  script.put(End::client, syn, choice.between(20, 400));
  script.put(End::server, syn | ack);
  script.put(End::client, ack);
}

/// RFC 9293 Figure 7.
void open_simultaneously(Script& script, Random& choice) {
  const End first = either(choice), other = peer_of(first);
  script.put_crossing(first, syn);
  script.put_crossing(other, syn);
  script.hear(first);
  script.hear(other);
  script.put_late_syn_ack(first);
  script.put_late_syn_ack(other);
}

void open_split(Script& script) {
  script.put(End::client, syn);
  script.put(End::server, syn);
  script.put_late_syn_ack(End::client);
  script.put(End::server, ack);
}

void be_refused(Script& script) {
  script.put(End::client, syn);
  script.put(End::server, rst | ack);
  script.truth.reset_by = End::server;  // and nobody closed what never was
}

void be_unanswered(Script& script, Random& choice) {
  script.put(End::client, syn);
  script.repeat(End::client, second_us, choice.below(6));
}

void stay_half_open(Script& script, Random& choice) {
  script.put(End::client, syn);
  script.put(End::server, syn | ack);
  script.repeat(End::server, second_us, choice.below(6));
}

/// Each end says something once, so that both are seen.
void begin_before_capture(Script& script, Random& choice) {
  script.begin_amidst(choice.between(1, 1000000), choice.between(1, 1000000));
  const End first = either(choice);
  script.put(first, psh | ack, choice.between(1, 500));
  script.put(peer_of(first), ack);
}

void open(Script& script, Opening opening, Random& choice) {
  switch (opening) {
    case Opening::three_way:
      return open_three_way(script, choice);
    case Opening::fast_open:
      return open_fast(script, choice);
    case Opening::simultaneous:
      return open_simultaneously(script, choice);
    case Opening::split:
      return open_split(script);
    case Opening::refused:
      return be_refused(script);
    case Opening::unanswered:
      return be_unanswered(script, choice);
    case Opening::half_open:
      return stay_half_open(script, choice);
    case Opening::before_capture:
      return begin_before_capture(script, choice);
    case Opening::count:
      break;
  }
}

// --- Data

/// Questions and answers, of a given number of packets; at the end all of it is acknowledged.
class Talk {
 public:
  Talk(Script& script, const Wishes& wishes) : script_(script), wishes_(wishes), left_(wishes.data_packets) {}

  void run() {
    while (left_ > 0) {
      const End asker = random().once_in(10) ? End::server : End::client;
      if (wishes_.pause_us > 0) script_.wait(random().below(wishes_.pause_us));
      if (left_ == 1) return acknowledge(peer_of(asker));  // a window update, as far as one can tell
      say(asker, random().between(20, 600), true);
      if (left_ >= 2)
        answer(peer_of(asker));
      else
        acknowledge(asker);
    }
  }

 private:
  Random& random() { return script_.random(); }

  /// Every other segment is acknowledged, and the last.
  void answer(End from) {
    const std::uint32_t segments = random().long_tailed(5);
    bool is_owed = false;
    for (std::uint32_t i = 1; i <= segments && left_ >= 2; ++i) {
      // One byte, repeated when it has been acknowledged, would be a keep-alive (RFC 9293 section 3.8.4).
      const std::uint32_t most = wishes_.segment_bytes, length = i < segments ? most : random().between(2, most);
      const bool is_settled = say(from, length, !is_owed);
      if (is_owed) acknowledge(from);
      is_owed = !is_owed && !is_settled;
    }
    if (is_owed) acknowledge(from);
  }

  /// A segment of data. Sometimes it is lost behind the capture, or its ACK is, and it is sent again. Returns whether
  /// it was acknowledged meanwhile.
  bool say(End from, std::uint32_t length, bool may_be_lost) {
    script_.put(from, psh | ack, length);
    --left_;
    const bool is_lost = left_ >= 2 && random().once_in(100), is_ack_lost = left_ >= 3 && random().once_in(500);
    if (!may_be_lost || (!is_lost && !is_ack_lost)) return false;
    if (!is_lost) acknowledge(from);
    script_.repeat(from, script_.timeout_us());
    --left_;
    acknowledge(from);
    return true;
  }

  /// What that end has sent.
  void acknowledge(End from) {
    if (left_ == 0) return;
    script_.put(peer_of(from), ack);
    --left_;
  }

  Script& script_;
  const Wishes& wishes_;
  std::uint32_t left_;
};

// --- Ending

void put_fin(Script& script, End from, Random& choice, std::uint32_t length = 0) {
  script.put(from, fin | ack, length);
  if (choice.once_in(100)) script.repeat(from, script.timeout_us());
}

/// The last FIN is acknowledged; sometimes that ACK is lost.
void put_last_fin(Script& script, End from, Random& choice) {
  put_fin(script, from, choice);
  script.put(peer_of(from), ack);
  if (!choice.once_in(100)) return;
  script.repeat(from, script.timeout_us());
  script.put(peer_of(from), ack);
}

void close_in_order(Script& script, Ending ending, Random& choice) {
  const End first = choice.once_in(3) ? End::server : End::client, last = peer_of(first);
  script.truth.closed_first = first;
  script.truth.time_wait[index(first)] = true;
  put_fin(script, first, choice, ending == Ending::fin_with_data ? choice.between(1, 500) : 0);
  if (ending == Ending::three_segment || (ending == Ending::fin_with_data && choice.once_in(2)))
    return put_last_fin(script, last, choice);
  script.put(last, ack);
  script.wait(choice.below(50 * millisecond_us));
  if (ending == Ending::half_close) {
    for (std::uint32_t segments = choice.between(1, 3); segments > 0; --segments) {
      script.put(last, psh | ack, choice.between(1, 500));
      script.put(first, ack);
    }
  }
  put_last_fin(script, last, choice);
}

/// RFC 9293 Figure 13.
void close_simultaneously(Script& script, Random& choice) {
  const End first = either(choice), other = peer_of(first);
  script.truth.closed_first = first;
  script.truth.time_wait = {true, true};
  script.put_crossing(first, fin | ack);
  script.put_crossing(other, fin | ack);
  script.hear(first);
  script.hear(other);
  script.put_crossing(first, ack);
  script.put_crossing(other, ack);
}

void abort_with(Script& script, End by, std::uint8_t flags) {
  script.put(by, flags);
  script.truth.reset_by = by;
  if (!script.truth.closed_first) script.truth.closed_first = by;
}

void put_first_fin(Script& script, End from) {
  script.put(from, fin | ack);
  script.truth.closed_first = from;
}

void abort_somehow(Script& script, Random& choice) {
  const End end = either(choice), other = peer_of(end);
  switch (choice.below(5)) {
    case 0:
      return abort_with(script, end, rst | ack);
    case 1:  // with data unread
      script.put(other, psh | ack, choice.between(1, 500));
      return abort_with(script, end, rst | ack);
    case 2:  // it writes to one who has closed
      put_first_fin(script, end);
      script.put(other, ack);
      script.put(other, psh | ack, choice.between(1, 500));
      return abort_with(script, end, rst);
    case 3:  // it writes to one who knows of no connection
      script.put(other, psh | ack, choice.between(1, 500));
      return abort_with(script, end, rst);
    default:  // the FIN is answered with an RST
      put_first_fin(script, other);
      return abort_with(script, end, rst | ack);
  }
}

void vanish(Script& script, Random& choice) {
  const End left_behind = either(choice);
  script.put(left_behind, psh | ack, choice.between(1, 500));
  script.repeat(left_behind, script.timeout_us(), choice.between(3, 6));
}

void stay_open(Script& script, Random& choice) {
  const End end = either(choice);
  if (choice.once_in(3))
    put_first_fin(script, end);
  else
    script.put(end, psh | ack, choice.between(1, 500));
  script.put(peer_of(end), ack);
}

void end(Script& script, Ending ending, Random& choice) {
  switch (ending) {
    case Ending::four_segment:
    case Ending::three_segment:
    case Ending::fin_with_data:
    case Ending::half_close:
      return close_in_order(script, ending, choice);
    case Ending::simultaneous:
      return close_simultaneously(script, choice);
    case Ending::abort:
      return abort_somehow(script, choice);
    case Ending::vanished:
      return vanish(script, choice);
    case Ending::open:
      return stay_open(script, choice);
    case Ending::refused:
    case Ending::unanswered:
    case Ending::count:
      break;
  }
}

/// How a connection ends that opens so: as wished, if it comes to be at all.
Ending ending_of(const Wishes& wishes) {
  switch (wishes.opening) {
    case Opening::refused:
      return Ending::refused;
    case Opening::unanswered:
      return Ending::unanswered;
    case Opening::half_open:
      return Ending::open;
    default:
      return wishes.ending;
  }
}

bool comes_to_be(Opening opening) {
  return opening != Opening::refused && opening != Opening::unanswered && opening != Opening::half_open;
}

}  // namespace

Script make_plan(const Wishes& wishes) {
  Random choice(wishes.seed);  // what opening and ending need does not depend on the data, which has numbers of its own
  Script script(choice.next());
  script.truth.opening = wishes.opening;
  script.truth.ending = ending_of(wishes);
  open(script, wishes.opening, choice);
  if (!comes_to_be(wishes.opening)) return script;
  Talk(script, wishes).run();
  if (wishes.ends_after_us > script.elapsed_us())
    script.wait(static_cast<std::uint32_t>(wishes.ends_after_us - script.elapsed_us()));
  if (wishes.ends_within_us > 0) script.wait(script.random().below(wishes.ends_within_us));
  end(script, wishes.ending, choice);
  return script;
}

}  // namespace tcplab::bench
