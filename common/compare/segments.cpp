#include "compare/segments.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <tuple>

#include "compare/causes.hpp"
#include "compare/fields.hpp"
#include "compare/order.hpp"
#include "compare/pairing.hpp"

namespace tcplab {
namespace {

constexpr End ends[] = {End::client, End::server};

/// The first rows, of A and of B, at which something differs for an end: its states may differ from there on.
struct FirstRows {
  std::size_t a = std::numeric_limits<std::size_t>::max(), b = a;
};

class SegmentComparison {
 public:
  SegmentComparison(const Side& a, const Side& b, bool both_ends)
      : a_(a), b_(b), both_ends_(both_ends), pairing_(pair_segments(a, b, both_ends)) {}

  ConnectionComparison run() {
    result_.both_ends = both_ends_;
    result_.in_windows = pairing_.in_windows;
    set_aside_ends(a_.analysis(), b_.analysis(), result_.set_aside);
    result_.set_aside.add("segments that one capture could not see", a_.unseen() + b_.unseen());
    result_.set_aside.add("packets captured twice",
                          std::max(a_.copies(), b_.copies()) - std::min(a_.copies(), b_.copies()));
    place_rows_of_b();
    if (both_ends_) compare_initial_states();
    for (const End end : ends) {
      note_first_partners(end);
      compare_recut(end);
    }
    for (const bool of_a : {true, false}) add_unseen(of_a);
    for (const End end : ends) {
      for (const AlignedPair& pair : pairing_.pairs[index_of(end)]) compare_pair(end, pair);
    }
    for (const End end : ends) compare_order(end);
    judge_states();
    sort();
    return std::move(result_);
  }

 private:
  /// A pair of partners of which only the states differ, so far.
  struct OpenStates {
    const SentSegment *a, *b;
    std::vector<StateDifference> states;
  };

  [[nodiscard]] const SentSegment& in_a(End end, std::size_t i) const { return a_.sent_by(end)[i]; }
  [[nodiscard]] const SentSegment& in_b(End end, std::size_t i) const { return b_.sent_by(end)[i]; }

  void place_rows_of_b() {
    a_row_before_.resize(b_.analysis().ladder.rows.size());
    for (const End end : ends) {
      for (const auto& [a, b] : pairing_.pairs[index_of(end)]) {
        if (!a || !b) continue;
        a_row_before_[in_b(end, *b).row] = in_a(end, *a).row + 1;
      }
    }
    for (std::size_t i = 1; i < a_row_before_.size(); ++i)
      a_row_before_[i] = std::max(a_row_before_[i], a_row_before_[i - 1]);
  }

  void compare_initial_states() {
    for (const End end : ends) {
      const auto state = end == End::client ? &Ladder::client : &Ladder::server;
      const auto one = a_.analysis().ladder.*state, other = b_.analysis().ladder.*state;
      if (!one || !other || one == other) continue;
      PairDifference difference{.kind = DifferenceKind::state};
      difference.what = std::string("the ") + to_string(end) + "'s state before the first segment: A " +
                        std::string(to_string(*one)) + ", B " + std::string(to_string(*other));
      difference.why = why_initial_states_differ();
      result_.differences.push_back(std::move(difference));
      first_[index_of(end)] = {0, 0};
    }
  }

  /// The first rows of both that have a partner.
  void note_first_partners(End end) {
    for (const auto& [i, j] : pairing_.pairs[index_of(end)]) {
      if (!i || !j) continue;
      first_partners_.a = std::min(first_partners_.a, in_a(end, *i).row);
      first_partners_.b = std::min(first_partners_.b, in_b(end, *j).row);
    }
  }

  /// One difference for each sender, however many segments it is about.
  void compare_recut(End end) {
    const Recut& recut = pairing_.recut[index_of(end)];
    if (recut.in_a.empty()) return;
    PairDifference difference{.kind = DifferenceKind::fields};
    difference.a_rows = {in_a(end, recut.in_a.front()).row};
    difference.b_rows = {in_b(end, recut.in_b.front()).row};
    difference.what = std::string("the ") + to_string(end) + "'s data, cut differently: the same " +
                      std::to_string(recut.bytes) + " bytes, of the numbers " + std::to_string(recut.first) + " to " +
                      std::to_string(recut.end - 1) + ", are in other segments";
    difference.fields = {{"segments", std::to_string(recut.in_a.size()), std::to_string(recut.in_b.size())}};
    difference.why = why_recut();
    result_.differences.push_back(std::move(difference));
  }

