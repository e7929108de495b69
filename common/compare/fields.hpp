// What differs between a segment and its partner, and what of it does not matter.
// It judges one pair by itself; whether a difference only follows from an earlier one is for segments.hpp.
#pragma once

#include <vector>

#include "compare/compare.hpp"
#include "compare/pairing.hpp"

namespace tcplab {

/// The fields that matter. What does not is counted in `set_aside`, and numbers that differ only because others came
/// before them in `follows`. `arrivals`: whether both show what became of it.
std::vector<FieldDifference> differing_fields(const Side& a, const SentSegment& in_a, const Side& b,
                                              const SentSegment& in_b, const Pairing& pairing, bool arrivals,
                                              Tally& set_aside, Tally& follows);

/// An end's states, both known, at a segment that both have.
struct StateDifference {
  End end = End::client;
  std::size_t a_row = 0, b_row = 0;
  FieldDifference field;
};

/// Those that differ: the sender's after sending, and the receiver's after it came.
std::vector<StateDifference> differing_states(const Side& a, const SentSegment& in_a, const Side& b,
                                              const SentSegment& in_b);

/// Counts what differs of two connections as a whole and does not matter: addresses, ports, initial numbers.
void set_aside_ends(const Analysis& a, const Analysis& b, Tally& set_aside);

}  // namespace tcplab
