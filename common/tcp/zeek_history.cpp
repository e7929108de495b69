#include "tcp/zeek_history.hpp"

#include <string_view>
#include <utility>

namespace tcplab {
namespace {

constexpr std::string_view alphabet = "shadfrcgtwiqSHADFRCGTWIQ^";
static_assert(alphabet.size() <= 32, "a letter has five bits");

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

ZeekHistory::ZeekHistory(const ZeekHistory& other)
    : letters_(other.letters_), more_(other.more_ ? std::make_unique<More>(*other.more_) : nullptr) {}

ZeekHistory& ZeekHistory::operator=(const ZeekHistory& other) {
  if (this != &other) *this = ZeekHistory(other);
  return *this;
}

void ZeekHistory::swap_ends() {
  if (!more_) return;
  std::swap(more_->counts[0], more_->counts[1]);
  std::swap(more_->late_syn[0], more_->late_syn[1]);
}

ZeekHistory::More& ZeekHistory::more() {
  if (!more_) more_ = std::make_unique<More>();
  return *more_;
}

void ZeekHistory::add(char letter) {
  const unsigned size = size_in_place();
  if (size == most_in_place) {
    more().text += letter;
    return;
  }
  letters_ |= std::uint64_t{places.at(static_cast<std::size_t>(letter))} << (size * bits_each);
  letters_ += std::uint64_t{1} << count_shift;
}

/// The first of a kind needs no count: the letter itself says that there was one.
void ZeekHistory::count(Counted what, End end, bool is_originator) {
  constexpr std::string_view lower = "cgtw", upper = "CGTW";
  const auto kind = static_cast<std::size_t>(what);
  const char letter = is_originator ? upper[kind] : lower[kind];
  if (!has(letter)) return add(letter);
  std::uint32_t& counted = more().counts[static_cast<std::size_t>(end)][kind];
  counted = counted == 0 ? 2 : counted + 1;
  if (is_power_of_ten(counted)) add(letter);
}

bool ZeekHistory::is_new_late_syn(End end, SeqNum number) {
  std::optional<SeqNum>& latest = more().late_syn[static_cast<std::size_t>(end)];
  if (latest == number) return false;
  latest = number;
  return true;
}

char ZeekHistory::in_place(unsigned index) const {
  constexpr std::uint64_t mask = (1U << bits_each) - 1;
  return alphabet[(letters_ >> (index * bits_each)) & mask];
}

bool ZeekHistory::has(char letter) const {
  for (unsigned i = 0; i < size_in_place(); ++i)
    if (in_place(i) == letter) return true;
  return more_ && more_->text.find(letter) != std::string::npos;
}

std::string ZeekHistory::text() const {
  std::string text;
  for (unsigned i = 0; i < size_in_place(); ++i) text += in_place(i);
  if (more_) text += more_->text;
  return text;
}

}  // namespace tcplab
