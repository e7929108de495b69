// The sentences of a verdict on what was sent again, of what kind and why; and on what only looks so.
#include <algorithm>
#include <array>

#include "report/verdict_context.hpp"
#include "tcp/quotes.hpp"

namespace tcplab {
namespace {

constexpr std::array whats = {Phrase::what_syn, Phrase::what_syn_ack, Phrase::what_data, Phrase::what_data_fin,
                              Phrase::what_fin};

/// Data that is sent again may bring the FIN for the first time.
bool brings_fin(const VerdictContext& context, std::size_t place) {
  const Segment& segment = context.segment(place);
  const auto& first = context.first_fin(segment.from);
  return segment.has(TcpFlags::fin) && segment.length > 0 && (!first || place <= *first);
}

std::size_t what_of(const VerdictContext& context, std::size_t place) {
  const Segment& segment = context.segment(place);
  if (segment.has(TcpFlags::syn)) return segment.has(TcpFlags::ack) ? 1 : 0;
  if (!segment.has(TcpFlags::fin) || brings_fin(context, place)) return 2;
  return segment.length > 0 ? 3 : 4;
}

/// "the SYN (row 3); data (rows 5 and 6)".
LineBuffer sorted_by_what(const VerdictContext& context, const std::vector<std::size_t>& segments) {
  LineBuffer list;
  for (std::size_t what = 0; what < whats.size(); ++what) {
    std::vector<std::size_t> of_kind;
    std::ranges::copy_if(segments, std::back_inserter(of_kind),
                         [&](std::size_t one) { return what_of(context, one) == what; });
    if (of_kind.empty()) continue;
    const auto rows = context.rows(of_kind);
    context.prose.add_clause(list, Phrase::what_of_rows, {{"what", Words{whats[what]}}, {"rows", RowList{rows}}});
  }
  return list;
}

Phrase phrase_of(SentAgain why) {
  switch (why) {
    case SentAgain::fast:
      return Phrase::again_fast;
    case SentAgain::partial_ack:
      return Phrase::again_partial_ack;
    case SentAgain::by_sack:
      return Phrase::again_by_sack;
    case SentAgain::path_mtu:
      return Phrase::again_path_mtu;
    case SentAgain::syn_came_again:
      return Phrase::again_syn_came;
    case SentAgain::refused_early:
      return Phrase::again_refused_early;
    case SentAgain::spurious:
      return Phrase::again_spurious;
    case SentAgain::out_of_order:
      return Phrase::count_out_of_order;
    case SentAgain::keep_alive:
      return Phrase::count_keep_alive;
    case SentAgain::window_probe:
      return Phrase::count_window_probe;
    case SentAgain::no:
    case SentAgain::copy:  // say_copies()
    case SentAgain::after_timeout:
      break;
  }
  return Phrase::again_after_timeout;
}

/// That it was sent once proves it, as does an IP identification, where there is one.
void say_copies(LineBuffer& text, const VerdictContext& context, End end, const std::vector<std::size_t>& segments) {
  std::vector<std::size_t> came_twice, proved, likely;
  const bool is_telling = context.connection.has_telling_identifications(end);
  for (const std::size_t one : segments) {
    const bool is_proved = is_telling && context.segment(one).ip_identification != 0;
    (context.verdict.notes[one].sent_once ? came_twice : is_proved ? proved : likely).push_back(one);
  }
  const auto say = [&](Phrase phrase, const std::vector<std::size_t>& some) {
    if (some.empty()) return;
    const auto rows = context.rows(some);
    context.prose.say(text, phrase, end, {{"segments", Prose::segments(some.size())}, {"rows", RowList{rows}}});
  };
  say(Phrase::count_came_twice, came_twice);
  say(Phrase::count_copy, proved);
  say(Phrase::count_copy_likely, likely);
}

void say_again(LineBuffer& text, const VerdictContext& context, End end, SentAgain why,
               const std::vector<std::size_t>& segments) {
  if (segments.empty()) return;
  if (why == SentAgain::copy) return say_copies(text, context, end, segments);
  const LineBuffer what = is_retransmission(why) ? sorted_by_what(context, segments) : LineBuffer();
  const auto rows = context.rows(segments);
  const auto is_syn = [&](std::size_t one) { return is_plain_syn(context.segment(one).flags); };
  const bool is_trace =
      why == SentAgain::after_timeout && std::ranges::all_of(segments, is_syn) && Quotes(context.connection).is_trace();
  context.prose.say(text, is_trace ? Phrase::again_trace : phrase_of(why), end,
                    {{"segments", Prose::segments(segments.size())}, {"what", what.text()}, {"rows", RowList{rows}}});
}

void say_recorded_late(LineBuffer& text, const VerdictContext& context, End end,
                       const std::vector<std::size_t>& segments) {
  if (segments.empty()) return;
  const auto rows = context.rows(segments);
  context.prose.say(text, Phrase::count_recorded_late, end,
                    {{"segments", Prose::segments(segments.size())}, {"rows", RowList{rows}}});
}

/// Only two captures show what never arrived.
void say_losses(LineBuffer& text, const VerdictContext& context) {
  const std::vector<std::size_t>& lost = context.lost();
  if (lost.empty()) return;
  const auto rows = context.rows(lost);
  context.prose.say(text, Phrase::count_lost, {{"Segments", Prose::segments(lost.size())}, {"rows", RowList{rows}}});
}

}  // namespace

void say_repetitions(LineBuffer& text, const VerdictContext& context) {
  constexpr std::array kinds = {SentAgain::after_timeout, SentAgain::fast,       SentAgain::partial_ack,
                                SentAgain::by_sack,       SentAgain::path_mtu,   SentAgain::syn_came_again,
                                SentAgain::refused_early, SentAgain::spurious,   SentAgain::out_of_order,
                                SentAgain::copy,          SentAgain::keep_alive, SentAgain::window_probe};
  const auto is_again = [](const Flow::Notes& notes) { return notes.again != SentAgain::no || notes.recorded_late; };
  if (std::ranges::none_of(context.verdict.notes, is_again) && context.lost().empty()) return;
  constexpr std::size_t words = 16;
  std::array<std::array<std::vector<std::size_t>, words>, 2> again;  // by end and kind
  std::array<std::vector<std::size_t>, 2> late;
  for (std::size_t i = 0; i < context.verdict.notes.size(); ++i) {
    const Flow::Notes& notes = context.verdict.notes[i];
    if (notes.recorded_late) late[index_of(context.segment(i).from)].push_back(i);
    const SentAgain why = notes.again;
    if (why == SentAgain::no) continue;
    again[index_of(context.segment(i).from)].at(static_cast<std::size_t>(why)).push_back(i);
  }
  for (const End end : {End::client, End::server}) {
    for (const SentAgain why : kinds)
      say_again(text, context, end, why, again[index_of(end)].at(static_cast<std::size_t>(why)));
    say_recorded_late(text, context, end, late[index_of(end)]);
  }
  say_losses(text, context);
}

}  // namespace tcplab