  /// Whether nothing can be said of it by the other recording: that shows nothing of its sender, or begins later.
  [[nodiscard]] bool is_unseen(const Side& own, const SentSegment& sent, bool in_first) const {
    const Side& other = in_first ? b_ : a_;
    return other.misses(sent.from) ||
           (begins_later(own, other) && sent.row < (in_first ? first_partners_.a : first_partners_.b));
  }
  static bool begins_later(const Side& own, const Side& other) {
    const auto is_tcp = own.analysis().connection.protocol == Protocol::tcp;
    return is_tcp && own.analysis().verdict.opening != Opening::before_capture &&
           other.analysis().verdict.opening == Opening::before_capture;
  }

  /// One difference for all that only one of the captures could show.
  void add_unseen(bool in_first) {
    const Side &own = in_first ? a_ : b_, &other = in_first ? b_ : a_;
    std::array<std::vector<std::size_t>, 2> by_cause;  // rows: of an end that the other does not show, from before it
    for (const End end : ends) {
      for (const SentSegment& sent : own.sent_by(end)) {
        if (!is_unseen(own, sent, in_first)) continue;
        by_cause[other.misses(end) ? 0 : 1].push_back(sent.row);
        touch(own, sent, in_first ? &FirstRows::a : &FirstRows::b);
      }
    }
    for (const bool begins_later : {false, true}) {
      auto& rows = by_cause[begins_later ? 1 : 0];
      if (rows.empty()) continue;
      std::ranges::sort(rows);
      PairDifference difference{.kind = in_first ? DifferenceKind::only_a : DifferenceKind::only_b};
      const std::string one = in_first ? "A" : "B", count = std::to_string(rows.size());
      difference.what.append("only in ").append(one).append(": ").append(count);
      difference.what += rows.size() == 1 ? " segment" : " segments";
      difference.what += begins_later ? " before the other begins" : " of an end that the other does not show";
      difference.why = why_unseen(in_first ? "B" : "A", begins_later);
      (in_first ? difference.a_rows : difference.b_rows) = {rows.front()};
      if (rows.size() > 1) (in_first ? difference.a_rows : difference.b_rows).push_back(rows.back());
      result_.differences.push_back(std::move(difference));
    }
  }

  /// What only follows from the borders of segments.
  static bool is_of_border(const FieldDifference& field) {
    const auto without_push = [](std::string flags) {
      std::erase(flags, 'P');
      return flags;
    };
    return field.name == "length" || field.name == "seq" || field.name == "data" ||
           (field.name == "flags" && without_push(field.a) == without_push(field.b));
  }

  void compare_pair(End end, const AlignedPair& pair) {
    if (!pair.a || !pair.b) {
      stand_alone(end, pair);
      return;
    }
    const SentSegment &a = in_a(end, *pair.a), &b = in_b(end, *pair.b);
    auto fields = differing_fields(a_, a, b_, b, pairing_, both_ends_, result_.set_aside, result_.follows);
    if (pairing_.is_recut(end, pair)) std::erase_if(fields, is_of_border);
    std::vector<StateDifference> states;
    if (both_ends_) states = differing_states(a_, a, b_, b);
    if (fields.empty()) {
      if (!states.empty()) open_states_.push_back({&a, &b, std::move(states)});
      return;
    }
    if (std::ranges::any_of(fields, [](const FieldDifference& field) { return field.name == "ack"; }))
      explained_by_ack_.insert({a.row, a.arrival_row.value_or(a.row)});
    PairDifference difference{.kind = DifferenceKind::fields, .a_rows = {a.row}, .b_rows = {b.row}};
    difference.fields = std::move(fields);
    difference.why = why_fields_differ(a_, a, b_, b, difference.fields);
    for (const StateDifference& state : states) difference.fields.push_back(state.field);
    difference.what =
        a_.name_of(a) == b_.name_of(b) ? a_.name_of(a) : a_.name_of(a) + " in A, " + b_.name_of(b) + " in B";
    difference.a_calls = calls_at(a_, a);
    difference.b_calls = calls_at(b_, b);
    touch(a_, a, &FirstRows::a);
    touch(b_, b, &FirstRows::b);
    result_.differences.push_back(std::move(difference));
  }

  /// From here on the states of the ends that saw it may differ.
  void touch(const Side& side, const SentSegment& sent, std::size_t FirstRows::*of) {
    std::size_t& sender = first_[index_of(sent.from)].*of;
    sender = std::min(sender, sent.row);
    std::size_t& receiver = first_[index_of(peer_of(sent.from))].*of;
    receiver = std::min(receiver, sent.arrival_row.value_or(side.analysis().ladder.rows.size()));
  }

