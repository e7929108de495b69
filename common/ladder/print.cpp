#include "ladder/print.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "ladder/remarks.hpp"

namespace tcplab {
namespace {

constexpr std::size_t state_width = 12;  // "SYN-RECEIVED"

/// The fields of a segment, each a column.
struct Fields {
  std::string flags, seq, ack, rest;
};

Fields fields_of(const Row& row, const PrintStyle& style) {
  Fields fields;
  fields.flags = row.protocol == Protocol::tcp ? to_string(row.flags) : std::string(to_string(row.protocol));
  if (row.length) fields.seq = "(" + std::to_string(*row.length) + ")";
  if (row.icmp) fields.seq = std::to_string(row.icmp->type) + "/" + std::to_string(row.icmp->code);
  if (row.seq) {
    fields.seq = std::to_string(row.seq->first) + ":" + std::to_string(row.seq->end) + "(" +
                 std::to_string(row.seq->length) + ")";
  }
  if (row.ack) fields.ack = "ack " + std::to_string(*row.ack);
  if (row.window && style.window) fields.rest += "win " + std::to_string(*row.window);
  if (!row.options.empty() && style.options) {
    std::string list;
    for (const std::string& option : row.options) list += (list.empty() ? "<" : ",") + option;
    fields.rest += (fields.rest.empty() ? "" : " ") + list + ">";
  }
  if (row.leg == Leg::lost) fields.rest += fields.rest.empty() ? "lost" : " lost";
  return fields;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

void trim_right(std::string& text) {
  text.erase(text.find_last_not_of(' ') + 1);
}

std::string state_text(std::optional<State> state) {
  return state ? std::string(to_string(*state)) : std::string();
}

/// The arrows at the client's and at the server's side.
std::array<std::string_view, 2> arrows(const Row& row) {
  const std::string_view arrow = row.from == End::client ? "-->" : "<--";
  return {takes_part(row, End::client) ? arrow : "...", takes_part(row, End::server) ? arrow : "..."};
}

struct Widths {
  std::size_t flags = 0, seq = 0, ack = 0, rest = 0;
  void hold(const Fields& fields) {
    flags = std::max(flags, fields.flags.size());
    seq = std::max(seq, fields.seq.size());
    ack = std::max(ack, fields.ack.size());
    rest = std::max(rest, fields.rest.size());
  }
  [[nodiscard]] std::string segment(const Fields& fields) const {
    std::string text = padded(fields.flags, flags);
    if (seq > 0) text += "  " + padded(fields.seq, seq);
    if (ack > 0) text += "  " + padded(fields.ack, ack);
    if (rest > 0) text += "  " + padded(fields.rest, rest);
    return text;
  }
};

char repeat_sign(Repeat repeat) {
  return repeat == Repeat::once ? ' ' : repeat == Repeat::optional ? '?' : '*';
}

std::string body(const Row& row, const std::string& segment, std::size_t client_width) {
  const auto [left, right] = arrows(row);
  std::string text = padded(state_text(row.client), client_width);
  if (!text.empty()) text += "  ";
  text += std::string(left) + "  " + segment + "  " + std::string(right) + "  ";
  text += row.note.empty() ? state_text(row.server) : padded(state_text(row.server), state_width) + "  # " + row.note;
  trim_right(text);
  return text;
}

}  // namespace

std::string print(const Row& row, const PrintStyle& style) {
  Widths widths;
  const Fields fields = fields_of(row, style);
  widths.hold(fields);
  std::string text = row.repeat == Repeat::once ? "" : std::string(1, repeat_sign(row.repeat)) + " ";
  return text + body(row, widths.segment(fields), state_text(row.client).size());
}

std::string print(const Ladder& ladder, const PrintStyle& style) {
  Widths widths;
  for (const Row& row : ladder.rows) widths.hold(fields_of(row, style));
  const std::size_t digits = style.numbers ? std::to_string(ladder.rows.size()).size() : 0;
  const std::string margin(digits + 3, ' ');
  const std::size_t between = 2 + 3 + 2 + widths.segment({}).size() + 2 + 3 + 2;

  std::string text;
  for (const std::string& comment : ladder.comments) text += "#" + comment + "\n";
  text += margin + padded("client", state_width + between) + "server\n";
  const auto initial = [](std::optional<State> state) { return state ? state_text(state) : "unknown"; };
  if (ladder.client || ladder.server) {
    text += margin + padded(initial(ladder.client), state_width + between) + initial(ladder.server) + "\n";
  }
  const RemarkColumns columns{margin.size(), margin.size() + state_width + 2, margin.size() + state_width + between};
  for (std::size_t i = 0; i < ladder.rows.size(); ++i) {
    const Row& row = ladder.rows[i];
    text += print(row.remarks, columns);
    std::string number = style.numbers ? std::to_string(i + 1) : "";
    number.insert(0, digits - number.size(), ' ');
    text += number + ' ' + repeat_sign(row.repeat) + ' ' +
            body(row, widths.segment(fields_of(row, style)), state_width) + "\n";
  }
  text += print(ladder.closing, columns);
  return text;
}

std::string print(const std::vector<Ladder>& ladders, const PrintStyle& style) {
  std::string text;
  for (const Ladder& ladder : ladders) text += (text.empty() ? "" : "\n") + print(ladder, style);
  return text;
}

}  // namespace tcplab
