// Why two recordings usually differ in one place, and which calls make the difference.
// These are usual causes, by what the segments show; what was really called is known only where it was recorded.
#pragma once

#include <string>
#include <vector>

#include "compare/compare.hpp"
#include "compare/side.hpp"

namespace tcplab {

/// `fields`: how the two differ, the most telling first.
Explanation why_fields_differ(const Side& a, const SentSegment& in_a, const Side& b, const SentSegment& in_b,
                              const std::vector<FieldDifference>& fields);

/// The same bytes of one sender went into other segments.
Explanation why_recut();

/// What recording `name` cannot have: it begins in the middle, or has nothing of an end at all.
Explanation why_unseen(const std::string& name, bool begins_later);

/// `sent` of `own` has no partner in `other`; `carrier`, if it is not null, acknowledges there what `sent` does.
Explanation why_alone(const Side& own, const SentSegment& sent, const Side& other, const SentSegment* carrier,
                      bool own_is_a);

/// `end` sent or received `first` before `second` in A, and behind it in B.
Explanation why_order_differs(const Row& first, const Row& second, End end);

Explanation why_states_differ();
/// Before the first segment.
Explanation why_initial_states_differ();

/// `alone` has no partner in the other recording.
Explanation why_connection_alone(const Analysis& alone);

/// The sender's calls that were recorded right before it, and what the wire did to it.
std::vector<std::string> calls_at(const Side& side, const SentSegment& sent);

}  // namespace tcplab
