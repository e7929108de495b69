#include "ladder/parse.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "packet/number_text.hpp"
#include "packet/printable.hpp"

namespace tcplab {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

/// Words are parted by blanks; "<...>" is one word whatever it holds.
std::vector<std::string_view> words_of(std::string_view line, std::size_t number) {
  std::vector<std::string_view> words;
  for (std::size_t at = line.find_first_not_of(" \t"); at != std::string_view::npos;
       at = line.find_first_not_of(" \t", at)) {
    std::size_t end = line.find_first_of(" \t", at);
    if (line[at] == '<' && !line.substr(at).starts_with("<--")) {
      end = line.find('>', at);
      if (end == std::string_view::npos) throw LadderError(number, "the options' '<' is never closed by a '>'");
      ++end;
    }
    words.push_back(line.substr(at, end == std::string_view::npos ? end : end - at));
    if (end == std::string_view::npos) break;
    at = end;
  }
  return words;
}

/// Relative to the first. No connection gets beyond half of what the type holds; up to there, differences are numbers.
std::optional<std::int64_t> sequence_number_in(std::string_view text) {
  constexpr std::int64_t farthest = std::numeric_limits<std::int64_t>::max() / 2;
  const auto number = number_in<std::int64_t>(text);
  return number && -farthest <= *number && *number <= farthest ? number : std::nullopt;
}

bool is_arrow(std::string_view word) {
  return word == "-->" || word == "<--" || word == "...";
}

/// Reads one row, word by word.
class RowReader {
 public:
  RowReader(std::vector<std::string_view> words, std::size_t line) : words_(std::move(words)), line_(line) {}

  Row read() {
    Row row;
    row.line = line_;
    skip_number();
    row.repeat = repeat();
    row.client = state();
    const std::string_view left = arrow("the arrow at the client's side");
    if (take("UDP")) {
      row.protocol = Protocol::udp;
      row.length = datagram_length();
    } else if (take("ICMP")) {
      row.protocol = Protocol::icmp;
      row.icmp = icmp_kind();
    } else {
      segment(row);
    }
    const bool lost = take("lost");
    const std::string_view right = arrow("the arrow at the server's side");
    row.server = state();
    if (at_ < words_.size()) fail("cannot read '" + std::string(words_[at_]) + "'");
    place(row, left, right, lost);
    return row;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw LadderError(line_, what); }
  [[nodiscard]] std::string_view peek() const { return at_ < words_.size() ? words_[at_] : std::string_view(); }
  bool take(std::string_view word) {
    if (peek() != word) return false;
    return ++at_, true;
  }

  void segment(Row& row) {
    row.flags = flags();
    row.seq = sequence();
    if (take("ack")) row.ack = counted<std::int64_t>("ack");
    if (take("win")) row.window = counted<std::uint32_t>("win");
    row.options = options();
  }

  void skip_number() {
    if (number_in<unsigned>(peek())) ++at_;
  }

  Repeat repeat() {
    if (take("?")) return Repeat::optional;
    return take("*") ? Repeat::any : Repeat::once;
  }

  std::optional<State> state() {
    if (peek().empty() || is_arrow(peek())) return std::nullopt;
    const auto state = parse_state(peek());
    if (!state) fail("unknown state " + std::string(peek()) + " (`tcplab states` lists them)");
    ++at_;
    return state;
  }

  std::string_view arrow(const char* what) {
    if (!is_arrow(peek())) {
      fail("expected " + std::string(what) + " (-->, <-- or ...), found " +
           (peek().empty() ? "the end of the line" : "'" + std::string(peek()) + "'"));
    }
    return words_[at_++];
  }

  TcpFlags flags() {
    const auto flags = parse_tcp_flags(peek());
    if (!flags) fail("unknown flags '" + std::string(peek()) + "' (letters of FSRP.UEW, or none; or UDP, ICMP)");
    ++at_;
    return *flags;
  }

  /// first:end(length)
  std::optional<SequenceRange> sequence() {
    const std::string_view word = peek();
    const std::size_t colon = word.find(':'), open = word.find('(');
    if (colon == std::string_view::npos) return std::nullopt;
    if (open == std::string_view::npos || open < colon || !word.ends_with(')')) fail_sequence(word);
    const auto first = sequence_number_in(word.substr(0, colon));
    const auto end = sequence_number_in(word.substr(colon + 1, open - colon - 1));
    const auto length = number_in<std::uint32_t>(word.substr(open + 1, word.size() - open - 2));
    if (!first || !end || !length) fail_sequence(word);
    if (*end - *first != *length)
      fail("'" + std::string(word) + "': from the first number to the end are " + std::to_string(*end - *first) +
           ", not " + std::to_string(*length));
    ++at_;
    return SequenceRange{*first, *end, *length};
  }
  [[noreturn]] void fail_sequence(std::string_view word) const {
    fail("'" + std::string(word) + "' is no sequence range such as 1:14(13)");
  }

  /// (5)
  std::optional<std::uint32_t> datagram_length() {
    const std::string_view word = peek();
    if (!word.starts_with('(')) return std::nullopt;
    const auto length = word.ends_with(')') ? number_in<std::uint32_t>(word.substr(1, word.size() - 2)) : std::nullopt;
    if (!length) fail("'" + std::string(word) + "' is no length such as (5)");
    return ++at_, length;
  }

