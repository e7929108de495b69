// Ladders: what can be read can be printed, and what was printed reads back as the same.
#include <algorithm>
#include <tuple>

#include "fuzz/targets.hpp"
#include "ladder/match.hpp"
#include "ladder/parse.hpp"
#include "ladder/print.hpp"

namespace tcplab::fuzz {
namespace {

constexpr PrintStyle everything = {.numbers = true, .window = true, .options = true};

auto fields_of(const Row& row) {
  return std::tuple(row.repeat, row.from, row.leg, row.client, row.server, row.protocol, row.length, row.icmp,
                    row.flags, row.seq, row.ack, row.window, row.options, row.note);
}

bool is_same(const Ladder& one, const Ladder& other) {
  return one.comments == other.comments && one.client == other.client && one.server == other.server &&
         std::ranges::equal(one.rows, other.rows, {}, fields_of, fields_of);
}

std::optional<std::vector<Ladder>> parsed(std::string_view text) {
  try {
    return parse_ladders(text);
  } catch (const LadderError& error) {
    require_fit_for_terminal(error.what());
    const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
    require(error.line() >= 1 && error.line() <= lines, "an error in a line that is not there");
    return std::nullopt;
  }
}

}  // namespace

void fuzz_ladder(ByteView input) {
  const auto ladders = parsed(text_of(input));
  if (!ladders) return;
  const std::string printed = print(*ladders, everything);
  const auto again = parsed(printed);
  require(again.has_value(), "a printed ladder cannot be read");
  require(std::ranges::equal(*ladders, *again, is_same), "a printed ladder reads as another");
  require(print(*again, everything) == printed, "a ladder prints otherwise the second time");
  for (const Ladder& ladder : *ladders) {
    require(ladder.rows.size() <= input.size(), "more rows than bytes");
    (void)find_difference(ladder, ladders->front());
    (void)signature(ladder);
  }
}

}  // namespace tcplab::fuzz
