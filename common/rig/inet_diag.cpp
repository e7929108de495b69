// inet_diag over NETLINK_SOCK_DIAG: one exact lookup, and a dump of everything.
// States only; the kernel would tell much more.
#include "rig/inet_diag.hpp"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>

namespace tcplab::rig {
namespace {

constexpr int new_syn_recv = 12;  // TCP_NEW_SYN_RECV: a connection request, before it has a socket of its own

State state_of_kernel(int state) {
  switch (state) {
    case TCP_ESTABLISHED:
      return State::established;
    case TCP_SYN_SENT:
      return State::syn_sent;
    case new_syn_recv:
    case TCP_SYN_RECV:
      return State::syn_received;
    case TCP_FIN_WAIT1:
      return State::fin_wait_1;
    case TCP_FIN_WAIT2:
      return State::fin_wait_2;
    case TCP_TIME_WAIT:
      return State::time_wait;
    case TCP_CLOSE_WAIT:
      return State::close_wait;
    case TCP_LAST_ACK:
      return State::last_ack;
    case TCP_LISTEN:
      return State::listen;
    case TCP_CLOSING:
      return State::closing;
    default:
      return State::closed;
  }
}

inet_diag_req_v2 question(int family) {
  inet_diag_req_v2 request{};
  request.sdiag_family = static_cast<std::uint8_t>(family);
  request.sdiag_protocol = IPPROTO_TCP;
  request.idiag_states = ~0U;
  request.id.idiag_cookie[0] = request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return request;
}

}  // namespace

InetDiag::InetDiag() : netlink_(NETLINK_SOCK_DIAG) {}

State InetDiag::state_of(const Endpoint& local, const Endpoint& remote) {
  inet_diag_req_v2 exact = question(local.address.version == 4 ? AF_INET : AF_INET6);
  exact.id.idiag_sport = htons(local.port);
  exact.id.idiag_dport = htons(remote.port);
  std::copy(local.address.bytes.begin(), local.address.bytes.end(),
            reinterpret_cast<std::uint8_t*>(exact.id.idiag_src));
  std::copy(remote.address.bytes.begin(), remote.address.bytes.end(),
            reinterpret_cast<std::uint8_t*>(exact.id.idiag_dst));
  NetlinkRequest request(SOCK_DIAG_BY_FAMILY, 0);
  request.put(exact);

  State state = State::closed;
  try {
    netlink_.request(request.bytes(), "ask inet_diag", [&](std::uint16_t, std::span<const std::byte> body) {
      state = state_of_kernel(fixed_part<inet_diag_msg>(body).idiag_state);
    });
  } catch (const std::system_error& error) {
    if (error.code().value() != ENOENT) throw;
  }
  return state;
}

std::vector<State> InetDiag::all() {
  std::vector<State> states;
  for (const int family : {AF_INET, AF_INET6}) {
    NetlinkRequest request(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
    request.put(question(family));
    netlink_.request(request.bytes(), "list connections by inet_diag",
                     [&](std::uint16_t, std::span<const std::byte> body) {
                       states.push_back(state_of_kernel(fixed_part<inet_diag_msg>(body).idiag_state));
                     });
  }
  return states;
}

}  // namespace tcplab::rig
