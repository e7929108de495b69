#include "report/text.hpp"

#include <algorithm>
#include <cstdio>

#include "ladder/print.hpp"
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

/// By the client's capture alone: another's clock may be another.
std::string duration_text(const Connection& connection) {
  Timestamp first = Timestamp::max(), last = Timestamp::min();
  for (const Segment& segment : connection.segments) {
    const auto& seen = segment.from == End::client ? segment.departed : segment.arrived;
    if (!seen) continue;
    first = std::min(first, seen->time);
    last = std::max(last, seen->time);
  }
  if (first > last) return "no time";
  const double milliseconds = std::chrono::duration<double, std::milli>(last - first).count();
  char text[40];
  if (milliseconds < 1000)
    std::snprintf(text, sizeof text, "%.1f ms", milliseconds);
  else
    std::snprintf(text, sizeof text, "%.2f s", milliseconds / 1000);
  return text;
}

}  // namespace

std::string heading(const Analysis& analysis) {
  const Connection& connection = analysis.connection;
  const std::size_t count = connection.segments.size();
  const bool is_tcp = connection.protocol == Protocol::tcp;
  return to_string(connection.client) + " -> " + to_string(connection.server) + (is_tcp ? ", " : ", UDP, ") +
         std::to_string(count) + (is_tcp ? " segment" : " packet") + (count == 1 ? " in " : "s in ") +
         duration_text(connection) +
         (connection.vantage == Vantage::both_ends ? ", seen at both ends" : ", seen at one point");
}

std::string show_text(const Analysis& analysis) {
  return wrapped(heading(analysis)) + "\n" + print(analysis.ladder) + "\n" +
         wrapped(verdict_text(analysis.connection, analysis.verdict, analysis.ladder));
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
