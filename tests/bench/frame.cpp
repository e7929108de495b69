#include "frame.hpp"

#include <cstdio>
#include <cstring>

namespace tcplab::bench {
namespace {

constexpr std::size_t ethernet_bytes = 14, ipv4_bytes = 20, ipv6_bytes = 40, tcp_bytes = 20;
constexpr std::uint32_t mtu = 1500, timestamps_bytes = 12;
constexpr std::uint32_t text_bytes = 4096;  // a power of two

std::uint8_t* put16(std::uint8_t* to, std::uint32_t value) {
  *to++ = static_cast<std::uint8_t>(value >> 8);
  *to++ = static_cast<std::uint8_t>(value);
  return to;
}

std::uint8_t* put32(std::uint8_t* to, std::uint32_t value) {
  return put16(put16(to, value >> 16), value);
}

/// The sum of the 16-bit words; an even number of bytes.
std::uint64_t sum_of(const std::uint8_t* bytes, std::size_t size) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < size; i += 2) sum += static_cast<std::uint64_t>(bytes[i]) << 8 | bytes[i + 1];
  return sum;
}

std::uint32_t fold(std::uint64_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint32_t>(sum);
}

/// RFC 1071.
std::uint32_t checksum(std::uint64_t sum) {
  return ~fold(sum) & 0xffff;
}

std::size_t ip_bytes(const Pair& pair) {
  return pair.is_ipv6() ? ipv6_bytes : ipv4_bytes;
}

}  // namespace

// --- Pair

Pair::Pair(std::uint64_t number) {
  // Multiplying by an odd number gives each number below 2^38 another; the high bits vary from one to the next.
  constexpr int host_bits = 16, port_bits = 14, server_bits = 8, bits = host_bits + port_bits + server_bits;
  const std::uint64_t mixed = (number * 0x278dde6e5f) & ((std::uint64_t{1} << bits) - 1);
  constexpr std::array<std::uint16_t, 8> services = {443, 80, 443, 22, 25, 8080, 443, 993};
  const auto server = static_cast<std::uint16_t>(mixed >> (host_bits + port_bits));
  hosts_ = {static_cast<std::uint16_t>(mixed >> port_bits), server};
  ports_ = {static_cast<std::uint16_t>(32768 + (mixed & 0x3fff)), services[server % services.size()]};
  is_ipv6_ = scramble(number) % 10 == 0;
}

void Pair::write_address(End end, std::uint8_t* to) const {
  const std::uint16_t host = hosts_[index(end)];
  if (is_ipv6_) {
    to = put32(to, 0x20010db8);
    to = put32(to, end == End::client ? 0xc0000 : 0x50000);
    put32(put32(to, 0), 0x10000U | host);
  } else {
    put32(to, (end == End::client ? 0x0a010000U : 0xc6120000U) | host);
  }
}

std::string Pair::text(End end) const {
  std::array<char, 64> text{};
  const unsigned host = hosts_[index(end)], port = ports_[index(end)];
  if (is_ipv6_)
    std::snprintf(text.data(), text.size(), "[2001:db8:%c::1:%x]:%u", end == End::client ? 'c' : '5', host, port);
  else
    std::snprintf(text.data(), text.size(), "%s.%u.%u:%u", end == End::client ? "10.1" : "198.18", host >> 8,
                  host & 0xff, port);
  return text.data();
}

std::uint32_t segment_bytes(const Stream& stream) {
  const auto headers = static_cast<std::uint32_t>(ip_bytes(stream.pair) + tcp_bytes);
  return mtu - headers - (stream.has_timestamps ? timestamps_bytes : 0);
}

// --- FrameMaker

FrameMaker::FrameMaker() {
  text_.resize(text_bytes + mtu);
  for (std::size_t i = 0; i < text_.size(); ++i) text_[i] = static_cast<std::uint8_t>('a' + i % text_bytes % 23);
  sums_.resize(text_.size() + 1);
  for (std::size_t i = 0; i < text_.size(); ++i)
    sums_[i + 1] = sums_[i] + (i % 2 == 0 ? static_cast<std::uint32_t>(text_[i]) << 8 : text_[i]);
}

/// Where the data begins at an odd place, its high and low bytes have changed places in the text's sums.
std::uint64_t FrameMaker::sum_of_data(const Step& step) const {
  const std::uint32_t first = step.seq % text_bytes;
  const std::uint32_t sum = fold(sums_[first + step.length] - sums_[first]);
  return first % 2 == 0 ? sum : ((sum & 0xff) << 8 | sum >> 8);
}

