#include "packet/address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <utility>

#include "packet/bytes.hpp"
#include "packet/decimal.hpp"

namespace tcplab {
namespace {

/// "0" to "255", and behind that how long it is.
constexpr auto octets = [] {
  std::array<std::array<char, 4>, 256> texts{};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::array<char, 4>& text = texts[i];
    std::size_t size = 0;
    if (i >= 100) text[size++] = static_cast<char>('0' + i / 100);
    if (i >= 10) text[size++] = static_cast<char>('0' + i / 10 % 10);
    text[size++] = static_cast<char>('0' + i % 10);
    text[3] = static_cast<char>(size);
  }
  return texts;
}();

char* write_dotted(char* at, ByteView bytes) {
  for (std::size_t i = 0; i < 4; ++i) {
    const std::array<char, 4>& octet = octets[bytes[i]];
    std::memcpy(at, octet.data(), 3);
    at += octet[3];
    *at++ = '.';
  }
  return at - 1;
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

char* write_ipv6(char* at, ByteView bytes) {
  std::array<std::uint16_t, 8> groups{};
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = be16(bytes, 2 * i);
  constexpr std::array<std::uint16_t, 6> mapped = {0, 0, 0, 0, 0, 0xffff};
  if (std::ranges::equal(std::span(groups).first<6>(), mapped)) {
    // An IPv4 address in IPv6's clothes: section 5.
    return write_dotted(std::ranges::copy(std::string_view("::ffff:"), at).out, bytes.subspan(12));
  }
  const auto [begin, end] = longest_zero_run(groups);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i == begin) at = std::ranges::copy(std::string_view("::"), at).out;
    if (i >= begin && i < end) continue;
    if (i != 0 && i != end) *at++ = ':';
    constexpr std::size_t most_digits = 4;
    at = std::to_chars(at, at + most_digits, groups[i], 16).ptr;
  }
  return at;
}

}  // namespace

char* write_address(char* at, const IpAddress& address) {
  const ByteView bytes = address.bytes;
  return address.version == 6 ? write_ipv6(at, bytes) : write_dotted(at, bytes);
}

std::string to_string(const IpAddress& address) {
  std::array<char, address_text_bytes> text;
  return {text.data(), write_address(text.data(), address)};
}

char* write_endpoint(char* at, const Endpoint& endpoint) {
  const bool is_v6 = endpoint.address.version == 6;
  if (is_v6) *at++ = '[';
  at = write_address(at, endpoint.address);
  if (is_v6) *at++ = ']';
  *at++ = ':';
  return put_decimal(at, endpoint.port);
}

std::string to_string(const Endpoint& endpoint) {
  std::array<char, endpoint_text_bytes> text;
  return {text.data(), write_endpoint(text.data(), endpoint)};
}

}  // namespace tcplab
