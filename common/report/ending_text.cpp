// The sentences of a verdict on how a connection ended, who closed first, and who went to TIME-WAIT.
#include <algorithm>
#include <chrono>

#include "report/verdict_context.hpp"

namespace tcplab {
namespace {

class EndingSentences {
 public:
  EndingSentences(LineBuffer& text, const VerdictContext& context)
      : text_(text), context_(context), verdict_(context.verdict), prose_(context.prose) {}

  /// RFC 9293 section 3.6.
  void say_all() {
    say_way_of_ending();
    say_time_wait();
    say_lost_final_ack();
  }

 private:
  void say(Phrase phrase, End end, Fillings fillings) { prose_.say(text_, phrase, end, fillings); }
  void say(Phrase phrase, Fillings fillings = {}) { prose_.say(text_, phrase, fillings); }
  void say_both(Phrase one, Phrase other, Fillings fillings, End end) {
    context_.say_both(text_, one, other, fillings, end);
  }

  void say_way_of_ending() {
    const auto& [fin, other] = verdict_.fins;
    switch (verdict_.ending) {
      case Ending::four_segment:
      case Ending::three_segment:
      case Ending::half_close:
      case Ending::fin_with_data:
        return fin && other && verdict_.fin_acks[0] ? say_in_order(*fin, *other, *verdict_.fin_acks[0]) : void();
      case Ending::simultaneous:
        return fin && other ? say_simultaneous_close(*fin, *other) : void();
      case Ending::vanished:
        return say_vanished();
      case Ending::open:
        return say_open();
      case Ending::abort:
      case Ending::refused:
      case Ending::unanswered:
        return;
    }
  }

  /// FIN and FIN, the second behind an acknowledgment of the first.
  void say_in_order(std::size_t fin, std::size_t other, std::size_t acknowledged) {
    const End first = context_.segment(fin).from;
    const std::size_t carrier = context_.segment(fin).length > 0 ? fin : other;
    const auto new_data = data_after_fin();
    const auto& last = verdict_.fin_acks[1];
    const auto rows =
        context_.rows(last ? std::vector{fin, acknowledged, other, *last} : std::vector{fin, acknowledged, other});
    const Fillings fillings = {{"rows", RowList{rows}},
                               {"fin", context_.row(fin)},
                               {"other", context_.row(other)},
                               {"ack", context_.row(acknowledged)},
                               {"carrier", context_.row(carrier)},
                               {"bytes", Prose::bytes(context_.segment(carrier).length)},
                               {"data", context_.row(new_data.value_or(other))}};
    if (verdict_.ending == Ending::four_segment) say(Phrase::ending_four_segment, first, fillings);
    if (verdict_.ending == Ending::three_segment)
      say_both(Phrase::ending_three_segment, Phrase::not_four_segment, fillings, first);
    if (verdict_.ending == Ending::half_close)
      say_both(Phrase::ending_half_close,
               new_data == acknowledged ? Phrase::not_four_segment_half_self : Phrase::not_four_segment_half, fillings,
               first);
    if (verdict_.ending == Ending::fin_with_data)
      say_both(Phrase::ending_fin_with_data, Phrase::not_three_segment_data, fillings, first);
    say(acknowledged == other ? Phrase::not_simultaneous_self : Phrase::not_simultaneous, first, fillings);
  }

  /// Of the end that closed second, when the first FIN had been acknowledged.
  [[nodiscard]] std::optional<std::size_t> data_after_fin() const {
    const Segment& fin = context_.segment(*verdict_.fins[0]);
    for (const Row& row : context_.ladder.rows) {
      if (!row.segment || row.leg == Leg::arrival) continue;
      const Segment& segment = context_.segment(*row.segment);
      const bool has_new_data = is_new(verdict_.notes[*row.segment].again) && segment.length > 0;
      if (segment.from != fin.from && has_new_data && segment.has(TcpFlags::ack) && segment.ack > fin.fin_number())
        return row.segment;
    }
    return std::nullopt;
  }

  void say_simultaneous_close(std::size_t fin, std::size_t other) {
    if (context_.connection.is_with_itself()) return say(Phrase::ending_with_itself, {{"fin", context_.row(fin)}});
    const auto rows = context_.rows({fin, other});
    say(Phrase::ending_simultaneous, {{"rows", RowList{rows}}});
    const Row &first = context_.row_at(fin), &second = context_.row_at(other);
    if (first.seq && second.ack)
      say(Phrase::not_four_segment_simultaneous, {{"fin", context_.row(fin)},
                                                  {"other", context_.row(other)},
                                                  {"needed", first.seq->end + 1},
                                                  {"ack", *second.ack}});
  }