  /// 3/3
  std::optional<IcmpKind> icmp_kind() {
    const std::string_view word = peek();
    const std::size_t slash = word.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const auto type = number_in<std::uint8_t>(word.substr(0, slash));
    const auto code = number_in<std::uint8_t>(word.substr(slash + 1));
    if (!type || !code) fail("'" + std::string(word) + "' is no ICMP type and code such as 3/3");
    return ++at_, IcmpKind{*type, *code};
  }

  template <typename Number>
  Number counted(const char* what) {
    const auto value = number_in<Number>(peek());
    if (!value) fail(std::string("'") + what + "' needs a number behind it, found '" + std::string(peek()) + "'");
    ++at_;
    return *value;
  }

  /// <one,two>
  std::vector<std::string> options() {
    std::vector<std::string> texts;
    if (!peek().starts_with('<') || peek().starts_with("<--")) return texts;
    std::string_view list = peek().substr(1, peek().size() - 2);
    while (!list.empty()) {
      const std::size_t comma = list.find(',');
      texts.emplace_back(list.substr(0, comma));
      texts.back().erase(0, texts.back().find_first_not_of(' '));
      if (texts.back().empty()) fail("an option between '<' and '>' is empty");
      list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
    return ++at_, texts;
  }

  void place(Row& row, std::string_view left, std::string_view right, bool lost) const {
    const bool left_in_flight = left == "...", right_in_flight = right == "...";
    if (left_in_flight && right_in_flight) fail("one arrow must say which way the segment goes");
    if (!left_in_flight && !right_in_flight && left != right) fail("the arrows point different ways");
    row.from = (left_in_flight ? right : left) == "-->" ? End::client : End::server;
    const bool at_sender = row.from == End::client ? right_in_flight : left_in_flight;
    if (!left_in_flight && !right_in_flight)
      row.leg = Leg::whole;
    else
      row.leg = at_sender ? Leg::departure : Leg::arrival;
    if (!lost) return;
    if (row.leg != Leg::departure) fail("a lost segment has '...' at the side where it does not arrive");
    row.leg = Leg::lost;
  }

  std::vector<std::string_view> words_;
  std::size_t line_, at_ = 0;
};

std::string_view without_note(std::string_view line, std::string& note) {
  const std::size_t hash = line.find('#');
  if (hash == std::string_view::npos) return line;
  std::string_view text = line.substr(hash + 1);
  if (text.starts_with(' ')) text.remove_prefix(1);
  note = text.substr(0, text.find_last_not_of(" \t") + 1);
  return line.substr(0, hash);
}

/// Reads a text, line by line.
class TextReader {
 public:
  void read(std::string_view line) {
    ++number_;
    require_printable(line);
    if (line.starts_with('#')) {
      comments_.emplace_back(line.substr(1));
      return;
    }
    std::string note;
    std::string row(without_note(line, note));
    std::ranges::replace(row, '\t', ' ');  // also between '<' and '>', where blanks may stand
    const auto words = words_of(row, number_);
    if (words.empty()) return;
    if (words.size() == 2 && words[0] == "client" && words[1] == "server") return begin();
    if (is_initial(words)) {
      ladder_.client = parse_state(words[0]);
      ladder_.server = parse_state(words[1]);
    } else {
      ladder_.rows.push_back(RowReader(words, number_).read());
      ladder_.rows.back().note = note;
    }
    take_comments();
  }

  std::vector<Ladder> ladders() {
    take_comments();
    end();
    return std::move(ladders_);
  }

 private:
  /// Comments and notes are printed again as they stand.
  void require_printable(std::string_view line) const {
    std::string text(line);
    std::ranges::replace(text, '\t', ' ');
    if (printable(text) != text) throw LadderError(number_, "it holds a control character, or is no UTF-8");
  }

  void begin() {
    if (titled_ || !ladder_.rows.empty()) end();
    take_comments();
    titled_ = true;
  }

  void end() {
    if (ladder_.rows.empty()) throw LadderError(std::max<std::size_t>(number_, 1), "the ladder has no rows");
    ladders_.push_back(std::exchange(ladder_, {}));
  }

  /// What stands before a title belongs to what it begins, not to what it ends.
  void take_comments() {
    std::ranges::move(comments_, std::back_inserter(ladder_.comments));
    comments_.clear();
  }

  [[nodiscard]] bool is_initial(const std::vector<std::string_view>& words) const {
    const auto is_state = [](std::string_view word) { return word == "unknown" || parse_state(word); };
    return titled_ && ladder_.rows.empty() && words.size() == 2 && is_state(words[0]) && is_state(words[1]);
  }

  std::size_t number_ = 0;
  bool titled_ = false;
  Ladder ladder_;
  std::vector<std::string> comments_;
  std::vector<Ladder> ladders_;
};

}  // namespace

std::vector<Ladder> parse_ladders(std::string_view text) {
  TextReader reader;
  for (const std::string_view line : lines_of(text)) reader.read(line);
  return reader.ladders();
}

Ladder parse_ladder(std::string_view text) {
  std::vector<Ladder> ladders = parse_ladders(text);
  if (ladders.size() > 1) throw LadderError(ladders[1].rows.front().line, "a second ladder, where one is expected");
  return std::move(ladders.front());
}

}  // namespace tcplab
