// Which segments of two captures are the same, one capture made at each end of their way.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "tcp/segment.hpp"

namespace tcplab {

/// Which of `there` each of `here` is, by their places; nothing for those that are not there.
class Matching {
 public:
  Matching(const std::vector<Segment>& here, const std::vector<Segment>& there);
  [[nodiscard]] std::optional<std::size_t> operator[](std::size_t place) const { return matched_[place]; }

 private:
  using Places = std::vector<std::size_t>;
  using nanoseconds = std::chrono::nanoseconds;
  void match(std::size_t here, std::size_t there);
  [[nodiscard]] nanoseconds lag(std::size_t here, std::size_t there) const;
  void match_in_order(const Places& here, const Places& there);
  void match_by_time(const Places& here, const Places& there);
  void match_changed_syns();

  const std::vector<Segment>& here_;
  const std::vector<Segment>& there_;
  std::vector<std::optional<std::size_t>> matched_;
  std::map<End, std::vector<nanoseconds>> lags_;  ///< by sender
};

/// Cuts up what `there` has in pieces, as network cards do with what is sent (TSO), and kernels put together what comes
/// (GRO): each piece as it is there, with the sighting of the whole; and what is missing between them, which was lost.
/// Returns how many segments were cut up.
std::size_t cut_alike(std::vector<Segment>& here, const std::vector<Segment>& there);

}  // namespace tcplab
