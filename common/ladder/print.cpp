#include "ladder/print.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <cstring>
#include <string_view>

#include "packet/decimal.hpp"

namespace tcplab {
namespace {

constexpr std::size_t state_width = 12;  // "SYN-RECEIVED"

/// How many characters the number has.
std::size_t width_of(std::int64_t number) {
  return decimal_width(magnitude(number)) + (number < 0 ? 1U : 0U);
}

/// A word with blanks behind it, which is copied in one step.
template <std::size_t width>
using Word = std::array<char, width>;
template <std::size_t width>
constexpr Word<width> padded(std::string_view text) {
  Word<width> word{};
  std::ranges::fill(word, ' ');
  std::ranges::copy(text, word.begin());
  return word;
}

/// Writes in a line that is just wide enough for what is written, and no further: rows are printed by the hundred
/// thousand.
class Pen {
 public:
  explicit Pen(char* at) : at_(at) {}
  Pen& operator<<(std::string_view text) {
    at_ = std::copy_n(text.data(), text.size(), at_);
    return *this;
  }
  template <std::same_as<char> Letter>
  Pen& operator<<(Letter letter) {
    *at_++ = letter;
    return *this;
  }
  template <std::size_t width>
  Pen& operator<<(const Word<width>& word) {
    std::memcpy(at_, word.data(), width);
    at_ += width;
    return *this;
  }
  Pen& operator<<(std::int64_t number) {
    if (number < 0) *at_++ = '-';
    at_ = put_decimal(at_, magnitude(number));
    return *this;
  }

