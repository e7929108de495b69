#include "fault/parse.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "packet/number_text.hpp"
#include "packet/printable.hpp"

namespace tcplab {
namespace {

struct Word {
  std::string text;
  bool quoted = false;
};

std::string quoted(std::string_view text) {
  return "'" + printable(text) + "'";
}

/// Reads a rule, word by word.
class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : text_(text) { split(); }

  Rule read() {
    Deed deed = read_deed();
    if (at_ < words_.size()) fail("cannot read " + quoted(words_[at_].text) + " behind it");
    return {std::string(text_), std::move(deed)};
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw RuleError(quoted(text_) + ": " + what); }

  void split() {
    for (std::size_t at = 0; (at = text_.find_first_not_of(" \t", at)) != std::string_view::npos;) {
      const bool is_quoted = text_[at] == '"';
      const std::size_t first = is_quoted ? at + 1 : at;
      const std::size_t end =
          is_quoted ? text_.find('"', first) : std::min(text_.find_first_of(" \t", at), text_.size());
      if (end == std::string_view::npos) fail("the '\"' is never closed");
      words_.push_back({std::string(text_.substr(first, end - first)), is_quoted});
      at = end + (is_quoted ? 1 : 0);
    }
  }

  // --- Words -----------------------------------------------------------------------------------------------------

  [[nodiscard]] std::string peek() const {
    return at_ < words_.size() && !words_[at_].quoted ? words_[at_].text : std::string();
  }
  [[nodiscard]] std::string found() const { return at_ < words_.size() ? quoted(words_[at_].text) : "the end"; }

  bool take(std::string_view word) {
    if (peek() != word || at_ == words_.size()) return false;
    return ++at_, true;
  }
  void require(std::string_view word) {
    if (!take(word)) fail("expected " + quoted(word) + ", found " + found());
  }

  // --- The parts of a rule ---------------------------------------------------------------------------------------

  End host() {
    take("the");
    if (take("client")) return End::client;
    if (take("server")) return End::server;
    fail("expected 'the client' or 'the server', found " + found());
  }

  End hosts() {
    take("the");
    if (take("client's")) return End::client;
    if (take("server's")) return End::server;
    fail(R"(expected "the client's" or "the server's", found )" + found());
  }

  TcpFlags flags() {
    const auto flags = parse_tcp_flags(peek());
    if (!flags) fail("unknown flags " + found() + " (letters of FSRP.UEW, or none)");
    ++at_;
    return *flags;
  }

  std::optional<unsigned> ordinal() {
    if (take("every")) return std::nullopt;
    const std::string word = peek();
    constexpr std::array<std::string_view, 4> endings = {"st", "nd", "rd", "th"};
    const bool ends_well =
        std::ranges::any_of(endings, [&](std::string_view ending) { return word.ends_with(ending); });
    const auto number =
        ends_well ? number_in<unsigned>(std::string_view(word).substr(0, word.size() - 2)) : std::nullopt;
    if (number.value_or(0) == 0) fail("which of them? Expected '1st', '2nd' and so on, or 'every', found " + found());
    return ++at_, number;
  }

  Choice choice() {
    Choice choice;
    choice.from = hosts();
    choice.ordinal = ordinal();
    if (take("datagram"))
      choice.kind = Choice::Kind::datagram;
    else if (!take("segment"))
      choice.flags = flags();
    if (take("of")) {
      choice.length_bytes = number_in<std::uint32_t>(peek());
      if (!choice.length_bytes) fail("expected a number of bytes, found " + found());
      ++at_;
      if (!take("byte")) require("bytes");
    }
    if (take("with")) {
      if (at_ == words_.size() || !words_[at_].quoted) fail("expected a text in '\"' behind 'with', found " + found());
      choice.payload = words_[at_++].text;
    }
    return choice;
  }

