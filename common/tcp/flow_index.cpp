#include "tcp/flow_index.hpp"

#include <utility>

namespace tcplab {
namespace {

constexpr std::size_t first_places = 128, room_behind = 64;
/// So few cost little memory: then there is room between the slots, so that a record is found where it is sought first.
constexpr std::size_t few_places = 8192;

/// Of a hundred places: the most that are in use.
constexpr std::size_t most_in_use(std::size_t places) {
  return places <= few_places ? 60 : 88;
}

/// How many there are when more were in use.
constexpr std::size_t more_places(std::size_t places) {
  return places + (places <= few_places ? places / 2 : places / 8);
}

}  // namespace

FlowIndex::FlowIndex(std::pmr::memory_resource* memory) : places_(first_places), slots_(memory) {
  slots_.resize(places_ + room_behind);
}

void FlowIndex::insert(std::uint32_t hash, std::uint32_t record) {
  if (size_ * 100 >= places_ * most_in_use(places_)) grow();
  std::size_t at = place(hash);
  while (slots_[at].record != none && slots_[at].hash <= hash) ++at;
  std::size_t gap = at;
  while (slots_[gap].record != none) ++gap;
  if (gap + 1 == slots_.size()) slots_.resize(slots_.size() + room_behind);
  const auto begin = slots_.begin();
  std::move_backward(begin + static_cast<std::ptrdiff_t>(at), begin + static_cast<std::ptrdiff_t>(gap),
                     begin + static_cast<std::ptrdiff_t>(gap) + 1);
  slots_[at] = {hash, record};
  ++size_;
}

/// What was pushed on by it moves back.
void FlowIndex::erase(std::uint32_t hash, std::uint32_t record) {
  std::size_t at = place(hash);
  while (slots_[at].record != record) ++at;
  for (; slots_[at + 1].record != none && place(slots_[at + 1].hash) <= at; ++at) slots_[at] = slots_[at + 1];
  slots_[at] = Slot();
  --size_;
}

void FlowIndex::grow() {
  places_ = more_places(places_);
  std::pmr::vector<Slot> slots(slots_.get_allocator());
  slots.resize(places_ + room_behind);
  std::size_t free = 0;
  for (const Slot& slot : slots_) {
    if (slot.record == none) continue;
    const std::size_t at = std::max(place(slot.hash), free);
    if (at + 1 >= slots.size()) slots.resize(at + 1 + room_behind);
    slots[at] = slot;
    free = at + 1;
  }
  slots_ = std::move(slots);
}

}  // namespace tcplab
