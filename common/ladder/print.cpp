#include "ladder/print.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <string_view>
#include <system_error>

namespace tcplab {
namespace {

constexpr std::size_t state_width = 12;  // "SYN-RECEIVED"

/// How many characters the number has.
std::size_t width_of(std::int64_t number) {
  std::size_t width = number < 0 ? 2 : 1;
  for (std::uint64_t left = number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
       left >= 10; left /= 10)
    ++width;
  return width;
}

std::size_t width_of(TcpFlags flags) {
  return flags == TcpFlags() ? std::string_view("none").size() : static_cast<std::size_t>(std::popcount(flags.bits()));
}

/// Writes in a line that is wide enough for what is written: rows are printed by the hundred thousand.
class Pen {
 public:
  explicit Pen(char* at) : at_(at) {}
  Pen& operator<<(std::string_view text) {
    at_ = std::copy_n(text.data(), text.size(), at_);
    return *this;
  }
  Pen& operator<<(std::int64_t number) {
    constexpr std::size_t most = 20;
    std::array<char, most> digits;
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + most, number);
    if (error == std::errc()) at_ = std::copy(digits.data(), end, at_);
    return *this;
  }

 private:
  char* at_;
};

void append_padded(std::string& out, std::string_view text, std::size_t width) {
  out += text;
  if (text.size() < width) out.append(width - text.size(), ' ');
}

std::string_view state_text(std::optional<State> state) {
  return state ? to_string(*state) : std::string_view();
}

std::string_view initial_text(std::optional<State> state) {
  return state ? to_string(*state) : "unknown";
}

/// The arrows at the client's and at the server's side.
std::array<std::string_view, 2> arrows(const Row& row) {
  const std::string_view arrow = row.from == End::client ? "-->" : "<--";
  return {takes_part(row, End::client) ? arrow : "...", takes_part(row, End::server) ? arrow : "..."};
}

/// What a segment has beside flags and numbers: nearly always nothing.
std::string rest_of(const Row& row, const PrintStyle& style) {
  std::string rest;
  if (row.window && style.window) rest += "win " + std::to_string(*row.window);
  if (!row.options.empty() && style.options) {
    std::string list;
    for (const std::string& option : row.options) list += (list.empty() ? "<" : ",") + option;
    rest += (rest.empty() ? "" : " ") + list + ">";
  }
  if (row.leg == Leg::lost) rest += rest.empty() ? "lost" : " lost";
  return rest;
}

void hold(SegmentWidths& widths, const Row& row, const PrintStyle& style) {
  const bool is_tcp = row.protocol == Protocol::tcp;
  std::size_t seq = 0;
  if (row.length) seq += width_of(*row.length) + 2;
  if (row.icmp) seq += width_of(row.icmp->type) + 1 + width_of(row.icmp->code);
  if (row.seq) seq += width_of(row.seq->first) + 1 + width_of(row.seq->end) + 2 + width_of(row.seq->length);
  widths.flags =
      std::max(widths.flags, is_tcp ? width_of(row.flags) : std::string_view(to_string(row.protocol)).size());
  widths.seq = std::max(widths.seq, seq);
  if (row.ack) widths.ack = std::max(widths.ack, 4 + width_of(*row.ack));
  widths.rest = std::max(widths.rest, rest_of(row, style).size());
}

std::size_t width_of(const SegmentWidths& widths) {
  std::size_t width = widths.flags;
  for (const std::size_t column : {widths.seq, widths.ack, widths.rest}) width += column > 0 ? 2 + column : 0;
  return width;
}

char repeat_sign(Repeat repeat) {
  return repeat == Repeat::once ? ' ' : repeat == Repeat::optional ? '?' : '*';
}

/// Where the fields of a row begin.
struct Columns {
  Columns(std::size_t margin, std::size_t client_width, const SegmentWidths& widths)
      : client(margin), left(margin + client_width + (client_width > 0 ? 2 : 0)), flags(left + 5) {
    std::size_t end = flags + widths.flags;
    const auto place = [&end](std::size_t width) {
      const std::size_t begin = end + 2;
      if (width > 0) end = begin + width;
      return begin;
    };
    seq = place(widths.seq);
    ack = place(widths.ack);
    rest = place(widths.rest);
    right = end + 2;
    server = right + 5;
  }
  std::size_t client, left, flags, seq = 0, ack = 0, rest = 0, right = 0, server = 0;
};

/// Without what stands in the margin.
void append_line(std::string& out, const Row& row, const Columns& columns, const PrintStyle& style) {
  const std::size_t begin = out.size();
  out.append(columns.server + state_width, ' ');
  const auto at = [line = out.data() + begin](std::size_t column) { return Pen(line + column); };
  const auto [left, right] = arrows(row);
  at(columns.client) << state_text(row.client);
  at(columns.left) << left;
  if (row.protocol == Protocol::tcp)
    at(columns.flags) << to_string(row.flags);
  else
    at(columns.flags) << to_string(row.protocol);
  Pen seq = at(columns.seq);
  if (row.length) seq << "(" << *row.length << ")";
  if (row.icmp) seq << row.icmp->type << "/" << row.icmp->code;
  if (row.seq) seq << row.seq->first << ":" << row.seq->end << "(" << row.seq->length << ")";
  if (row.ack) at(columns.ack) << "ack " << *row.ack;
  at(columns.rest) << rest_of(row, style);
  at(columns.right) << right;
  at(columns.server) << state_text(row.server);
  if (!row.note.empty()) out.append("  # ").append(row.note);
  out.erase(out.find_last_not_of(' ') + 1);
}

}  // namespace

