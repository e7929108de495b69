#include "tcp/segment_store.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

namespace tcplab {
namespace {

static_assert(std::is_trivially_destructible_v<SegmentStore::Kept>);
static_assert(std::is_standard_layout_v<SegmentStore::Kept>);
constexpr std::size_t options_at = offsetof(SegmentStore::Kept, option_bytes) + 1;
constexpr std::size_t alignment = alignof(SegmentStore::Kept);
static_assert(alignof(SegmentStore::Part) == alignment && sizeof(SegmentStore::Part) % alignment == 0);

/// As much as a capture needs, more or less: each block four times as large as the one before, until it comes in huge
/// pages, if the memory has them. Of a large block the system gives memory only as it is used.
constexpr std::size_t first_block_bytes = 4096, growth = 4, largest_small_block = std::size_t{256} * 1024;
constexpr std::size_t block_bytes = std::size_t{16} * 1024 * 1024;

constexpr std::size_t size_of_kept(std::size_t option_bytes) {
  return (std::max(sizeof(SegmentStore::Kept), options_at + option_bytes) + alignment - 1) / alignment * alignment;
}

/// There may be many connections of a SYN each; of one with many segments, those that lie together are read at once.
constexpr std::size_t first_part_bytes = 112, part_bytes = 1024;
static_assert(size_of_kept(OptionBytes::most) <= first_part_bytes);

void fill(Segment& segment, const SegmentStore::Kept& kept) {
  static_cast<SegmentHeader&>(segment) = kept.header;
  segment.options = kept.options();
  segment.departed = kept.seen;  // each from its source: what was just written in parts is slow to be read as a whole
  segment.arrived = kept.seen;
}

}  // namespace

std::span<const std::uint8_t> SegmentStore::Kept::options() const {
  return {reinterpret_cast<const std::uint8_t*>(this) + options_at, option_bytes};
}

std::size_t SegmentStore::Kept::size_with(std::size_t option_bytes) {
  return size_of_kept(option_bytes);
}

std::vector<Segment> SegmentStore::Chain::segments() const {
  std::vector<Segment> segments;
  segments.reserve(count);
  for_each([&](const Kept& kept) { fill(segments.emplace_back(), kept); });
  return segments;
}

SegmentStore::SegmentStore(SegmentStore&& other) noexcept
    : memory_(other.memory_), blocks_(std::exchange(other.blocks_, {})), used_(std::exchange(other.used_, 0)) {}

SegmentStore& SegmentStore::operator=(SegmentStore&& other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(blocks_, other.blocks_);
  std::swap(used_, other.used_);
  return *this;
}

SegmentStore::~SegmentStore() {
  for (const Block& block : blocks_) memory_->deallocate(block.begin, block.size, alignment);
}

void SegmentStore::append(Chain& chain, const SegmentHeader& header, std::span<const std::uint8_t> options,
                          const Sighting& seen) {
  assert(options.size() <= OptionBytes::most);
  const std::size_t size = Kept::size_with(options.size());
  if (chain.last == nullptr || chain.last->room - chain.last->used < size) add_part(chain);
  std::byte* const room = chain.last->begin() + chain.last->used;
  chain.latest = std::construct_at(reinterpret_cast<Kept*>(room));
  chain.latest->header = header;
  chain.latest->seen = seen;
  chain.latest->option_bytes = static_cast<std::uint8_t>(options.size());
  if (!options.empty()) std::memcpy(room + options_at, options.data(), options.size());
  chain.last->used += static_cast<std::uint32_t>(size);
  ++chain.count;
}

/// Twice as large as the one before, up to a limit.
void SegmentStore::add_part(Chain& chain) {
  const std::size_t room =
      chain.last == nullptr ? first_part_bytes : std::min<std::size_t>(2 * chain.last->room, part_bytes);
  auto* const place = reinterpret_cast<Part*>(room_for(sizeof(Part) + room));
  Part* const part = std::construct_at(place, Part{nullptr, static_cast<std::uint32_t>(room), 0});
  (chain.last != nullptr ? chain.last->next : chain.first) = part;
  chain.last = part;
}

std::byte* SegmentStore::room_for(std::size_t bytes) {
  if (blocks_.empty() || used_ + bytes > blocks_.back().size) {
    const std::size_t size = blocks_.empty()                             ? first_block_bytes
                             : blocks_.back().size < largest_small_block ? blocks_.back().size * growth
                                                                         : block_bytes;
    blocks_.reserve(blocks_.size() + 1);
    blocks_.push_back({static_cast<std::byte*>(memory_->allocate(size, alignment)), size});
    used_ = 0;
  }
  std::byte* const room = blocks_.back().begin + std::exchange(used_, used_ + bytes);
  prefetch(room + bytes, first_part_bytes);  // which comes next
  return room;
}

StoredConnections::StoredConnections(std::vector<Connection> connections) {
  all_.reserve(connections.size());
  for (Connection& connection : connections) all_.push_back({std::move(connection), {}});
}

void StoredConnections::expect(std::size_t begin, std::size_t end) const {
  constexpr std::size_t most = 64;
  std::array<const SegmentStore::Part*, most> parts;
  for (; begin < end; begin += most) {
    const std::span some = std::span(all_).subspan(begin, std::min(most, end - begin));
    prefetch(some.data(), some.size_bytes());
    std::size_t count = 0;
    for (const One& one : some)
      if (one.chain.first != nullptr) parts[count++] = one.chain.first;
    // Each step needs what the one before has asked for. Long ones are waited for as they are read.
    for (std::size_t room = first_part_bytes; count > 0 && room < part_bytes; room *= 2) {
      for (std::size_t i = 0; i < count; ++i) prefetch(parts[i], sizeof(SegmentStore::Part) + room);
      std::size_t left = 0;
      for (std::size_t i = 0; i < count; ++i)
        if (const SegmentStore::Part* const next = parts[i]->next) parts[left++] = next;
      count = left;
    }
  }
}

Connection StoredConnections::take(std::size_t index) {
  auto& [connection, chain] = all_[index];
  if (chain.count > 0) connection.segments = chain.segments();
  return std::move(connection);
}

std::vector<Connection> StoredConnections::take_all() {
  std::vector<Connection> connections;
  connections.reserve(all_.size());
  for (std::size_t i = 0; i < all_.size(); ++i) connections.push_back(take(i));
  return connections;
}

void StoredConnections::merge(StoredConnections other) {
  std::vector<One> both;
  both.reserve(all_.size() + other.all_.size());
  const auto first_frame = [](const One& one) { return one.chain.front().seen.frame; };
  std::ranges::merge(std::move_iterator(all_.begin()), std::move_iterator(all_.end()),
                     std::move_iterator(other.all_.begin()), std::move_iterator(other.all_.end()),
                     std::back_inserter(both), {}, first_frame, first_frame);
  all_ = std::move(both);
  std::ranges::move(other.stores_, std::back_inserter(stores_));
}

void StoredConnections::keep_only(std::size_t index) {
  One kept = std::move(all_[index]);
  all_.clear();
  all_.push_back(std::move(kept));
}

}  // namespace tcplab
