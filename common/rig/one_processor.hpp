// On one processor: veth and loopback hand on what is sent by a queue of the processor that sent it, so what two
// processors send may change places. On one, all that a pair of programs sends keeps its order.
#pragma once

namespace tcplab::rig {

/// The calling process, which must have one thread, and all that it starts from now on, stay on the processor that it
/// runs on. Throws std::system_error. sched_setaffinity(2).
void stay_on_one_processor();

}  // namespace tcplab::rig
