// Netlink framing: lengths, alignment and the end of an answer.
// It knows no message by its meaning but NLMSG_ERROR and NLMSG_DONE.
#include "rig/netlink.hpp"

#include <sys/socket.h>

namespace tcplab::rig {
namespace {
constexpr std::size_t aligned(std::size_t length) {
  return (length + NLMSG_ALIGNTO - 1) / NLMSG_ALIGNTO * NLMSG_ALIGNTO;
}
}  // namespace

NetlinkRequest::NetlinkRequest(std::uint16_t type, std::uint16_t flags) {
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_flags = static_cast<std::uint16_t>(flags | NLM_F_REQUEST);
  put(header);
}

void NetlinkRequest::append(std::span<const std::byte> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  bytes_.resize(aligned(bytes_.size()));
}

void NetlinkRequest::attribute(std::uint16_t type, std::span<const std::byte> value) {
  const nlattr header{static_cast<std::uint16_t>(sizeof(nlattr) + value.size()), type};
  put(header);
  append(value);
}

void NetlinkRequest::attribute(std::uint16_t type, std::string_view value) {
  attribute(type, std::as_bytes(std::span(value)));
}

void NetlinkRequest::nest(std::uint16_t type, const std::function<void()>& fill) {
  const std::size_t start = bytes_.size();
  put(nlattr{0, type});
  fill();
  const auto length = static_cast<std::uint16_t>(bytes_.size() - start);
  std::memcpy(bytes_.data() + start + offsetof(nlattr, nla_len), &length, sizeof length);
}

std::span<const std::byte> NetlinkRequest::bytes() {
  const auto length = static_cast<std::uint32_t>(bytes_.size());
  std::memcpy(bytes_.data() + offsetof(nlmsghdr, nlmsg_len), &length, sizeof length);
  return bytes_;
}

Netlink::Netlink(int protocol)
    : socket_(must(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol), "open a netlink socket")) {}

void Netlink::request(std::span<const std::byte> message, const char* attempt, const Handler& handler) {
  must(::send(socket_.get(), message.data(), message.size(), 0), attempt);
  for (bool complete = false; !complete;) {
    const ssize_t length = must(::recv(socket_.get(), buffer_.data(), buffer_.size(), 0), attempt);
    complete = take(std::span(buffer_).first(static_cast<std::size_t>(length)), attempt, handler);
  }
}

bool Netlink::take(std::span<const std::byte> datagram, const char* attempt, const Handler& handler) {
  while (datagram.size() >= sizeof(nlmsghdr)) {
    const auto header = fixed_part<nlmsghdr>(datagram);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > datagram.size()) break;
    const auto body = datagram.subspan(sizeof header, header.nlmsg_len - sizeof header);
    if (header.nlmsg_type == NLMSG_ERROR) {
      const int error = -fixed_part<nlmsgerr>(body).error;
      if (error != 0) throw std::system_error(error, std::generic_category(), attempt);
      return true;
    }
    if (header.nlmsg_type == NLMSG_DONE) return true;
    if (handler) handler(header.nlmsg_type, body);
    if ((header.nlmsg_flags & NLM_F_MULTI) == 0) return true;
    datagram = datagram.subspan(std::min(aligned(header.nlmsg_len), datagram.size()));
  }
  return false;
}

std::span<const std::byte> find_attribute(std::span<const std::byte> attributes, std::uint16_t type) {
  while (attributes.size() >= sizeof(nlattr)) {
    const auto header = fixed_part<nlattr>(attributes);
    if (header.nla_len < sizeof header || header.nla_len > attributes.size()) break;
    if ((header.nla_type & NLA_TYPE_MASK) == type)
      return attributes.subspan(sizeof header, header.nla_len - sizeof header);
    attributes = attributes.subspan(std::min(aligned(header.nla_len), attributes.size()));
  }
  return {};
}

}  // namespace tcplab::rig
