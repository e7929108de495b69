// Holds two recordings against each other: every difference between them, explained, and what does not matter counted.
// Unlike ladder/match.hpp it knows no right and wrong: A and B are two that were seen.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/analysis.hpp"

namespace tcplab {

/// How often things of each kind were met, in the order in which they were met first.
class Tally {
 public:
  void add(std::string_view kind, std::size_t count = 1);
  void add(const Tally& other);
  [[nodiscard]] const std::vector<std::pair<std::string, std::size_t>>& entries() const { return entries_; }
  [[nodiscard]] std::size_t of(std::string_view kind) const;

 private:
  std::vector<std::pair<std::string, std::size_t>> entries_;
};

/// One thing that both have and that is not the same in both.
struct FieldDifference {
  std::string name, a, b;  ///< "flags", "F.", "R."
};

/// Why two recordings differ in one place.
struct Explanation {
  std::string cause;  ///< the usual one; empty when there is none to name
  std::string call;   ///< the programs' calls that make the difference; empty when it is none of theirs
};

enum class DifferenceKind : std::uint8_t { fields, only_a, only_b, order, state, connection };
/// The words of the JSON output: "fields", "only-a".
std::string_view to_string(DifferenceKind kind);

struct PairDifference {
  DifferenceKind kind = DifferenceKind::fields;
  std::vector<std::size_t> a_rows{}, b_rows{};  ///< from 0, those to look at; none where there is none
  std::vector<FieldDifference> fields{};        ///< the most telling first
  std::string what{};                           ///< "only A: the server's ACK of the FIN"
  Explanation why{};
  std::vector<std::string> a_calls{}, b_calls{};  ///< by its sender, as they were recorded, right before it
};

/// A line of what became of the connections.
struct OutcomeLine {
  std::string name, a, b;
  bool differs = false;  ///< and both are known
};

/// What was compared of two connections, or what stands alone.
struct ConnectionComparison {
  std::optional<std::size_t> a{}, b{};  ///< of those given; one only where it has no partner
  bool both_ends = true;                ///< else only what each end sent, in its order: one capture shows no more
  std::optional<End> seen_at{};         ///< where one was captured at one point: at which end it was taken to be
  bool in_windows = false;              ///< so long that it was aligned window by window
  std::vector<OutcomeLine> outcome{};
  std::vector<PairDifference> differences{};  ///< in the order of A
  Tally set_aside{};                          ///< what does not matter
  Tally follows{};                            ///< what differs only because of what is in `differences`

  [[nodiscard]] bool same() const;
};

struct Comparison {
  std::vector<ConnectionComparison> connections;
  [[nodiscard]] bool same() const;
  [[nodiscard]] std::size_t differences() const;
};

/// Connections are paired in the order of their first segments, like with like.
Comparison compare(const std::vector<Analysis>& a, const std::vector<Analysis>& b);

/// Two that are partners; indices in the result are 0.
ConnectionComparison compare(const Analysis& a, const Analysis& b);

}  // namespace tcplab
