#include "tcp/zeek_history.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace tcplab {
namespace {

constexpr std::string_view alphabet = "shadfrcgtwiqSHADFRCGTWIQ^";
static_assert(alphabet.size() <= 32, "a letter has five bits");

/// With something for every five bits.
constexpr auto padded_alphabet = [] {
  std::array<char, 32> letters{};
  std::ranges::copy(alphabet, letters.begin());
  return letters;
}();

/// By letter, as a number of seven bits: where in the alphabet it stands.
constexpr auto places = [] {
  std::array<std::uint8_t, 128> table{};
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table.at(static_cast<std::size_t>(alphabet[i])) = static_cast<std::uint8_t>(i);
  return table;
}();

bool is_power_of_ten(std::uint32_t number) {
  while (number >= 10 && number % 10 == 0) number /= 10;
  return number == 1;
}

}  // namespace

ZeekHistory::ZeekHistory(const ZeekHistory& other) : word_(other.word_) {
  static_assert(alignof(More) > 1, "the lowest bit of its address is not set");
  if (!is_in_place()) word_ = reinterpret_cast<std::uintptr_t>(new More(other.allocated()));
}

void ZeekHistory::swap_ends() {
  if (is_in_place()) return;
  std::swap(allocated().counts[0], allocated().counts[1]);
  std::swap(allocated().late_syn[0], allocated().late_syn[1]);
  std::swap(allocated().rst[0], allocated().rst[1]);
  std::swap(allocated().islands[0], allocated().islands[1]);
}

ZeekHistory::More& ZeekHistory::more() {
  if (is_in_place()) word_ = reinterpret_cast<std::uintptr_t>(new More{.text = text()});
  return allocated();
}

void ZeekHistory::add(char letter) {
  const std::size_t size = size_in_place();
  if (!is_in_place() || size == most_in_place) {
    more().text += letter;
    return;
  }
  word_ |= std::uint64_t{places.at(static_cast<std::size_t>(letter))} << (letters_shift + size * bits_each);
  word_ += 2;  // one more
}

/// The first of a kind needs no count: the letter itself says that there was one.
void ZeekHistory::count(Counted what, End end, bool is_originator) {
  constexpr std::string_view lower = "cgtw", upper = "CGTW";
  const auto kind = static_cast<std::size_t>(what);
  const char letter = is_originator ? upper[kind] : lower[kind];
  if (!has(letter)) return add(letter);
  std::uint32_t& counted = more().counts[index_of(end)][kind];
  counted = counted == 0 ? 2 : counted + 1;
  if (is_power_of_ten(counted)) add(letter);
}

bool ZeekHistory::is_new_late_syn(End end, SeqNum number) {
  std::optional<SeqNum>& latest = more().late_syn[index_of(end)];
  if (latest == number) return false;
  latest = number;
  return true;
}

bool ZeekHistory::has(char letter) const {
  return text().find(letter) != std::string::npos;
}

std::string ZeekHistory::text() const {
  std::string text(room(), ' ');
  text.resize(static_cast<std::size_t>(write(text.data()) - text.data()));
  return text;
}

char* ZeekHistory::write(char* at) const {
  if (!is_in_place()) return std::ranges::copy(allocated().text, at).out;
  std::uint64_t letters = word_ >> letters_shift;
  for (std::size_t i = 0; i < most_in_place; ++i, letters >>= bits_each) at[i] = padded_alphabet[letters & letter_mask];
  return at + size_in_place();
}

}  // namespace tcplab
