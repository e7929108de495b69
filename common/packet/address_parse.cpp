// Reads the text of an Internet address.
// Strict as inet_pton is: no zone, no prefix length, four decimal numbers without leading zeros in IPv4.
// RFC 4291 section 2.2.
#include <algorithm>
#include <cstddef>
#include <vector>

#include "packet/address.hpp"
#include "packet/number_text.hpp"

namespace tcplab {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::optional<unsigned> number(std::string_view text, int base, std::size_t most_digits) {
  return text.size() > most_digits ? std::nullopt : number_in<unsigned>(text, base);
}

std::optional<Bytes> ipv4_bytes(std::string_view text) {
  Bytes bytes;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    const std::string_view digits = text.substr(begin, end - begin);
    const auto value = number(digits, 10, 3);
    if (!value || *value > 255 || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(*value));
    begin = end + 1;
  }
  if (bytes.size() != 4) return std::nullopt;
  return bytes;
}

/// Groups parted by single colons, of which the last may be an IPv4 address; empty for empty text.
std::optional<Bytes> groups(std::string_view text, bool ipv4_at_end) {
  Bytes bytes;
  if (text.empty()) return bytes;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(':', begin), text.size());
    const std::string_view digits = text.substr(begin, end - begin);
    if (const auto value = number(digits, 16, 4)) {
      bytes.push_back(static_cast<std::uint8_t>(*value >> 8));
      bytes.push_back(static_cast<std::uint8_t>(*value));
    } else {
      const auto tail = ipv4_bytes(digits);
      if (!tail || !ipv4_at_end || end != text.size()) return std::nullopt;
      bytes.insert(bytes.end(), tail->begin(), tail->end());
    }
    begin = end + 1;
  }
  return bytes;
}

std::optional<Bytes> ipv6_bytes(std::string_view text) {
  const std::size_t gap = text.find("::");
  const bool has_gap = gap != std::string_view::npos;
  const auto before = groups(text.substr(0, gap), !has_gap);
  const auto after = has_gap ? groups(text.substr(gap + 2), true) : Bytes();
  if (!before || !after) return std::nullopt;
  const std::size_t stated = before->size() + after->size();
  if (has_gap ? stated > 14 : stated != 16) return std::nullopt;
  Bytes bytes = *before;
  bytes.resize(16 - after->size());
  bytes.insert(bytes.end(), after->begin(), after->end());
  return bytes;
}

}  // namespace

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  if (text.find(':') != std::string_view::npos) {
    const auto bytes = ipv6_bytes(text);
    if (!bytes) return std::nullopt;
    return IpAddress::v6(std::span(*bytes).first<16>());
  }
  const auto bytes = ipv4_bytes(text);
  if (!bytes) return std::nullopt;
  return IpAddress::v4(std::span(*bytes).first<4>());
}

}  // namespace tcplab
