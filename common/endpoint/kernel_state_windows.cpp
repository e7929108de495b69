// The kernel's state on Windows: SIO_TCP_INFO (Windows 10 1703 and later), else the table of connections.
// Windows' headers need this order.
// clang-format off
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mstcpip.h>
#include <iphlpapi.h>
// clang-format on

#include <array>
#include <cstring>
#include <system_error>
#include <vector>

#include "endpoint/kernel_state.hpp"
#include "endpoint/system.hpp"

namespace tcplab {
namespace {

using asio::ip::tcp;

// The order of TCPSTATE in <mstcpip.h>; MIB_TCP_STATE in <tcpmib.h> has the same order, one higher.
constexpr std::array states = {State::closed,      State::listen,     State::syn_sent,   State::syn_received,
                               State::established, State::fin_wait_1, State::fin_wait_2, State::close_wait,
                               State::closing,     State::last_ack,   State::time_wait};

std::optional<State> state_at(unsigned long index) {
  if (index >= states.size()) return std::nullopt;
  return states[index];
}

std::vector<unsigned char> connection_table(unsigned long family) {
  std::vector<unsigned char> table;
  DWORD size = 0;
  DWORD result = ERROR_INSUFFICIENT_BUFFER;
  for (int attempt = 0; attempt < 8 && result == ERROR_INSUFFICIENT_BUFFER; ++attempt) {  // it may grow between calls
    table.resize(size);
    result =
        ::GetExtendedTcpTable(table.empty() ? nullptr : table.data(), &size, FALSE, family, TCP_TABLE_OWNER_PID_ALL, 0);
  }
  if (result != NO_ERROR) table.clear();
  return table;
}

unsigned short port_of(DWORD field) {
  return ntohs(static_cast<unsigned short>(field));
}

bool is(const MIB_TCPROW_OWNER_PID& row, const tcp::endpoint& local, const tcp::endpoint& remote) {
  return port_of(row.dwLocalPort) == local.port() && port_of(row.dwRemotePort) == remote.port() &&
         ntohl(row.dwLocalAddr) == local.address().to_v4().to_uint() &&
         ntohl(row.dwRemoteAddr) == remote.address().to_v4().to_uint();
}

bool is(const MIB_TCP6ROW_OWNER_PID& row, const tcp::endpoint& local, const tcp::endpoint& remote) {
  const auto ours = local.address().to_v6().to_bytes();
  const auto theirs = remote.address().to_v6().to_bytes();
  return port_of(row.dwLocalPort) == local.port() && port_of(row.dwRemotePort) == remote.port() &&
         std::memcmp(row.ucLocalAddr, ours.data(), ours.size()) == 0 &&
         std::memcmp(row.ucRemoteAddr, theirs.data(), theirs.size()) == 0;
}

std::optional<TCP_INFO_v0> tcp_info(SocketHandle socket) {
  DWORD version = 0;
  TCP_INFO_v0 info{};
  DWORD size = 0;
  if (::WSAIoctl(socket, SIO_TCP_INFO, &version, sizeof version, &info, sizeof info, &size, nullptr, nullptr) != 0)
    return std::nullopt;
  return info;
}

template <typename Table>
std::optional<State> find(const std::vector<unsigned char>& bytes, const tcp::endpoint& local,
                          const tcp::endpoint& remote) {
  if (bytes.empty()) return std::nullopt;
  const auto* const table = reinterpret_cast<const Table*>(bytes.data());
  for (DWORD i = 0; i < table->dwNumEntries; ++i)
    if (is(table->table[i], local, remote)) return state_at(table->table[i].dwState - 1);
  return State::closed;
}

}  // namespace

std::optional<State> state_of_socket(SocketHandle socket) {
  const auto info = tcp_info(socket);
  return info ? state_at(static_cast<unsigned long>(info->State)) : std::nullopt;
}

std::optional<State> state_of_connection(const tcp::endpoint& local, const tcp::endpoint& remote) {
  if (local.address().is_v4()) return find<MIB_TCPTABLE_OWNER_PID>(connection_table(AF_INET), local, remote);
  return find<MIB_TCP6TABLE_OWNER_PID>(connection_table(AF_INET6), local, remote);
}

void acknowledge_at_once(tcp::socket&) {}

void hold_back_small_segments(tcp::socket&, bool) {}

std::optional<std::size_t> unacknowledged_bytes(tcp::socket& socket) {
  const auto info = tcp_info(socket.native_handle());
  return info ? std::optional<std::size_t>(info->BytesInFlight) : std::nullopt;
}

void allow_rebinding(tcp::acceptor& acceptor) {
  const BOOL on = TRUE;
  const auto* const bytes = reinterpret_cast<const char*>(&on);
  if (::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_EXCLUSIVEADDRUSE, bytes, sizeof on) != 0)
    throw std::system_error(::WSAGetLastError(), std::system_category(), "SO_EXCLUSIVEADDRUSE");
}

std::string who_holds(std::uint16_t port) {
  return "netstat -ano | findstr :" + std::to_string(port);
}

}  // namespace tcplab
