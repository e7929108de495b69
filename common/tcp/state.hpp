// The eleven states of a TCP connection's end and their names.
// RFC 9293 section 3.3.2.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tcplab {

enum class State : std::uint8_t {
  closed,
  listen,
  syn_sent,
  syn_received,
  established,
  fin_wait_1,
  fin_wait_2,
  close_wait,
  closing,
  last_ack,
  time_wait
};

/// The RFC's spelling: "SYN-SENT", "FIN-WAIT-1".
std::string_view to_string(State state);
std::optional<State> parse_state(std::string_view text);

/// Both ends' sequence numbers are known to it. RFC 9293 section 3.5.2.
constexpr bool is_synchronized(State state) {
  return state >= State::established;
}
/// Its user may still send. RFC 9293 section 3.9.1.
constexpr bool may_send(State state) {
  return state == State::established || state == State::close_wait;
}
/// Nothing more is exchanged in it unless the peer repeats itself.
constexpr bool is_over(State state) {
  return state == State::closed || state == State::time_wait;
}
/// It has sent a SYN or a FIN of its own that is not acknowledged yet; its kernel sends it again if nothing comes.
constexpr bool awaits_peers_kernel(State state) {
  return state == State::syn_sent || state == State::syn_received || state == State::fin_wait_1 ||
         state == State::closing || state == State::last_ack;
}

}  // namespace tcplab