 private:
  char* at_;
};

/// Blanks behind what `out` holds, to write in.
class Line {
 public:
  Line(LineBuffer& out, std::size_t width) : out_(out), width_(width) {
    out_.make_room(std::max(width, enough_for_most) + 1);
    begin_ = out_.end().at();
    if (width <= enough_for_most)
      std::memset(begin_, ' ', enough_for_most);
    else
      std::memset(begin_, ' ', width);
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  [[nodiscard]] char* at(std::size_t column) { return begin_ + column; }
  /// `end`: behind the last that is not blank. With a newline.
  void finish(std::size_t end, std::string_view note) {
    if (note.empty()) {
      begin_[end] = '\n';
      return out_.set_end(LineEnd(begin_ + end + 1));
    }
    out_.set_end(LineEnd(begin_ + width_));
    const std::string_view text = note.substr(0, note.find_last_not_of(' ') + 1);
    out_.append(text.empty() ? "  #" : "  # ");
    out_.append(text);
    out_.append('\n');
  }

 private:
  static constexpr std::size_t enough_for_most = 128;
  LineBuffer& out_;
  std::size_t width_;
  char* begin_;
};

void append_padded(LineBuffer& out, std::string_view text, std::size_t width) {
  out.append(text);
  if (text.size() < width) out.append_blanks(width - text.size());
}

std::string_view state_text(std::optional<State> state) {
  return state ? to_string(*state) : std::string_view();
}

const auto state_words = [] {
  std::array<Word<state_width>, static_cast<std::size_t>(State::time_wait) + 1> words{};
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = padded<state_width>(to_string(static_cast<State>(i)));
  return words;
}();

const Word<state_width>& state_word(State state) {
  return state_words[static_cast<std::size_t>(state)];
}

std::string_view initial_text(std::optional<State> state) {
  return state ? to_string(*state) : "unknown";
}

/// The letters of each set of flags.
struct FlagWord {
  Word<FlagLetters::in_order.size()> letters;
  std::uint8_t width;
};
constexpr auto flag_words = [] {
  std::array<FlagWord, std::size_t{1} << FlagLetters::in_order.size()> words{};
  for (std::size_t bits = 0; bits < words.size(); ++bits) {
    const FlagLetters letters{TcpFlags(static_cast<std::uint16_t>(bits))};
    words[bits].letters = padded<FlagLetters::in_order.size()>(letters.text());
    words[bits].width = static_cast<std::uint8_t>(letters.text().size());
  }
  return words;
}();

constexpr Word<3> to_server = padded<3>("-->"), to_client = padded<3>("<--"), no_arrow = padded<3>("...");
constexpr Word<4> ack_word = padded<4>("ack ");

const Word<3>& arrow(const Row& row, End at) {
  if (!takes_part(row, at)) return no_arrow;
  return row.from == End::client ? to_server : to_client;
}

/// What a segment has beside flags and numbers.
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

/// Nearly always nothing.
bool has_rest(const Row& row, const PrintStyle& style) {
  return row.leg == Leg::lost || style.window || style.options;
}

void hold(SegmentWidths& widths, const Row& row, const PrintStyle& style) {
  const bool is_tcp = row.protocol == Protocol::tcp;
  std::size_t seq = 0;
  if (row.length) seq += width_of(*row.length) + 2;
  if (row.icmp) seq += width_of(row.icmp->type) + 1 + width_of(row.icmp->code);
  if (row.seq) seq += width_of(row.seq->first) + 1 + width_of(row.seq->end) + 2 + width_of(row.seq->length);
  widths.flags = std::max(
      widths.flags, is_tcp ? flag_words[row.flags.bits()].width : std::string_view(to_string(row.protocol)).size());
  widths.seq = std::max(widths.seq, seq);
  if (row.ack) widths.ack = std::max(widths.ack, 4 + width_of(*row.ack));
  if (has_rest(row, style)) widths.rest = std::max(widths.rest, rest_of(row, style).size());
}

std::size_t width_of(const SegmentWidths& widths) {
  std::size_t width = widths.flags;
  for (const std::size_t column : {widths.seq, widths.ack, widths.rest}) width += column > 0 ? 2 + column : 0;
  return width;
}

char repeat_sign(Repeat repeat) {
  return repeat == Repeat::once ? ' ' : repeat == Repeat::optional ? '?' : '*';
}

RowColumns columns_of(std::size_t margin, std::size_t client_width, const SegmentWidths& widths) {
  RowColumns columns;
  columns.client = margin;
  columns.left = margin + client_width + (client_width > 0 ? 2 : 0);
  columns.flags = columns.left + 5;
  std::size_t end = columns.flags + widths.flags;
  const auto place = [&end](std::size_t width) {
    const std::size_t begin = end + 2;
    if (width > 0) end = begin + width;
    return begin;
  };
  columns.seq = place(widths.seq);
  columns.ack = place(widths.ack);
  columns.rest = place(widths.rest);
  columns.right = end + 2;
  columns.server = columns.right + 5;
  return columns;
}

std::size_t width_of(const RowColumns& columns) {
  return columns.server + state_width;
}

/// Without what stands in the margin. Returns the column behind the last that is not blank. From left to right: the
/// blanks of a word may reach into the next column.
std::size_t put(Line& line, const Row& row, const RowColumns& columns, const PrintStyle& style) {
  const auto at = [&line](std::size_t column) { return Pen(line.at(column)); };
  if (row.client) at(columns.client) << state_word(*row.client);
  at(columns.left) << arrow(row, End::client);
  if (row.protocol == Protocol::tcp)
    at(columns.flags) << flag_words[row.flags.bits()].letters;
  else
    at(columns.flags) << to_string(row.protocol);
  Pen seq = at(columns.seq);
  if (row.length) seq << '(' << *row.length << ')';
  if (row.icmp) seq << row.icmp->type << '/' << row.icmp->code;
  if (row.seq) seq << row.seq->first << ':' << row.seq->end << '(' << row.seq->length << ')';
  if (row.ack) at(columns.ack) << ack_word << *row.ack;
  if (has_rest(row, style)) at(columns.rest) << rest_of(row, style);
  at(columns.right) << arrow(row, End::server);
  if (!row.server) return columns.right + no_arrow.size();
  at(columns.server) << state_word(*row.server);
  return columns.server + to_string(*row.server).size();
}

}  // namespace

std::string print(const Row& row, const PrintStyle& style) {
  SegmentWidths widths;
  hold(widths, row, style);
  const std::size_t margin = row.repeat != Repeat::once ? 2 : 0;
  const RowColumns columns = columns_of(margin, state_text(row.client).size(), widths);
  LineBuffer text;
  Line line(text, width_of(columns));
  if (margin > 0) *line.at(0) = repeat_sign(row.repeat);
  line.finish(put(line, row, columns, style), row.note);
  return std::string(text.text().substr(0, text.size() - 1));
}

LadderLines::LadderLines(const Ladder& ladder, const PrintStyle& style)
    : ladder_(ladder),
      style_(style),
      digits_(style.numbers ? width_of(static_cast<std::int64_t>(ladder.rows.size())) : 0) {
  for (const Row& row : ladder.rows) hold(widths_, row, style);
  places_ = columns_of(margin(), state_width, widths_);
}

std::size_t LadderLines::margin() const {
  return digits_ + 3;
}

RemarkColumns LadderLines::columns() const {
  const std::size_t between = 2 + 3 + 2 + width_of(widths_) + 2 + 3 + 2;
  return {margin(), margin() + state_width + 2, margin() + state_width + between};
}

void LadderLines::append_head(LineBuffer& out) const {
  for (const std::string& comment : ladder_.comments) out.append("#" + comment + "\n");
  const std::size_t server = columns().server - margin();
  const auto append_line = [&](std::string_view left, std::string_view right) {
    out.append_blanks(margin());
    append_padded(out, left, server);
    out.append(right);
    out.append('\n');
  };
  append_line("client", "server");
  if (ladder_.client || ladder_.server) append_line(initial_text(ladder_.client), initial_text(ladder_.server));
}

void LadderLines::append_row(LineBuffer& out, std::size_t index) const {
  const Row& row = ladder_.rows[index];
  if (!row.remarks.empty()) out.append(print(row.remarks, columns()));
  Line line(out, width_of(places_));
  if (style_.numbers) put_decimal_before(line.at(digits_), static_cast<std::uint32_t>(index + 1));
  *line.at(digits_ + 1) = repeat_sign(row.repeat);
  line.finish(put(line, row, places_, style_), row.note);
}

void LadderLines::append_closing(LineBuffer& out) const {
  if (!ladder_.closing.empty()) out.append(print(ladder_.closing, columns()));
}

std::string print(const Ladder& ladder, const PrintStyle& style) {
  const LadderLines lines(ladder, style);
  LineBuffer text;
  text.make_room(ladder.rows.size() * 80);
  lines.append_head(text);
  for (std::size_t i = 0; i < ladder.rows.size(); ++i) lines.append_row(text, i);
  lines.append_closing(text);
  return std::string(text.text());
}

std::string print(const std::vector<Ladder>& ladders, const PrintStyle& style) {
  std::string text;
  for (const Ladder& ladder : ladders) text += (text.empty() ? "" : "\n") + print(ladder, style);
  return text;
}

}  // namespace tcplab