  /// Who fell silent is the other than who sent again at the end, or it only seems so there.
  void say_vanished() {
    std::vector<std::size_t> again;
    for (auto row = context_.ladder.rows.rbegin(); row != context_.ladder.rows.rend(); ++row) {
      if (!row->segment || row->leg == Leg::arrival || row->protocol != Protocol::tcp) continue;
      const bool is_others = !again.empty() && row->from != context_.segment(again.front()).from;
      if (is_others && row->leg != Leg::lost) break;
      if (is_others) continue;
      const SentAgain why = verdict_.notes[*row->segment].again;
      if (is_retransmission(why) || why == SentAgain::keep_alive || why == SentAgain::window_probe)
        again.push_back(*row->segment);
    }
    if (again.empty()) return;
    const End silent = peer_of(context_.segment(again.front()).from);
    const auto rows = context_.rows(again);
    const std::size_t first = context_.row(again.back());
    const auto is_answer = [&](std::size_t lost) {
      return context_.segment(lost).from == silent && context_.row(lost) > first;
    };
    const auto answer = std::ranges::find_if(context_.lost(), is_answer);
    if (answer == context_.lost().end())
      return say_both(Phrase::ending_vanished, Phrase::not_open, {{"rows", RowList{rows}}, {"row", first}}, silent);
    say_both(Phrase::ending_cut_off, Phrase::not_open,
             {{"rows", RowList{rows}}, {"row", first}, {"lost", context_.row(*answer)}}, silent);
  }

  void say_open() {
    const auto& [fin, other] = verdict_.fins;
    if (!fin) {
      const bool is_half_open = verdict_.opening == Opening::half_open;
      const bool has_gaps = verdict_.certainty != Certainty::seen;
      const bool is_replaced = context_.connection.ports_used_again;
      say(is_replaced    ? (is_half_open ? Phrase::ending_open_half_replaced : Phrase::ending_open_replaced)
          : is_half_open ? Phrase::ending_open_half
          : has_gaps     ? Phrase::ending_open_gaps
                         : Phrase::ending_open);
    } else {
      const std::size_t second = other ? context_.row(*other) : 0;
      say(other ? Phrase::ending_open_fins : Phrase::ending_open_fin, context_.segment(*fin).from,
          {{"fin", context_.row(*fin)}, {"other", second}});
    }
    const bool nothing_came_again = verdict_.retransmissions[0].empty() && verdict_.retransmissions[1].empty();
    if (nothing_came_again) say(Phrase::not_vanished);
  }

  void say_time_wait() {
    const auto& [client, server] = verdict_.time_wait;
    if (!client && !server) return;
    using Duration = std::chrono::nanoseconds;
    const Duration seen = std::max(client.value_or(Duration{0}), server.value_or(Duration{0}));
    // Twice the MSL of RFC 9293 section 3.4.2: no system waits longer.
    constexpr std::chrono::minutes longest{4};
    const bool is_both = client && server;
    const auto pick = [&](Phrase one, Phrase both) { return is_both ? both : one; };
    const bool is_over = seen > longest;
    const Phrase phrase = [&] {
      if (context_.connection.ports_used_again)
        return is_over ? pick(Phrase::time_wait_one_over, Phrase::time_wait_both_over)
                       : pick(Phrase::time_wait_one_replaced, Phrase::time_wait_both_replaced);
      if (is_over) return pick(Phrase::time_wait_one_long, Phrase::time_wait_both_long);
      return seen > Duration{0} ? pick(Phrase::time_wait_one, Phrase::time_wait_both)
                                : pick(Phrase::time_wait_one_begun, Phrase::time_wait_both_begun);
    }();
    const std::string time = Prose::duration(seen);
    const bool is_unknown = seen == Duration{0} && goes_back();
    const std::string later = prose_.text(is_unknown ? Phrase::later_unknown : Phrase::later_by, {{"time", time}});
    say(phrase, client ? End::client : End::server, {{"time", time}, {"later", later}});
  }

  /// To what ended the watch: as in two captures that were joined.
  [[nodiscard]] bool goes_back() const {
    const Connection& connection = context_.connection;
    return connection.watched_until && *connection.watched_until < connection.segments.back().sighting().time;
  }

  void say_lost_final_ack() {
    if (!verdict_.lost_final_ack || !verdict_.fins[1]) return;
    const End closer = context_.segment(*verdict_.fins[1]).from;
    const std::size_t ack_row = context_.row(*verdict_.lost_final_ack);
    for (std::size_t i = ack_row; i < context_.ladder.rows.size(); ++i) {
      const Row& row = context_.ladder.rows[i];
      if (row.from != closer || !row.flags.has(TcpFlags::fin) || row.leg == Leg::arrival) continue;
      const bool is_lost =
          context_.connection.vantage == Vantage::both_ends && !context_.segment(*verdict_.lost_final_ack).arrived;
      return say(is_lost ? Phrase::lost_final_ack_seen : Phrase::lost_final_ack, closer,
                 {{"ack", ack_row}, {"again", i + 1}});
    }
  }

  LineBuffer& text_;
  const VerdictContext& context_;
  const Verdict& verdict_;
  const Prose& prose_;
};

}  // namespace

void say_ending(LineBuffer& text, const VerdictContext& context) {
  EndingSentences(text, context).say_all();
}

}  // namespace tcplab
