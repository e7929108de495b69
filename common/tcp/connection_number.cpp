#include "tcp/connection_number.hpp"

#include <algorithm>

namespace tcplab {

bool ConnectionNumber::begins(std::uint64_t frame, std::size_t awaiting) {
  ++begun_;
  return note(frame, begun_, awaiting, true);
}

bool ConnectionNumber::may_begin(std::uint64_t frame, std::size_t awaiting) {
  return note(frame, begun_ + 1, awaiting, false);
}

/// Numbers only grow, by one for each SYN before it that is accepted.
bool ConnectionNumber::note(std::uint64_t frame, std::uint64_t number, std::size_t awaiting, bool is_certain) {
  if (number > wanted_ || number + awaiting < wanted_) return false;
  candidates_.push_back({frame, number, is_certain});
  return true;
}

void ConnectionNumber::is_accepted(std::uint64_t frame) {
  ++begun_;
  for (Candidate& candidate : candidates_) {
    if (candidate.frame > frame) ++candidate.number;
    if (candidate.frame == frame) candidate.is_certain = true;
  }
}

void ConnectionNumber::is_not_accepted(std::uint64_t frame) {
  std::erase_if(candidates_,
                [&](const Candidate& candidate) { return candidate.frame == frame && !candidate.is_certain; });
}

bool ConnectionNumber::may_be(std::uint64_t frame) const {
  return std::ranges::any_of(candidates_,
                             [&](const Candidate& one) { return one.frame == frame && one.number <= wanted_; });
}

std::optional<std::uint64_t> ConnectionNumber::found() const {
  const auto one = std::ranges::find_if(
      candidates_, [&](const Candidate& candidate) { return candidate.is_certain && candidate.number == wanted_; });
  if (one == candidates_.end()) return std::nullopt;
  return one->frame;
}

}  // namespace tcplab
