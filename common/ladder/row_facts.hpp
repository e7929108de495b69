// What can be told of a captured row by itself or by those before it, and the texts of its fields.
#pragma once

#include <string>

#include "ladder/ladder.hpp"

namespace tcplab {

/// "1:14(13)".
std::string range_text(const SequenceRange& range);
/// "3/3".
std::string icmp_text(IcmpKind kind);

/// It is only there to acknowledge. A field that is left out counts as none.
bool is_bare_ack(const Row& row);
/// It arrives, and nobody was seen to send it.
bool is_stray(const Ladder& captured, const Row& row);

}  // namespace tcplab
