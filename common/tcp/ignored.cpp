#include "tcp/ignored.hpp"

#include <algorithm>
#include <chrono>

#include "tcp/within.hpp"

namespace tcplab {
namespace {

using enum TcpFlags::Bit;

/// Follows the server while it has said nothing but SYN,ACKs.
class Listener {
 public:
  Listener(const Connection& connection, std::vector<Passage>& passages)
      : connection_(connection), passages_(passages) {}

  void mark() {
    for (Passage& passage : passages_) {
      const Segment& segment = connection_.segments[passage.segment];
      if (segment.protocol != Protocol::tcp) continue;
      const bool comes = passage.leg == Leg::whole || passage.leg == Leg::arrival;
      if (segment.from == End::client && comes) {
        came(passage, segment);
      } else if (segment.from == End::server && passage.leg != Leg::arrival) {
        if (!segment.has(syn) || !segment.has(ack) || segment.has(rst)) break;
        was_answered_ = true;
        syns_.clear();
        ignore(behind_answer_, least_timeout, segment.departed->time);
      }
    }
    if (!syns_.empty() && syns_.front()->is_ignored)
      for (Passage* const passage : syns_) passage->is_ignored = true;  // the last as the first
  }

 private:
  using Passages = std::vector<Passage*>;
  /// No system sends a SYN or a SYN,ACK again sooner.
  static constexpr std::chrono::milliseconds least_timeout{200};
  /// Data is acknowledged within that. RFC 1122 section 4.2.3.2.
  static constexpr std::chrono::milliseconds longest_delayed_ack{500};
  /// Nobody lets more wait for an answer.
  static constexpr std::size_t most_waiting = 64;

  /// It had come so long before, at least.
  [[nodiscard]] bool was_before(const Passage& passage, std::chrono::milliseconds least, Timestamp time) const {
    const Timestamp came = connection_.segments[passage.segment].arrived->time;
    return came < time && !is_within(least, came, time);
  }
  static void wait(Passage& passage, Passages& waiting) {
    if (waiting.size() < most_waiting) waiting.push_back(&passage);
  }

  void came(Passage& passage, const Segment& segment) {
    const Timestamp time = segment.arrived->time;
    if (is_plain_syn(segment.flags) && !connection_.is_foreign_syn(segment)) {
      ignore(syns_, least_timeout, time);  // what comes sooner was doubled on the way
      wait(passage, syns_);
    }
    if (segment.has(syn) || segment.has(rst) || !was_answered_) return;
    const auto is_again = [&](const Passage* one) {
      const Segment& before = connection_.segments[one->segment];
      return segment.length > 0 && before.seq == segment.seq && before.length == segment.length &&
             was_before(*one, longest_delayed_ack, time);
    };
    if (std::ranges::any_of(behind_answer_, is_again)) ignore(behind_answer_, longest_delayed_ack, time);
    wait(passage, behind_answer_);
  }

  void ignore(const Passages& waiting, std::chrono::milliseconds least, Timestamp time) const {
    for (Passage* const passage : waiting)
      if (was_before(*passage, least, time)) passage->is_ignored = true;
  }

  const Connection& connection_;
  std::vector<Passage>& passages_;
  bool was_answered_ = false;
  Passages syns_;           ///< came since the latest SYN,ACK
  Passages behind_answer_;  ///< came behind the first, and were no SYNs
};

}  // namespace

void mark_ignored(const Connection& connection, std::vector<Passage>& passages) {
  const bool is_opening = connection.protocol == Protocol::tcp && !connection.client_is_guess;
  if (connection.vantage == Vantage::both_ends && is_opening) Listener(connection, passages).mark();
}

}  // namespace tcplab
