#include "packet/address.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <utility>

#include "packet/bytes.hpp"

namespace tcplab {
namespace {

std::string dotted(ByteView bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += (text.empty() ? "" : ".") + std::to_string(byte);
  return text;
}

std::string hexadecimal(std::uint16_t group) {
  char digits[4];
  return {digits, std::to_chars(digits, digits + sizeof digits, group, 16).ptr};
}

/// The longest run of two or more zero groups, the first of equals, as [begin, end). RFC 5952 section 4.2.
std::pair<std::size_t, std::size_t> longest_zero_run(const std::array<std::uint16_t, 8>& groups) {
  std::pair<std::size_t, std::size_t> longest{groups.size(), groups.size()};
  for (std::size_t begin = 0; begin < groups.size(); ++begin) {
    std::size_t end = begin;
    while (end < groups.size() && groups[end] == 0) ++end;
    if (end - begin >= 2 && end - begin > longest.second - longest.first) longest = {begin, end};
  }
  return longest;
}

std::string ipv6_text(ByteView bytes) {
  std::array<std::uint16_t, 8> groups{};
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = be16(bytes, 2 * i);
  constexpr std::array<std::uint16_t, 6> mapped = {0, 0, 0, 0, 0, 0xffff};
  if (std::ranges::equal(std::span(groups).first<6>(), mapped)) {
    return "::ffff:" + dotted(bytes.subspan(12));  // an IPv4 address in IPv6's clothes: section 5
  }
  const auto [begin, end] = longest_zero_run(groups);
  std::string text;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i == begin) text += "::";
    if (i >= begin && i < end) continue;
    if (i != 0 && i != end) text += ':';
    text += hexadecimal(groups[i]);
  }
  return text;
}

}  // namespace

std::string to_string(const IpAddress& address) {
  const ByteView bytes = address.bytes;
  return address.version == 6 ? ipv6_text(bytes) : dotted(bytes.first(4));
}

std::string to_string(const Endpoint& endpoint) {
  const std::string address = to_string(endpoint.address);
  return (endpoint.address.version == 6 ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port);
}

}  // namespace tcplab