std::uint8_t* FrameMaker::put_ethernet(std::uint8_t* to, const Stream& stream, End from) const {
  constexpr std::uint32_t vendor = 0x0200;  // locally administered
  for (const End end : {peer_of(from), from}) to = put32(put16(to, vendor), end == End::client ? 0x0c : 0x05);
  return put16(to, stream.pair.is_ipv6() ? 0x86dd : 0x0800);
}

std::uint8_t* FrameMaker::put_ip(std::uint8_t* to, Stream& stream, End from, std::uint32_t bytes) const {
  std::uint8_t* const begin = to;
  const std::uint32_t hop_limit = from == End::client ? 64 : 52, tcp = 6;
  if (stream.pair.is_ipv6()) {
    to = put16(put32(to, 0x60000000), bytes);
    to = put16(to, tcp << 8 | hop_limit);
    stream.pair.write_address(from, to);
    stream.pair.write_address(peer_of(from), to + 16);
    return begin + ipv6_bytes;
  }
  to = put16(put16(to, 0x4500), static_cast<std::uint32_t>(ipv4_bytes) + bytes);
  to = put16(put16(to, stream.next_id[index(from)]++), 0x4000);  // don't fragment
  to = put16(put16(to, hop_limit << 8 | tcp), 0);
  stream.pair.write_address(from, to);
  stream.pair.write_address(peer_of(from), to + 4);
  put16(begin + 10, checksum(sum_of(begin, ipv4_bytes)));
  return begin + ipv4_bytes;
}

/// As Linux sends them: MSS, SACK, timestamps and window scale in a SYN, timestamps in the others, nothing in an RST.
std::uint8_t* FrameMaker::put_options(std::uint8_t* to, Stream& stream, const Step& step, std::uint64_t time_us) const {
  const std::size_t from = index(step.from);
  const bool is_syn = (step.flags & flag::syn) != 0, has_ack = (step.flags & flag::ack) != 0;
  if ((step.flags & flag::rst) != 0) return to;
  const std::uint32_t now = stream.clock[from] + static_cast<std::uint32_t>(time_us / 1000);
  const std::uint32_t echo = has_ack ? stream.echoed[index(peer_of(step.from))] : 0;
  stream.echoed[from] = now;
  if (is_syn) {
    to = put32(to, 0x02040000U | static_cast<std::uint32_t>(mtu - ip_bytes(stream.pair) - tcp_bytes));
    to = put16(to, stream.has_timestamps ? 0x0402 : 0x0101);
  } else if (stream.has_timestamps) {
    to = put16(to, 0x0101);
  }
  if (stream.has_timestamps)
    to = put32(put32(put16(to, 0x080a), now), echo);
  else if (is_syn)
    to = put16(to, 0x0402);
  if (is_syn) to = put32(to, 0x01030307);
  if (is_syn && step.length > 0) {  // Fast Open, with a cookie of eight bytes. RFC 7413.
    to = put32(put16(to, 0x220a), stream.iss[1]);
    to = put16(put32(to, stream.clock[1]), 0x0101);
  }
  return to;
}

std::span<const std::uint8_t> FrameMaker::make(Stream& stream, const Step& step, std::uint64_t time_us) {
  const std::size_t from = index(step.from), to_end = index(peer_of(step.from));
  const bool is_syn = (step.flags & flag::syn) != 0, has_ack = (step.flags & flag::ack) != 0;
  std::uint8_t* const ip = put_ethernet(frame_.data(), stream, step.from);
  std::uint8_t* const tcp = ip + ip_bytes(stream.pair);
  std::uint8_t* const data = put_options(tcp + tcp_bytes, stream, step, time_us);
  const auto header_bytes = static_cast<std::uint32_t>(data - tcp);
  put_ip(ip, stream, step.from, header_bytes + step.length);

  put16(put16(tcp, stream.pair.port(step.from)), stream.pair.port(peer_of(step.from)));
  put32(tcp + 4, stream.iss[from] + step.seq);
  put32(tcp + 8, has_ack ? stream.iss[to_end] + step.ack : 0);
  put16(tcp + 12, header_bytes / 4 << 12 | step.flags);
  put16(tcp + 14, (step.flags & flag::rst) != 0 ? 0 : is_syn ? 64240 : 502);
  put32(tcp + 16, 0);
  std::memcpy(data, text_.data() + step.seq % text_bytes, step.length);

  const std::size_t address_bytes = stream.pair.is_ipv6() ? 16 : 4;
  const std::uint64_t pseudo_header =
      sum_of(tcp - 2 * address_bytes, 2 * address_bytes) + 6 + header_bytes + step.length;
  put16(tcp + 16, checksum(pseudo_header + sum_of(tcp, header_bytes) + sum_of_data(step)));
  return {frame_.data(), data + step.length};
}

}  // namespace tcplab::bench
