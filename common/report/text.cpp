#include "report/text.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "ladder/print.hpp"
#include "report/prose.hpp"
#include "report/verdict_text.hpp"
#include "report/wrap.hpp"
#include "tcp/transition.hpp"

namespace tcplab {
namespace {

std::string padded(std::string_view text, std::size_t width) {
  std::string column(text);
  if (column.size() < width) column.append(width - column.size(), ' ');
  return column;
}

/// What was recorded, one after the other.
struct Records {
  std::optional<Sighting> latest;
  Timestamp first, last;  ///< by time
  bool goes_back = false, is_in_order = true;

  void add(const Sighting& next) {
    // Several processors that record one capture disagree by less.
    constexpr std::chrono::milliseconds negligible{1};
    if (!latest) first = last = next.time;
    first = std::min(first, next.time);
    last = std::max(last, next.time);
    goes_back = goes_back || (latest && latest->time - next.time > negligible);
    is_in_order = is_in_order && (!latest || latest->frame <= next.frame);
    latest = next;
  }
};

/// The records of the client's capture alone, in its order: another's clock may be another.
Records seen_by_client(const Connection& connection) {
  Records records;
  for (const Segment& segment : connection.segments)
    if (const auto& seen = segment.seen_at(End::client)) records.add(*seen);
  if (records.is_in_order) return records;
  std::vector<Sighting> all;
  for (const Segment& segment : connection.segments)
    if (const auto& seen = segment.seen_at(End::client)) all.push_back(*seen);
  std::ranges::stable_sort(all, {}, &Sighting::frame);
  records = {};
  for (const Sighting& seen : all) records.add(seen);
  return records;
}

std::string duration_text(const Connection& connection, const Prose& prose) {
  const Records records = seen_by_client(connection);
  if (!records.latest) return prose.text(Phrase::no_time);
  std::string time = Prose::duration(records.last - records.first);
  return records.goes_back ? prose.text(Phrase::times_go_back, {{"time", time}}) : time;
}

}  // namespace

std::string heading(const Analysis& analysis, Language language) {
  const Connection& connection = analysis.connection;
  const Prose prose(language);
  const bool is_tcp = connection.protocol == Protocol::tcp;
  const std::size_t count = connection.segments.size();
  const std::string time = duration_text(connection, prose);
  const bool is_both = connection.vantage == Vantage::both_ends;
  return prose.text(is_tcp ? Phrase::heading_tcp : Phrase::heading_udp,
                    {{"client", to_string(connection.client)},
                     {"server", to_string(connection.server)},
                     {"segments", is_tcp ? Prose::segments(count) : Prose::packets(count)},
                     {"time", time},
                     {"vantage", Words{is_both ? Phrase::vantage_both : Phrase::vantage_one}}});
}

void append_verdict(LineBuffer& text, const Analysis& analysis, Language language) {
  const LineBuffer verdict = verdict_paragraphs(analysis.connection, analysis.verdict, analysis.ladder, language);
  const std::string_view paragraphs = verdict.text();
  for (std::size_t begin = 0, end = 0; begin < paragraphs.size(); begin = end + 1) {
    end = paragraphs.find('\n', begin);
    append_wrapped(text, paragraphs.substr(begin, end - begin));
  }
}

void append_ladder(LineBuffer& text, const Ladder& ladder, const Spill& spill) {
  const LadderLines lines(ladder);
  lines.append_head(text);
  for (std::size_t i = 0; i < ladder.rows.size(); ++i) {
    lines.append_row(text, i);
    spill();
  }
  lines.append_closing(text);
}

void append_rule(LineBuffer& text) {
  text.append("\n-------------------------------------------------------------------------------\n\n");
}

void append_show_text(LineBuffer& text, const Analysis& analysis, Language language, const Spill& spill) {
  append_wrapped(text, heading(analysis, language));
  text.append('\n');
  append_ladder(text, analysis.ladder, spill);
  text.append('\n');
  append_verdict(text, analysis, language);
}

std::string show_text(const Analysis& analysis, Language language) {
  LineBuffer text;
  append_show_text(text, analysis, language, [] {});
  return std::string(text.text());
}

std::string states_text() {
  std::string text = "from          event                 to            sends    RFC 9293\n";
  for (const Transition& edge : transitions()) {
    std::string line = padded(to_string(edge.from), 14) + padded(to_string(edge.event), 22) +
                       padded(to_string(edge.to), 14) + padded(edge.sends, 9) + std::string(edge.section);
    text += line + "\n";
    if (!edge.note.empty()) text += std::string(14, ' ') + "  " + std::string(edge.note) + "\n";
  }
  return text;
}

}  // namespace tcplab
