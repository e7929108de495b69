// When each end of a recording's connections sent and received, and so where a moment at a host belongs: to which
// connection, and above which row of its ladder.
// It is a part of timeline.hpp, which see; events and captures share one clock.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "lesson/events.hpp"
#include "report/analysis.hpp"

namespace tcplab {

/// A row that an end has a part in.
struct OwnRow {
  std::size_t row = 0;  ///< in the ladder
  Timestamp time;       ///< by that end's capture
  bool arrives = false;
};

class RecordedOrder {
 public:
  /// `connections` must outlive it, and keep their rows.
  explicit RecordedOrder(const std::vector<Analysis>& connections);

  /// The rows of an end, in its order.
  [[nodiscard]] const std::vector<OwnRow>& rows(std::size_t connection, End end) const {
    return rows_[connection][index_of(end)];
  }

  /// The first row in which `end`, or either, has a part at that time or later; behind the last, if there is none. An
  /// end that has no part in any row goes by the other's.
  [[nodiscard]] std::size_t row_after(std::size_t connection, std::optional<End> end, Timestamp time) const;

  /// When an end, or either, first had to do with the connection.
  [[nodiscard]] Timestamp began(std::size_t connection, std::optional<End> end) const;

  /// The connection that had begun latest at that time, as the end saw it; the first, if none had.
  [[nodiscard]] std::size_t latest_at(std::optional<End> end, Timestamp time) const;
  /// The same among those between two addresses; nothing if there are none.
  [[nodiscard]] std::optional<std::size_t> latest_at(End host, Timestamp time, const std::string& local,
                                                     const std::string& remote) const;

  /// Of the connections between the same addresses as `connection` the one in which `host` next sends or receives.
  [[nodiscard]] std::size_t next_at(std::size_t connection, End host, Timestamp time) const;

  /// A call that does not know its addresses belongs to the connection that began while it ran; else, and if it never
  /// returned, to the one of the program's call before it.
  [[nodiscard]] std::size_t connection_of(const Call& call, std::optional<std::size_t> call_before) const;

 private:
  template <typename Fits>
  [[nodiscard]] std::optional<std::size_t> latest_of(std::optional<End> end, Timestamp time, Fits fits) const;

  const std::vector<Analysis>& connections_;
  std::vector<std::array<std::vector<OwnRow>, 2>> rows_;  ///< of each connection: the client's, the server's
};

}  // namespace tcplab