  void stand_alone(End end, const AlignedPair& pair) {
    const bool in_first = pair.a.has_value();
    const Side &own = in_first ? a_ : b_, &other = in_first ? b_ : a_;
    const SentSegment& sent = own.sent_by(end)[in_first ? *pair.a : *pair.b];
    if (is_unseen(own, sent, in_first)) return;
    if (pairing_.is_recut(end, pair) && signals(own.row_of(sent)) == 0) return;
    std::optional<std::size_t> carrier;
    if (own.is_bare_ack(sent) && is_optional(own, other, sent, in_first, carrier)) return;
    PairDifference difference;
    difference.kind = in_first ? DifferenceKind::only_a : DifferenceKind::only_b;
    (in_first ? difference.a_rows : difference.b_rows) = {sent.row};
    const SentSegment* rides_on = carrier ? &other.sent_by(end)[*carrier] : nullptr;
    if (rides_on != nullptr) (in_first ? difference.b_rows : difference.a_rows) = {rides_on->row};
    difference.what = std::string("only in ") + (in_first ? "A" : "B") + ": " + own.name_of(sent);
    difference.why = why_alone(own, sent, other, rides_on, in_first);
    (in_first ? difference.a_calls : difference.b_calls) = calls_at(own, sent);
    if (rides_on != nullptr) (in_first ? difference.b_calls : difference.a_calls) = calls_at(other, *rides_on);
    touch(own, sent, in_first ? &FirstRows::a : &FirstRows::b);
    result_.differences.push_back(std::move(difference));
  }

  /// Whether an ACK that has no partner needs none; it has been counted then. If not, `carrier` is what acknowledges
  /// the same in the other.
  bool is_optional(const Side& own, const Side& other, const SentSegment& ack, bool in_first,
                   std::optional<std::size_t>& carrier) {
    if (!ack.ack_from) return count(result_.set_aside, "ACKs folded");
    const auto acknowledged = own.newly_acknowledged(ack);
    if (acknowledged.empty()) return is_window_update(own, ack) && count(result_.set_aside, "window updates");
    const End peer = peer_of(ack.from);
    const auto& partners = (in_first ? pairing_.of_a : pairing_.of_b)[index_of(peer)];
    std::optional<std::int64_t> shared_end;
    bool shared_signal = false;
    for (const std::size_t i : acknowledged) {
      if (!partners[i]) continue;
      const SentSegment &one = own.sent_by(peer)[i], &partner = other.sent_by(peer)[*partners[i]];
      if (signals(own.row_of(one)) != signals(other.row_of(partner))) continue;
      shared_end = partner.end;
      shared_signal = shared_signal || signals(own.row_of(one)) != 0;
    }
    if (!shared_end) return count(result_.follows, "ACKs");
    carrier = other.first_to_acknowledge(ack.from, *shared_end);
    return !shared_signal && carrier && count(result_.set_aside, "ACKs folded");
  }

  static bool count(Tally& tally, const char* kind) {
    tally.add(kind);
    return true;
  }

  /// Which of SYN and FIN a row carries.
  static unsigned signals(const Row& row) {
    return row.flags.bits() & (TcpFlags(TcpFlags::syn) | TcpFlags(TcpFlags::fin)).bits();
  }

  static bool is_window_update(const Side& side, const SentSegment& ack) {
    const auto& sent = side.sent_by(ack.from);
    const Row& row = side.row_of(ack);
    const bool has_sack = std::ranges::any_of(row.options, [](const auto& text) { return text.starts_with("sack "); });
    return &ack != sent.data() && !has_sack && side.row_of(*(&ack - 1)).window != row.window;
  }

  void compare_order(End end) {
    std::vector<SharedEvent> events;
    for (const End from : ends) {
      for (const auto& [i, j] : pairing_.pairs[index_of(from)]) {
        if (!i || !j || pairing_.is_recut(from, {i, j})) continue;
        const SentSegment &a = in_a(from, *i), &b = in_b(from, *j);
        const bool light = is_ack_of_data(a);
        if (acknowledges_moved_fin(a)) acks_of_moved_fins_.insert({a.row, a.arrival_row.value_or(a.row)});
        if (from == end && a.departs && b.departs) events.push_back({a.row, b.row, light});
        if (from != end && both_ends_ && a.arrival_row && b.arrival_row)
          events.push_back({*a.arrival_row, *b.arrival_row, light});
      }
    }
    std::ranges::sort(events, {}, &SharedEvent::a_row);
    for (const Move& move : find_moves(events)) add_move(end, events[move.moved], events[move.other]);
  }

  /// When it comes is a matter of delays.
  [[nodiscard]] bool is_ack_of_data(const SentSegment& sent) const {
    if (!a_.is_bare_ack(sent)) return false;
    const auto acknowledged = a_.newly_acknowledged(sent);
    return std::ranges::all_of(
        acknowledged, [&](std::size_t i) { return signals(a_.row_of(a_.sent_by(peer_of(sent.from))[i])) == 0; });
  }

