// The segments of many connections while a capture is read: close together in memory, each connection's in a chain of
// parts.
// A connection's vector of them is made when it is wanted, and may be dropped behind that: memory is dear to touch, and
// a Segment is more than twice as large as what one capture shows of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>
#include <vector>

#include "tcp/connection.hpp"
#include "tcp/prefetch.hpp"

namespace tcplab {

class SegmentStore {
 public:
  /// A segment as one capture shows it; its options stand behind it.
  struct Kept {
    SegmentHeader header;
    Sighting seen;
    std::uint8_t option_bytes = 0;
    [[nodiscard]] std::span<const std::uint8_t> options() const;
    [[nodiscard]] static std::size_t size_with(std::size_t option_bytes);
  };
  /// Some of a connection, one behind the other.
  struct Part {
    Part* next = nullptr;
    std::uint32_t room = 0, used = 0;  ///< in bytes, behind this
    [[nodiscard]] std::byte* begin() { return reinterpret_cast<std::byte*>(this + 1); }
    /// Calls visit(kept) for each that stands at `at` or behind it.
    template <typename Visit>
    void visit_from(std::size_t at, Visit& visit) {
      while (at < used) {
        auto* const kept = reinterpret_cast<Kept*>(begin() + at);
        at += Kept::size_with(kept->option_bytes);
        visit(*kept);
      }
    }
  };
  /// A connection's segments in the order of the capture.
  struct Chain {
    Part *first = nullptr, *last = nullptr;
    Kept* latest = nullptr;
    std::size_t count = 0;

    [[nodiscard]] const Kept& front() const { return *reinterpret_cast<const Kept*>(first->begin()); }
    /// Calls visit(kept) for each.
    template <typename Visit>
    void for_each(Visit visit) const {
      for (Part* part = first; part != nullptr; part = part->next) {
        constexpr std::size_t enough = 256;  // to see how it goes on
        prefetch(part->next, enough);
        part->visit_from(0, visit);
      }
    }
    /// As they were seen at one point.
    [[nodiscard]] std::vector<Segment> segments() const;
  };
  /// A place in a chain, which may grow.
  class Place {
   public:
    /// Calls visit(kept) for each behind it, and goes there.
    template <typename Visit>
    void visit_next(const Chain& chain, Visit visit) {
      for (Part* part = part_ != nullptr ? part_ : chain.first; part != nullptr; part = part->next) {
        part->visit_from(at_, visit);
        at_ = 0;
      }
      skip_all(chain);
    }
    void skip_all(const Chain& chain) {
      part_ = chain.last;
      at_ = part_ == nullptr ? 0 : part_->used;
    }

   private:
    Part* part_ = nullptr;  ///< none: before the first
    std::uint32_t at_ = 0;  ///< in it, in bytes
  };

  explicit SegmentStore(std::pmr::memory_resource* memory) : memory_(memory) {}
  SegmentStore(SegmentStore&& other) noexcept;
  SegmentStore& operator=(SegmentStore&& other) noexcept;
  ~SegmentStore();

  /// At most OptionBytes::most bytes of options.
  void append(Chain& chain, const SegmentHeader& header, std::span<const std::uint8_t> options, const Sighting& seen);

 private:
  struct Block {
    std::byte* begin = nullptr;
    std::size_t size = 0;
  };
  void add_part(Chain& chain);
  [[nodiscard]] std::byte* room_for(std::size_t bytes);

  std::pmr::memory_resource* memory_;
  std::vector<Block> blocks_;
  std::size_t used_ = 0;  ///< of the last block
};

/// What a capture showed, in the order of the connections' first segments.
class StoredConnections {
 public:
  StoredConnections() = default;
  /// Connections that have their segments already.
  explicit StoredConnections(std::vector<Connection> connections);
  /// Takes what it gives from `store`.
  struct One {
    Connection connection;  ///< without segments, if there is a chain of them
    SegmentStore::Chain chain;
  };
  StoredConnections(std::vector<One> all, SegmentStore store) : all_(std::move(all)) {
    stores_.push_back(std::move(store));
  }

  [[nodiscard]] std::size_t size() const { return all_.size(); }
  [[nodiscard]] const std::vector<One>& all() const { return all_; }
  /// Those from `begin` to `end` are taken next. They lie here and there, and nobody has looked at them for long: what
  /// is asked for together comes together, which changes nothing but time.
  void expect(std::size_t begin, std::size_t end) const;
  /// With its segments; once each, and several threads may take different ones.
  [[nodiscard]] Connection take(std::size_t index);
  [[nodiscard]] std::vector<Connection> take_all();
  /// Takes in those that another table has of the same capture.
  void merge(StoredConnections other);
  /// Drops those of which drop(connection) says so; it sees no segments. Returns how many.
  template <typename Drop>
  std::size_t erase_if(Drop drop) {
    return std::erase_if(all_, [&](const One& one) { return drop(one.connection); });
  }
  /// Drops all others.
  void keep_only(std::size_t index);

 private:
  std::vector<One> all_;
  std::vector<SegmentStore> stores_;
};

}  // namespace tcplab
