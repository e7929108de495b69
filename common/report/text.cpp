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

/// The records of the client's capture alone, in its order: another's clock may be another.
std::vector<Sighting> seen_by_client(const Connection& connection) {
  std::vector<Sighting> all;
  all.reserve(connection.segments.size());
  for (const Segment& segment : connection.segments) {
    if (const auto& seen = segment.from == End::client ? segment.departed : segment.arrived) all.push_back(*seen);
  }
  if (!std::ranges::is_sorted(all, {}, &Sighting::frame)) std::ranges::stable_sort(all, {}, &Sighting::frame);
  return all;
}

std::string duration_text(const Connection& connection, const Prose& prose) {
  const std::vector<Sighting> all = seen_by_client(connection);
  if (all.empty()) return prose.text(Phrase::no_time);
  const auto by_time = std::ranges::minmax(all, {}, &Sighting::time);
  std::string time = Prose::duration(by_time.max.time - by_time.min.time);
  // Several processors that record one capture disagree by less.
  constexpr std::chrono::milliseconds negligible{1};
  const auto goes_back = [&](const Sighting& one, const Sighting& next) { return one.time - next.time > negligible; };
  if (std::ranges::adjacent_find(all, goes_back) == all.end()) return time;
  return prose.text(Phrase::times_go_back, {{"time", time}});
}

}  // namespace

std::string heading(const Analysis& analysis, Language language) {
  const Connection& connection = analysis.connection;
  const Prose prose(language);
  const bool is_tcp = connection.protocol == Protocol::tcp;
  const std::size_t count = connection.segments.size();
  const std::string segments = is_tcp ? prose.segments(count) : prose.packets(count);
  const std::string time = duration_text(connection, prose);
  const bool is_both = connection.vantage == Vantage::both_ends;
  return prose.text(is_tcp ? Phrase::heading_tcp : Phrase::heading_udp,
                    {{"client", to_string(connection.client)},
                     {"server", to_string(connection.server)},
                     {"segments", segments},
                     {"time", time},
                     {"vantage", prose.text(is_both ? Phrase::vantage_both : Phrase::vantage_one)}});
}

void append_verdict(std::string& text, const Analysis& analysis, Language language) {
  for (const std::string& paragraph :
       verdict_paragraphs(analysis.connection, analysis.verdict, analysis.ladder, language))
    append_wrapped(text, paragraph);
}

void append_ladder(std::string& text, const Ladder& ladder, const Spill& spill) {
  const LadderLines lines(ladder);
  lines.append_head(text);
  for (std::size_t i = 0; i < ladder.rows.size(); ++i) {
    lines.append_row(text, i);
    spill();
  }
  lines.append_closing(text);
}

void append_rule(std::string& text) {
  text += '\n';
  text.append(79, '-');
  text += "\n\n";
}

void append_show_text(std::string& text, const Analysis& analysis, Language language, const Spill& spill) {
  append_wrapped(text, heading(analysis, language));
  text += '\n';
  append_ladder(text, analysis.ladder, spill);
  text += '\n';
  append_verdict(text, analysis, language);
}

std::string show_text(const Analysis& analysis, Language language) {
  std::string text;
  append_show_text(text, analysis, language, [] {});
  return text;
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
