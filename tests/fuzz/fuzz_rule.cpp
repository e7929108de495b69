// Fault rules: a rule keeps its text, says nothing impossible, and means the same however its words are spaced.
#include "fault/parse.hpp"

#include <variant>

#include "fuzz/targets.hpp"
#include "packet/printable.hpp"

namespace tcplab::fuzz {
namespace {

using namespace std::chrono_literals;

void check(const Choice& choice) {
  require(choice.ordinal.value_or(1) >= 1, "a 0th segment");
}

void check(const Moment& moment) {
  require(moment.later >= 0ms && moment.later <= 1h, "a time out of its range");
  if (const auto* passes = std::get_if<SegmentPasses>(&moment.cause)) {
    require(passes->segment.ordinal.has_value(), "a moment that comes more than once");
    check(passes->segment);
  }
}

/// What a deed is made of, so that two can be compared.
struct Parts {
  std::optional<Choice> segment{};
  std::optional<Moment> moment{};
  friend bool operator==(const Parts&, const Parts&) = default;
};

Parts parts_of(const Deed& deed) {
  return std::visit(
      [](const auto& one) {
        Parts parts;
        if constexpr (requires { one.segment; }) parts.segment = one.segment;
        if constexpr (requires { one.at; }) parts.moment = one.at;
        if constexpr (requires { one.until; }) parts.moment = one.until;
        if constexpr (requires { one.by; }) require(one.by >= 0ms && one.by <= 1h, "a delay out of its range");
        return parts;
      },
      deed);
}

std::string spaced_out(std::string_view text) {
  std::string spaced;
  for (const char c : text) spaced += c == ' ' ? std::string(" \t ") : std::string(1, c);
  return spaced;
}

}  // namespace

void fuzz_rule(ByteView input) {
  const std::string_view text = text_of(input);
  std::optional<Rule> rule;
  try {
    rule = parse_rule(text);
  } catch (const RuleError& error) {
    require(std::string_view(error.what()).starts_with("'" + printable(text) + "'"), "an error without the rule");
    require_fit_for_terminal(error.what());
    return;
  }
  require(rule->text == text, "a rule's text is not what was written");
  const Parts parts = parts_of(rule->deed);
  if (parts.segment) check(*parts.segment);
  if (parts.moment) check(*parts.moment);
  if (text.find('"') != std::string_view::npos) return;  // blanks count within quotation marks
  const Rule again = parse_rule(spaced_out(text));
  require(again.deed.index() == rule->deed.index() && parts_of(again.deed) == parts, "blanks change what a rule means");
}

}  // namespace tcplab::fuzz