  /// The FIN is told of by itself, and the ACK goes where that went.
  [[nodiscard]] bool acknowledges_moved_fin(const SentSegment& sent) const {
    if (!a_.is_bare_ack(sent)) return false;
    const auto& peers = a_.sent_by(peer_of(sent.from));
    return std::ranges::any_of(a_.newly_acknowledged(sent), [&](std::size_t i) {
      return a_.row_of(peers[i]).flags.has(TcpFlags::fin) && explained_by_ack_.contains(peers[i].row);
    });
  }

  void add_move(End end, const SharedEvent& moved, const SharedEvent& other) {
    if (moved.light || other.light) {
      result_.set_aside.add("ACKs earlier or later");
      return;
    }
    const bool of_one_sender = a_.row(moved.a_row).from == a_.row(other.a_row).from;
    for (const std::size_t row : {moved.a_row, other.a_row}) {
      if ((of_one_sender || a_.row(row).from == end) && explained_by_ack_.contains(row)) return;
    }
    if (acks_of_moved_fins_.contains(moved.a_row) || acks_of_moved_fins_.contains(other.a_row)) {
      result_.follows.add("ACKs earlier or later");
      return;
    }
    if (!moves_.insert(std::minmax(moved.a_row, other.a_row)).second) return;
    PairDifference difference{.kind = DifferenceKind::order};
    const auto [a_first, a_second] = std::minmax(moved.a_row, other.a_row);
    const auto [b_first, b_second] = std::minmax(moved.b_row, other.b_row);
    difference.a_rows = {a_first, a_second};
    difference.b_rows = {b_first, b_second};
    const Row &first = a_.row(a_first), &second = a_.row(a_second);
    difference.what = std::string("the order at the ") + to_string(end) + ": in A it " + deed(first, end, a_first) +
                      " before it " + deed(second, end, a_second) + ", in B afterwards";
    difference.why = why_order_differs(first, second, end);
    result_.differences.push_back(std::move(difference));
    FirstRows& first_rows = first_[index_of(end)];
    first_rows.a = std::min(first_rows.a, a_first);
    first_rows.b = std::min(first_rows.b, b_first);
  }

  static std::string deed(const Row& row, End end, std::size_t index) {
    return (row.from == end ? "sent row " : "received row ") + std::to_string(index + 1);
  }

  /// What an end is in follows from what it sent and received: states differ by themselves only where nothing else did
  /// before.
  void judge_states() {
    std::ranges::sort(open_states_, {}, [](const OpenStates& open) { return open.a->row; });
    for (const OpenStates& open : open_states_) {
      for (const StateDifference& state : open.states) {
        FirstRows& first = first_[index_of(state.end)];
        if (first.a <= state.a_row || first.b <= state.b_row) {
          result_.follows.add("states");
          continue;
        }
        first = {state.a_row, state.b_row};
        PairDifference difference{.kind = DifferenceKind::state, .a_rows = {state.a_row}, .b_rows = {state.b_row}};
        difference.what = a_.name_of(*open.a);
        difference.fields = {state.field};
        difference.why = why_states_differ();
        result_.differences.push_back(std::move(difference));
      }
    }
  }

  void sort() {
    const auto place = [&](const PairDifference& difference) {
      if (difference.kind != DifferenceKind::only_b && !difference.a_rows.empty())
        return std::tuple(difference.a_rows.front() + 1, 0, std::size_t{0});
      if (difference.b_rows.empty()) return std::tuple(std::size_t{0}, 0, std::size_t{0});
      return std::tuple(a_row_before_[difference.b_rows.front()], 1, difference.b_rows.front());
    };
    std::ranges::stable_sort(result_.differences, {}, place);
  }

  const Side &a_, &b_;
  bool both_ends_;
  Pairing pairing_;
  std::vector<std::size_t> a_row_before_;  ///< of each row of B: where in A it would stand, from 1
  std::array<FirstRows, 2> first_;
  FirstRows first_partners_;
  std::vector<OpenStates> open_states_;
  std::set<std::size_t> explained_by_ack_;               ///< rows of A whose ACK differs, which tells the order too
  std::set<std::size_t> acks_of_moved_fins_;             ///< rows of A
  std::set<std::pair<std::size_t, std::size_t>> moves_;  ///< told already, at the other end
  ConnectionComparison result_;
};

}  // namespace

ConnectionComparison compare_segments(const Side& a, const Side& b, bool both_ends) {
  return SegmentComparison(a, b, both_ends).run();
}

}  // namespace tcplab
