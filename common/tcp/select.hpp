// Choosing without a branch. Where one value or another is as likely, a processor guesses wrong half the time, which
// costs as much as dozens of instructions; compilers turn a conditional expression into a branch as they like.
#pragma once

#include <cstdint>

#include "packet/seq_num.hpp"

namespace tcplab {

/// `one` if `chosen`, else `other`.
constexpr std::uint32_t select(bool chosen, std::uint32_t one, std::uint32_t other) {
  const std::uint32_t mask = 0U - static_cast<std::uint32_t>(chosen);
  return (one & mask) | (other & ~mask);
}
constexpr SeqNum select(bool chosen, SeqNum one, SeqNum other) {
  return SeqNum(select(chosen, one.value(), other.value()));
}

}  // namespace tcplab
