// A number written out in a text, for the parsers of addresses, ladders and rules.
// It takes the whole text or nothing; what range the number may have is the caller's to say.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace tcplab {

/// Nothing unless all of the text is one number that the type holds. No sign but '-', no blanks.
template <typename Number>
std::optional<Number> number_in(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace tcplab
