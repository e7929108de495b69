#include "report/flow_filter.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>

#include "packet/number_text.hpp"

namespace tcplab {
namespace {

template <typename Word>
bool is_wanted(const std::vector<Word>& wanted, Word word) {
  return wanted.empty() || std::ranges::find(wanted, word) != wanted.end();
}

template <typename Word>
Word parse_word(std::string_view text, const std::vector<Word>& all, const char* what) {
  const auto found = std::ranges::find(all, text, [](Word word) { return to_string(word); });
  if (found != all.end()) return *found;
  std::string allowed;
  for (const Word word : all) allowed += (allowed.empty() ? "" : ", ") + std::string(to_string(word));
  throw std::invalid_argument(std::string(what) + " '" + std::string(text) + "' is none of: " + allowed);
}

template <typename Word>
std::vector<Word> parse_words(std::string_view text, const std::vector<Word>& all, const char* what) {
  std::vector<Word> words;
  while (true) {
    const std::size_t comma = text.find(',');
    words.push_back(parse_word(text.substr(0, comma), all, what));
    if (comma == std::string_view::npos) return words;
    text.remove_prefix(comma + 1);
  }
}

[[noreturn]] void refuse_time(std::string_view text) {
  throw std::invalid_argument("time '" + std::string(text) +
                              "' is neither seconds since 1970 nor as 2026-11-20T17:30:00Z");
}

/// "25" behind the point is 250,000,000 ns; what is finer than that is cut off.
std::optional<std::int64_t> fraction_ns(std::string_view digits) {
  if (digits.empty() || !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  std::string nine(digits.substr(0, 9));
  nine.resize(9, '0');
  return number_in<std::int64_t>(nine);
}

struct Parted {
  std::string_view whole;
  std::int64_t nanoseconds = 0;
};
std::optional<Parted> part_fraction(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return Parted{text};
  const auto nanoseconds = fraction_ns(text.substr(point + 1));
  if (!nanoseconds) return std::nullopt;
  return Parted{text.substr(0, point), *nanoseconds};
}

/// "17:30:00"
std::optional<std::chrono::seconds> clock_time(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hours = number_in<unsigned>(text.substr(0, 2)), minutes = number_in<unsigned>(text.substr(3, 2)),
             seconds = number_in<unsigned>(text.substr(6, 2));
  if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 60) return std::nullopt;
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) + std::chrono::seconds(*seconds);
}

/// "2026-11-20"
std::optional<std::chrono::sys_days> date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number_in<unsigned>(text.substr(0, 4)), month = number_in<unsigned>(text.substr(5, 2)),
             day = number_in<unsigned>(text.substr(8, 2));
  if (!year || !month || !day || *year < 1700 || *year > 2260) return std::nullopt;
  const std::chrono::year_month_day whole(std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                                          std::chrono::day(*day));
  if (!whole.ok()) return std::nullopt;
  return std::chrono::sys_days(whole);
}

}  // namespace

bool FlowFilter::passes_ends(const Endpoint& one, const Endpoint& other) const {
  const auto is_of_both = [&](const EndpointPattern& pattern) {
    return pattern.matches(one) || pattern.matches(other);
  };
  if (port && one.port != *port && other.port != *port) return false;
  return (!either || is_of_both(*either)) && (!client || is_of_both(*client)) && (!server || is_of_both(*server));
}

bool FlowFilter::passes(const FinishedFlow& finished) const {
  if (!passes_ends(finished.client, finished.server)) return false;
  if (client && !client->matches(finished.client)) return false;
  if (server && !server->matches(finished.server)) return false;
  if (since && finished.latest < *since) return false;
  if (until && finished.first > *until) return false;
  if (!is_wanted(openings, finished.flow.opening()) || !is_wanted(endings, finished.flow.ending())) return false;
  if (causes.empty()) return true;
  const auto reset = finished.flow.reset();
  return reset && is_wanted(causes, reset->cause);
}

std::vector<Opening> parse_openings(std::string_view words) {
  return parse_words(words, all_openings(), "opening");
}
std::vector<Ending> parse_endings(std::string_view words) {
  return parse_words(words, all_endings(), "ending");
}
std::vector<ResetCause> parse_reset_causes(std::string_view words) {
  return parse_words(words, all_reset_causes(), "cause of a reset");
}

EndpointPattern parse_endpoint_pattern(std::string_view text) {
  if (const auto address = parse_ip_address(text)) return {*address, std::nullopt};
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    std::string_view address = text.substr(0, colon);
    const bool is_in_brackets = address.starts_with('[') && address.ends_with(']');
    if (is_in_brackets) address = address.substr(1, address.size() - 2);
    const auto parsed = parse_ip_address(address);
    const auto port = number_in<std::uint16_t>(text.substr(colon + 1));
    if (parsed && port && is_in_brackets == (parsed->version == 6)) return {*parsed, port};
  }
  throw std::invalid_argument("endpoint '" + std::string(text) +
                              "' is neither an address nor one with a port, as 10.0.0.1:80 or [2001:db8::1]:80");
}

Timestamp parse_time(std::string_view text) {
  std::string_view time = text;
  if (time.ends_with('Z')) time.remove_suffix(1);
  const auto parted = part_fraction(time);
  if (!parted) refuse_time(text);
  const std::chrono::nanoseconds fraction(parted->nanoseconds);
  if (time == text) {
    constexpr std::uint32_t bits = 33;  // of seconds: up to the year 2242, which fits nanoseconds in 64 bits
    if (const auto seconds = number_in<std::uint64_t>(parted->whole); seconds && *seconds >> bits == 0)
      return Timestamp(std::chrono::seconds(*seconds)) + fraction;
  }
  const std::size_t t = parted->whole.find('T');
  const auto day = date(parted->whole.substr(0, t));
  if (!day) refuse_time(text);
  if (t == std::string_view::npos) return time == text ? Timestamp(*day) : (refuse_time(text), Timestamp());
  const auto clock = clock_time(parted->whole.substr(t + 1));
  if (!clock) refuse_time(text);
  return Timestamp(*day) + *clock + fraction;
}

}  // namespace tcplab
