// On one processor: veth and loopback hand on what is sent by a queue of the processor that sent it, so what two
// processors send may change places. On one, what programs send, and what is sent in answer, keeps its order; only what
// a timer of the kernel sends may still leave from another.
#pragma once

namespace tcplab::rig {

/// The calling process, which must have one thread, and all that it starts from now on, stay on one of the processors
/// that it may run on: the `turn`-th, counted round and round. Where that is forbidden, nothing changes.
/// sched_setaffinity(2).
void stay_on_one_processor(unsigned turn);

}  // namespace tcplab::rig
