// Finds the N-th connection of a capture, by first segments, while the capture still goes by.
// A connection that is recognised late, by the SYN,ACK that accepts its SYN, stands before those that began meanwhile,
// and moves them on by one. So more than one may turn out to be the N-th; all that may be are told in time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tcplab {

class ConnectionNumber {
 public:
  /// Counts from 1.
  explicit ConnectionNumber(std::uint64_t wanted) : wanted_(wanted) {}

  /// A connection begins. `awaiting`: so many SYNs before it may still begin others. Returns whether it may be the one.
  bool begins(std::uint64_t frame, std::size_t awaiting);
  /// A SYN may begin another connection; the same about that.
  bool may_begin(std::uint64_t frame, std::size_t awaiting);
  /// A connection begins with that SYN after all.
  void is_accepted(std::uint64_t frame);
  /// The SYN belongs to the old connection for good.
  void is_not_accepted(std::uint64_t frame);

  /// Whether what begins with that frame may still be the one.
  [[nodiscard]] bool may_be(std::uint64_t frame) const;

  /// At the end: the first frame of the one; nothing if there are not so many.
  [[nodiscard]] std::optional<std::uint64_t> found() const;

 private:
  struct Candidate {
    std::uint64_t frame = 0, number = 0;  ///< as far as is known
    bool is_certain = true;               ///< it is a connection
  };
  bool note(std::uint64_t frame, std::uint64_t number, std::size_t awaiting, bool is_certain);

  std::uint64_t wanted_, begun_ = 0;
  std::vector<Candidate> candidates_;
};

}  // namespace tcplab
