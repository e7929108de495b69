// Interfaces by ioctl, and by rtnetlink where there is no ioctl.
// No shelling out to ip(8) or ethtool(8): neither need be installed.
#include "rig/interface.hpp"

#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <thread>

#include "rig/netlink.hpp"

namespace tcplab::rig {
namespace {

constexpr std::chrono::seconds operational_patience{10};

ifreq request_for(const std::string& name) {
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  return request;
}

Fd control_socket() {
  return Fd(must(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "open a control socket"));
}

template <class Request>
void configure(unsigned long code, Request& request, const std::string& attempt) {
  must(::ioctl(control_socket().get(), code, &request), attempt);
}

sockaddr socket_address(const IpAddress& address) {
  sockaddr_in internet{};
  internet.sin_family = AF_INET;
  std::memcpy(&internet.sin_addr, address.bytes.data(), sizeof internet.sin_addr);
  sockaddr generic{};
  std::memcpy(&generic, &internet, sizeof generic);
  return generic;
}

/// What the kernel says of an interface: the attribute of that type (rtnetlink(7)).
template <class Value>
Value attribute_of(const std::string& name, std::uint16_t type, const char* attempt) {
  NetlinkRequest request(RTM_GETLINK, 0);
  request.put(ifinfomsg{});
  request.attribute(IFLA_IFNAME, name);
  Value value{};
  Netlink(NETLINK_ROUTE).request(request.bytes(), attempt, [&](auto, auto body) {
    const auto attributes = body.subspan(std::min(sizeof(ifinfomsg), body.size()));
    value = fixed_part<Value>(find_attribute(attributes, type));
  });
  return value;
}

}  // namespace

Fd make_tap(const std::string& device_node, const std::string& name) {
  Fd tap(must(::open(device_node.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK), "open " + device_node));
  ifreq request = request_for(name);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  must(::ioctl(tap.get(), TUNSETIFF, &request), "create TAP interface " + name);
  return tap;
}

void make_veth(const std::string& far_end, const std::string& near_end, int near_namespace) {
  NetlinkRequest request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK);
  request.put(ifinfomsg{});
  request.attribute(IFLA_IFNAME, far_end);
  request.nest(IFLA_LINKINFO, [&] {
    request.attribute(IFLA_INFO_KIND, std::string_view("veth"));
    request.nest(IFLA_INFO_DATA, [&] {
      request.nest(VETH_INFO_PEER, [&] {
        request.put(ifinfomsg{});
        request.attribute(IFLA_IFNAME, near_end);
        request.attribute(IFLA_NET_NS_FD, static_cast<std::uint32_t>(near_namespace));
      });
    });
  });
  Netlink(NETLINK_ROUTE).request(request.bytes(), "create veth interfaces");
}

Fd make_packet_socket() {
  Fd packets(must(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "open a packet socket"));
  const int on = 1;
  must(::setsockopt(packets.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on), "ignore outgoing frames");
  return packets;
}

void bind_packet_socket(int packets, const std::string& name) {
  ifreq index = request_for(name);
  configure(SIOCGIFINDEX, index, "find interface " + name);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = index.ifr_ifindex;
  must(::bind(packets, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind a packet socket to " + name);
}

void switch_off_offloads(const std::string& name) {
  for (const auto offload : std::to_array<std::uint32_t>({ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO})) {
    ethtool_value off{offload, 0};
    ifreq request = request_for(name);
    request.ifr_data = reinterpret_cast<char*>(&off);
    configure(SIOCETHTOOL, request, "switch off offloads of " + name);
  }
}

void set_mac(const std::string& name, const MacAddress& mac) {
  ifreq request = request_for(name);
  request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
  std::copy(mac.begin(), mac.end(), request.ifr_hwaddr.sa_data);
  configure(SIOCSIFHWADDR, request, "set the MAC address of " + name);
}

void set_address(const std::string& name, const IpAddress& address, int prefix_length) {
  ifreq request = request_for(name);
  request.ifr_addr = socket_address(address);
  configure(SIOCSIFADDR, request, "set the address of " + name);
  const std::uint32_t mask = htonl(~0U << (32 - prefix_length));
  IpAddress netmask;
  std::memcpy(netmask.bytes.data(), &mask, sizeof mask);
  request.ifr_netmask = socket_address(netmask);
  configure(SIOCSIFNETMASK, request, "set the netmask of " + name);
}

void remove_address(const std::string& name) {
  ifreq request = request_for(name);
  request.ifr_addr = socket_address(IpAddress{});
  configure(SIOCSIFADDR, request, "remove the address of " + name);
}

void set_up(const std::string& name) {
  ifreq request = request_for(name);
  configure(SIOCGIFFLAGS, request, "read the flags of " + name);
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  configure(SIOCSIFFLAGS, request, "bring up " + name);
}

void set_neighbour(const std::string& name, const IpAddress& address, const MacAddress& mac) {
  arpreq request{};
  request.arp_pa = socket_address(address);
  request.arp_ha.sa_family = ARPHRD_ETHER;
  std::copy(mac.begin(), mac.end(), request.arp_ha.sa_data);
  request.arp_flags = ATF_COM | ATF_PERM;
  name.copy(request.arp_dev, sizeof request.arp_dev - 1);
  configure(SIOCSARP, request, "set the neighbour of " + name);
}

void await_operational(const std::string& name) {
  const auto deadline = std::chrono::steady_clock::now() + operational_patience;
  while (attribute_of<std::uint8_t>(name, IFLA_OPERSTATE, "read the state of an interface") != IF_OPER_UP) {
    if (std::chrono::steady_clock::now() > deadline)
      throw std::system_error(ETIMEDOUT, std::generic_category(), "wait until " + name + " sends");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

std::uint64_t frames_received(const std::string& name) {
  return attribute_of<rtnl_link_stats64>(name, IFLA_STATS64, "read the counters of an interface").rx_packets;
}

}  // namespace tcplab::rig
