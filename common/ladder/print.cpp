#include "ladder/print.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <system_error>

namespace tcplab {
namespace {

constexpr std::size_t state_width = 12;  // "SYN-RECEIVED"

/// A short text without memory of its own: rows are printed by the hundred thousand.
class Cell {
 public:
  Cell& operator<<(std::string_view text) {
    const std::size_t count = std::min(text.size(), text_.size() - size_);
    std::copy_n(text.begin(), count, text_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += count;
    return *this;
  }
  Cell& operator<<(std::int64_t number) {
    char* const begin = text_.data() + size_;
    const auto [end, error] = std::to_chars(begin, text_.data() + text_.size(), number);
    if (error == std::errc()) size_ += static_cast<std::size_t>(end - begin);
    return *this;
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::string_view text() const { return {text_.data(), size_}; }

 private:
  std::array<char, 80> text_;  // three numbers of 64 bits are 60 digits
  std::size_t size_ = 0;
};

/// The fields of a segment, each a column.
struct Fields {
  Cell flags, seq, ack;
  std::string rest;
};

Fields fields_of(const Row& row, const PrintStyle& style) {
  Fields fields;
  if (row.protocol == Protocol::tcp)
    fields.flags << to_string(row.flags);
  else
    fields.flags << to_string(row.protocol);
  if (row.length) fields.seq << "(" << *row.length << ")";
  if (row.icmp) fields.seq << row.icmp->type << "/" << row.icmp->code;
  if (row.seq) fields.seq << row.seq->first << ":" << row.seq->end << "(" << row.seq->length << ")";
  if (row.ack) fields.ack << "ack " << *row.ack;
  if (row.window && style.window) fields.rest += "win " + std::to_string(*row.window);
  if (!row.options.empty() && style.options) {
    std::string list;
    for (const std::string& option : row.options) list += (list.empty() ? "<" : ",") + option;
    fields.rest += (fields.rest.empty() ? "" : " ") + list + ">";
  }
  if (row.leg == Leg::lost) fields.rest += fields.rest.empty() ? "lost" : " lost";
  return fields;
}

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

void hold(SegmentWidths& widths, const Fields& fields) {
  widths.flags = std::max(widths.flags, fields.flags.size());
  widths.seq = std::max(widths.seq, fields.seq.size());
  widths.ack = std::max(widths.ack, fields.ack.size());
  widths.rest = std::max(widths.rest, fields.rest.size());
}

std::size_t width_of(const SegmentWidths& widths) {
  std::size_t width = widths.flags;
  for (const std::size_t column : {widths.seq, widths.ack, widths.rest}) width += column > 0 ? 2 + column : 0;
  return width;
}

void append_segment(std::string& out, const Fields& fields, const SegmentWidths& widths) {
  append_padded(out, fields.flags.text(), widths.flags);
  const auto append_column = [&](std::string_view text, std::size_t width) {
    if (width == 0) return;
    out += "  ";
    append_padded(out, text, width);
  };
  append_column(fields.seq.text(), widths.seq);
  append_column(fields.ack.text(), widths.ack);
  append_column(fields.rest, widths.rest);
}

char repeat_sign(Repeat repeat) {
  return repeat == Repeat::once ? ' ' : repeat == Repeat::optional ? '?' : '*';
}

void append_body(std::string& out, const Row& row, const Fields& fields, const SegmentWidths& widths,
                 std::size_t client_width) {
  const auto [left, right] = arrows(row);
  const std::size_t before = out.size();
  append_padded(out, state_text(row.client), client_width);
  if (out.size() > before) out += "  ";
  out += left;
  out += "  ";
  append_segment(out, fields, widths);
  out += "  ";
  out += right;
  out += "  ";
  if (row.note.empty()) {
    out += state_text(row.server);
  } else {
    append_padded(out, state_text(row.server), state_width);
    out += "  # ";
    out += row.note;
  }
  out.erase(out.find_last_not_of(' ') + 1);
}

}  // namespace

std::string print(const Row& row, const PrintStyle& style) {
  SegmentWidths widths;
  const Fields fields = fields_of(row, style);
  hold(widths, fields);
  std::string text;
  if (row.repeat != Repeat::once) text = std::string(1, repeat_sign(row.repeat)) + " ";
  append_body(text, row, fields, widths, state_text(row.client).size());
  return text;
}

LadderLines::LadderLines(const Ladder& ladder, const PrintStyle& style) : ladder_(ladder), style_(style) {
  for (const Row& row : ladder.rows) hold(widths_, fields_of(row, style));
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
  if (style_.numbers) {
    Cell number;
    number << static_cast<std::int64_t>(index + 1);
    out.append(digits_ - number.size(), ' ');
    out += number.text();
  }
  out += ' ';
  out += repeat_sign(row.repeat);
  out += ' ';
  append_body(out, row, fields_of(row, style_), widths_, state_width);
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