std::string print(const Row& row, const PrintStyle& style) {
  SegmentWidths widths;
  hold(widths, row, style);
  const std::size_t margin = row.repeat != Repeat::once ? 2 : 0;
  std::string text;
  append_line(text, row, Columns(margin, state_text(row.client).size(), widths), style);
  if (margin > 0) text.front() = repeat_sign(row.repeat);
  return text;
}

LadderLines::LadderLines(const Ladder& ladder, const PrintStyle& style) : ladder_(ladder), style_(style) {
  for (const Row& row : ladder.rows) hold(widths_, row, style);
  digits_ = style.numbers ? std::to_string(ladder.rows.size()).size() : 0;
}

std::size_t LadderLines::margin() const {
  return digits_ + 3;
}

RemarkColumns LadderLines::columns() const {
  const std::size_t between = 2 + 3 + 2 + width_of(widths_) + 2 + 3 + 2;
  return {margin(), margin() + state_width + 2, margin() + state_width + between};
}

void LadderLines::append_head(std::string& out) const {
  for (const std::string& comment : ladder_.comments) out += "#" + comment + "\n";
  const std::size_t server = columns().server - margin();
  const auto append_line = [&](std::string_view left, std::string_view right) {
    out.append(margin(), ' ');
    append_padded(out, left, server);
    out += right;
    out += '\n';
  };
  append_line("client", "server");
  if (ladder_.client || ladder_.server) append_line(initial_text(ladder_.client), initial_text(ladder_.server));
}

void LadderLines::append_row(std::string& out, std::size_t index) const {
  const Row& row = ladder_.rows[index];
  if (!row.remarks.empty()) out += print(row.remarks, columns());
  const std::size_t begin = out.size();
  append_line(out, row, Columns(margin(), state_width, widths_), style_);
  char* const line = out.data() + begin;
  if (style_.numbers)
    Pen(line + digits_ - width_of(static_cast<std::int64_t>(index + 1))) << static_cast<std::int64_t>(index + 1);
  line[digits_ + 1] = repeat_sign(row.repeat);
  out += '\n';
}

void LadderLines::append_closing(std::string& out) const {
  if (!ladder_.closing.empty()) out += print(ladder_.closing, columns());
}

std::string print(const Ladder& ladder, const PrintStyle& style) {
  const LadderLines lines(ladder, style);
  std::string text;
  text.reserve(ladder.rows.size() * 80);
  lines.append_head(text);
  for (std::size_t i = 0; i < ladder.rows.size(); ++i) lines.append_row(text, i);
  lines.append_closing(text);
  return text;
}

std::string print(const std::vector<Ladder>& ladders, const PrintStyle& style) {
  std::string text;
  for (const Ladder& ladder : ladders) text += (text.empty() ? "" : "\n") + print(ladder, style);
  return text;
}

}  // namespace tcplab