  std::chrono::milliseconds time() {
    // "300 ms" or "300ms"
    const std::string word = peek();
    const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
    const auto number = number_in<std::uint32_t>(std::string_view(word).substr(0, digits));
    if (!number) fail("expected a time such as '300 ms', found " + found());
    ++at_;
    std::string unit = word.substr(digits);
    if (unit.empty()) {
      unit = peek();
      ++at_;
    }
    if (unit != "ms" && unit != "s") fail("a time is given in 'ms' or 's', not in " + quoted(unit));
    const auto time = unit == "ms" ? std::chrono::milliseconds(*number) : std::chrono::seconds(*number);
    if (time > std::chrono::hours(1)) fail("a time is an hour at most, not " + std::to_string(*number) + " " + unit);
    return time;
  }

  [[nodiscard]] bool is_choice() const {
    const std::size_t next = at_ + (peek() == "the" ? 1 : 0);
    return next < words_.size() && words_[next].text.ends_with("'s");
  }

  Moment moment() {
    if (is_choice()) {
      SegmentPasses passes{choice()};
      if (!passes.segment.ordinal) fail("a moment comes once: '1st', '2nd' and so on, not 'every'");
      passes.arrives = take("arrives");
      if (!passes.arrives && !take("departs")) fail("expected 'departs' or 'arrives', found " + found());
      return {passes};
    }
    const End which = host();
    if (take("ends")) return {ProgramEnds{which}};
    if (!take("is")) fail("expected 'ends' or 'is in', found " + found());
    require("in");
    const auto state = parse_state(peek());
    if (!state) fail("unknown state " + found() + " (`tcplab states` lists them)");
    ++at_;
    return {EntersState{which, *state}};
  }

  Moment when() {
    if (take("when")) return moment();
    if (peek().find_first_of("0123456789") != 0) fail("expected 'when', or a time and 'after', found " + found());
    const auto later = time();
    require("after");
    Moment at = moment();
    at.later = later;
    return at;
  }

  Deed read_deed() {
    if (take("drop")) return Drop{choice()};
    if (take("delay")) {
      Choice segment = choice();
      require("by");
      return Delay{std::move(segment), time()};
    }
    if (take("hold")) {
      Choice segment = choice();
      require("until");
      return Hold{std::move(segment), moment()};
    }
    if (take("replay")) {
      Choice segment = choice();
      return Replay{std::move(segment), when()};
    }
    if (take("duplicate")) return Duplicate{choice()};
    if (take("swap")) return Swap{choice()};
    if (take("mark")) return MarkCe{choice()};
    if (take("cut")) return cable(), Cut{when()};
    if (take("mend")) return cable(), Mend{when()};
    if (take("forge")) return forge();
    if (take("kill")) return at_host<Kill>();
    if (take("reboot")) return at_host<Reboot>();
    if (take("run")) {
      const End which = host();
      require("again");
      return Run{which, when()};
    }
    if (take("press")) {
      require("Enter");
      require("at");
      return at_host<PressEnter>();
    }
    if (take("stop")) return Stop{when()};
    fail(
        "it begins with none of drop, delay, hold, replay, duplicate, swap, mark, cut, mend, forge, kill, reboot, run, "
        "press, stop");
  }

  void cable() {
    require("the");
    require("cable");
  }

  template <typename AtHost>
  Deed at_host() {
    const End which = host();
    return AtHost{which, when()};
  }

  Deed forge() {
    Forge forge{.from = hosts(), .flags = flags(), .at = {}};
    if (take("at")) {
      std::string offset = peek();
      if (offset.starts_with('+')) offset.erase(0, 1);
      const auto number = number_in<std::int32_t>(offset);
      if (!number) fail("expected an offset such as '+1000' behind 'at', found " + found());
      ++at_;
      forge.seq_offset = *number;
    }
    forge.at = when();
    return forge;
  }

  std::string_view text_;
  std::vector<Word> words_;
  std::size_t at_ = 0;
};

}  // namespace

Rule parse_rule(std::string_view text) {
  return RuleReader(text).read();
}

}  // namespace tcplab
