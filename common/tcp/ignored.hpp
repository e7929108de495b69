// Which segments of an opening came to the server, and were not taken by it, as two captures show: a listener whose
// queue is full, or that waits for data, takes no notice of what it gets, and neither does who stands behind a filter.
// RFC 9293 section 3.10.7 has no such thing: kernels do it.
#pragma once

#include <vector>

#include "tcp/exchange.hpp"

namespace tcplab {

/// Sets Passage::is_ignored of SYNs that come again, later, before any SYN,ACK leaves; and of what comes behind the
/// SYN,ACK where that leaves again much later, or data comes again that nothing answers.
void mark_ignored(const Connection& connection, std::vector<Passage>& passages);

}  // namespace tcplab
