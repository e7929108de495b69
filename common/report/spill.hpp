// How a report that may be long is written while it is made.
#pragma once

#include <functional>

namespace tcplab {

/// Called from time to time with all that was put behind a text in it: it may write the text out, and clear it.
using Spill = std::function<void()>;

}  // namespace tcplab
