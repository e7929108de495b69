#include "tcp/zeek_history.hpp"

#include <string_view>

namespace tcplab {
namespace {

constexpr std::string_view alphabet = "shadfrcgtwiqSHADFRCGTWIQ^";
static_assert(alphabet.size() <= 32, "a letter has five bits");

bool is_power_of_ten(std::uint32_t number) {
  while (number >= 10 && number % 10 == 0) number /= 10;
  return number == 1;
}

}  // namespace

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
  letters_ |= static_cast<std::uint64_t>(alphabet.find(letter)) << (size * bits_each);
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
