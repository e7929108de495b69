// Finds records by a hash of 32 bits: a sorted row of slots with gaps, in which each hash has its place in proportion
// to its value. Eight bytes a slot, of which few are empty once there are many; growing reads slots only, from first to
// last. What the records are, and whether one is the one that is sought, only the caller knows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <vector>

#include "tcp/prefetch.hpp"

namespace tcplab {

class FlowIndex {
 public:
  static constexpr std::uint32_t none = 0xffffffff;

  explicit FlowIndex(std::pmr::memory_resource* memory);

  void expect(std::uint32_t hash) const {
    const Slot* const slots = &slots_[place(hash)];
    prefetch(slots);
    prefetch(slots + looked_at - 1);
  }
  /// A guess at the record of this hash, which is nearly always right; or none. The next slots are looked at all alike:
  /// to stop at the right one would cost more, as no processor foresees where it is.
  [[nodiscard]] std::uint32_t candidate(std::uint32_t hash) const {
    const Slot* const slots = &slots_[place(hash)];
    std::uint32_t at = 0;  // the sum of those that fit, which are hardly ever two
    for (std::uint32_t i = 1; i < looked_at; ++i) at += slots[i].hash == hash ? i : 0;
    const Slot& slot = slots[at % looked_at];
    return slot.hash == hash ? slot.record : none;
  }
  /// The record of this hash for which `is_it(record)`; or none.
  template <typename IsIt>
  [[nodiscard]] std::uint32_t find(std::uint32_t hash, IsIt is_it) const {
    for (std::size_t at = place(hash); slots_[at].hash <= hash && slots_[at].record != none; ++at)
      if (slots_[at].hash == hash && is_it(slots_[at].record)) return slots_[at].record;
    return none;
  }
  void insert(std::uint32_t hash, std::uint32_t record);
  void erase(std::uint32_t hash, std::uint32_t record);
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t looked_at = 8;  ///< there are so many slots behind every place
  struct Slot {
    std::uint32_t hash = 0, record = none;
  };
  [[nodiscard]] std::size_t place(std::uint32_t hash) const {
    return static_cast<std::size_t>(std::uint64_t{hash} * places_ >> 32U);
  }
  void grow();

  std::size_t places_, size_ = 0;
  std::pmr::vector<Slot> slots_;  ///< the places, and behind them room for what was pushed beyond; the last is empty
};

}  // namespace tcplab
