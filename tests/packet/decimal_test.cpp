#include "packet/decimal.hpp"

#include <string>

#include "support/catch.hpp"

using namespace tcplab;

namespace {

std::string written(std::uint64_t number) {
  std::array<char, longest_decimal> text;
  return {text.data(), put_decimal(text.data(), number)};
}

std::string written_in_room(std::uint64_t number) {
  std::array<char, longest_decimal> text;
  return {text.data(), put_decimal_in_room(text.data(), number)};
}

}  // namespace

TEST_CASE("a number has as many digits as it needs, at every power of ten and of two") {
  std::vector<std::uint64_t> numbers = {0, 1, UINT64_MAX, UINT32_MAX, std::uint64_t{UINT32_MAX} + 1};
  for (const std::uint64_t power : powers_of_ten) numbers.insert(numbers.end(), {power - 1, power, power + 1});
  for (unsigned bit = 0; bit < 64; ++bit)
    numbers.insert(numbers.end(), {(std::uint64_t{1} << bit) - 1, std::uint64_t{1} << bit});
  for (const std::uint64_t number : numbers) {
    CHECK(written(number) == std::to_string(number));
    CHECK(written_in_room(number) == std::to_string(number));
    CHECK(decimal_width(number) == std::to_string(number).size());
  }
}

TEST_CASE("every digit stands where it belongs, whichever it is") {
  for (std::uint64_t digit = 1; digit < 10; ++digit)
    for (const std::uint64_t power : powers_of_ten) CHECK(written_in_room(digit * power) == written(digit * power));
}

TEST_CASE("nine digits have zeros in front") {
  const auto [number, text] = GENERATE(table<std::uint32_t, std::string>({{0, "000000000"},
                                                                          {1, "000000001"},
                                                                          {90'000'000, "090000000"},
                                                                          {100'000'000, "100000000"},
                                                                          {123'456'789, "123456789"},
                                                                          {999'999'999, "999999999"}}));
  std::array<char, 9> written;
  CHECK(put_nine_digits(written.data(), number) == written.data() + written.size());
  CHECK(std::string(written.data(), written.size()) == text);
}
