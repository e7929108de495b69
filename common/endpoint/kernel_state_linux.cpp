// The kernel's state on Linux: TCP_INFO for a socket, inet_diag for a connection.
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>  // never <linux/tcp.h>: the two collide, and Asio brings this one
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "endpoint/kernel_state.hpp"
#include "endpoint/system.hpp"

namespace tcplab {
namespace {

using asio::ip::tcp;

// Linux's numbering, from include/net/tcp_states.h; 12 is a SYN-RECEIVED that has no socket yet.
std::optional<State> from_linux(int number) {
  switch (number) {
    case TCP_ESTABLISHED:
      return State::established;
    case TCP_SYN_SENT:
      return State::syn_sent;
    case TCP_SYN_RECV:
    case 12:
      return State::syn_received;
    case TCP_FIN_WAIT1:
      return State::fin_wait_1;
    case TCP_FIN_WAIT2:
      return State::fin_wait_2;
    case TCP_TIME_WAIT:
      return State::time_wait;
    case TCP_CLOSE:
      return State::closed;
    case TCP_CLOSE_WAIT:
      return State::close_wait;
    case TCP_LAST_ACK:
      return State::last_ack;
    case TCP_LISTEN:
      return State::listen;
    case TCP_CLOSING:
      return State::closing;
    default:
      return std::nullopt;
  }
}

void put(__be32 (&field)[4], __be16& port, const tcp::endpoint& endpoint) {
  port = htons(endpoint.port());
  if (endpoint.address().is_v4()) {
    const auto bytes = endpoint.address().to_v4().to_bytes();
    std::memcpy(field, bytes.data(), bytes.size());
  } else {
    const auto bytes = endpoint.address().to_v6().to_bytes();
    std::memcpy(field, bytes.data(), bytes.size());
  }
}

struct Request {
  nlmsghdr header{};
  inet_diag_req_v2 body{};
};

Request lookup(const tcp::endpoint& local, const tcp::endpoint& remote) {
  Request request;
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.body.sdiag_family = local.address().is_v4() ? AF_INET : AF_INET6;
  request.body.sdiag_protocol = IPPROTO_TCP;
  request.body.idiag_states = ~0U;
  std::ranges::fill(request.body.id.idiag_cookie, static_cast<__u32>(INET_DIAG_NOCOOKIE));
  put(request.body.id.idiag_src, request.body.id.idiag_sport, local);
  put(request.body.id.idiag_dst, request.body.id.idiag_dport, remote);
  return request;
}

std::optional<State> answer_in(const char* bytes, std::size_t size) {
  nlmsghdr header;
  if (size < NLMSG_HDRLEN) return std::nullopt;
  std::memcpy(&header, bytes, sizeof header);
  if (header.nlmsg_type == NLMSG_ERROR && size >= NLMSG_LENGTH(sizeof(nlmsgerr))) {
    nlmsgerr error;
    std::memcpy(&error, bytes + NLMSG_HDRLEN, sizeof error);
    return error.error == -ENOENT ? std::optional(State::closed) : std::nullopt;
  }
  if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY || size < NLMSG_LENGTH(sizeof(inet_diag_msg))) return std::nullopt;
  inet_diag_msg found;
  std::memcpy(&found, bytes + NLMSG_HDRLEN, sizeof found);
  const auto state = from_linux(found.idiag_state);
  return state == State::listen ? State::closed : state;  // only the listener is left: the connection is gone
}

}  // namespace

std::optional<State> state_of_socket(SocketHandle socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
  return from_linux(info.tcpi_state);
}

std::optional<State> state_of_connection(const tcp::endpoint& local, const tcp::endpoint& remote) {
  const int netlink = ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (netlink < 0) return std::nullopt;
  const Request request = lookup(local, remote);
  alignas(nlmsghdr) std::array<char, 4096> answer{};
  ::ssize_t size = ::send(netlink, &request, sizeof request, 0);
  if (size > 0) size = ::recv(netlink, answer.data(), answer.size(), 0);
  ::close(netlink);
  return size > 0 ? answer_in(answer.data(), static_cast<std::size_t>(size)) : std::nullopt;
}

void acknowledge_at_once(tcp::socket& socket) {
  const int on = 1;
  if (::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on) != 0)
    throw std::system_error(errno, std::system_category(), "TCP_QUICKACK");
}

void hold_back_small_segments(tcp::socket& socket, bool on) {
  const int value = on ? 1 : 0;
  if (::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_CORK, &value, sizeof value) != 0)
    throw std::system_error(errno, std::system_category(), "TCP_CORK");
}

std::optional<std::size_t> unacknowledged_bytes(tcp::socket& socket) {
  int bytes = 0;
  if (::ioctl(socket.native_handle(), SIOCOUTQ, &bytes) != 0 || bytes < 0) return std::nullopt;
  return static_cast<std::size_t>(bytes);
}

void allow_rebinding(tcp::acceptor& acceptor) {
  acceptor.set_option(tcp::acceptor::reuse_address(true));
}

std::string who_holds(std::uint16_t port) {
  return "ss -ltnp 'sport = :" + std::to_string(port) + "'";
}

}  // namespace tcplab
