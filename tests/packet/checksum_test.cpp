// The five things that can be said of a transport checksum.
#include "packet/packet.hpp"
#include "support/catch.hpp"
#include "support/frames.hpp"

using namespace tcplab::test;
using tcplab::Checksum, tcplab::LinkType, tcplab::decode, tcplab::verify_checksum;

namespace {

TcpFields fields(bool v6, std::string payload) {
  return {
      .source = v6 ? v6_client : v4_client, .destination = v6 ? v6_server : v4_server, .payload = std::move(payload)};
}

Checksum of(const Bytes& ip_packet_bytes) {
  return verify_checksum(decode(LinkType::raw, ip_packet_bytes));
}

}  // namespace

TEST_CASE("a segment as a kernel sends it has a correct checksum") {
  const bool v6 = GENERATE(false, true);
  const std::size_t size = GENERATE(0U, 1U, 2U, 3U, 4U, 1460U, 1459U, 60000U);
  CHECK(of(ip_packet(fields(v6, std::string(size, '\xff')))) == Checksum::correct);
}

TEST_CASE("segments that real kernels sent have correct checksums") {
  // The SYNs of two of Zeek's test captures: tcp/handshake-reorder.pcap and ftp/ipv6.pcap.
  CHECK(of(hex("4500 0040 df8e 4000 4006 6dd3 8d8e e405 c096 bb2b e9d0 0050 fe21 323a 0000 0000"
               "b002 ffff 3bc0 0000 0204 05b4 0103 0304 0101 080a 164a dd20 0000 0000 0402 0000")) ==
        Checksum::correct);
  CHECK(of(hex("6000 0000 002c 0640 2001 0470 1f11 081f c999 0d94 aa7c 2e3e 2001 0470 4867 0099 0000 0000 0000 0021"
               "c021 0015 268a 7e5f 0000 0000 b002 ffff 4489 0000 0204 05a0 0103 0301 0101 080a 3a01 ea4e 0000 0000"
               "0402 0000")) == Checksum::correct);
}

TEST_CASE("one changed bit anywhere in a segment makes its checksum wrong") {
  const bool v6 = GENERATE(false, true);
  const Bytes whole = ip_packet(fields(v6, "hello"));
  const std::size_t header_bytes = v6 ? 40 : 20;
  for (std::size_t at = header_bytes; at < whole.size(); ++at) {
    if (at == header_bytes + 12) continue;  // the data offset: a segment that ends elsewhere
    Bytes changed = whole;
    changed[at] ^= 0x10;
    CAPTURE(at);
    CHECK(of(changed) == Checksum::wrong);
  }
}

TEST_CASE("a segment that was not captured whole cannot be verified") {
  const bool v6 = GENERATE(false, true);
  const Bytes whole = ip_packet(fields(v6, "hello"));
  CHECK(of(first(whole, whole.size() - 1)) == Checksum::snapped);
  CHECK(of(first(whole, v6 ? 48 : 28)) == Checksum::snapped);
}

TEST_CASE("a checksum left to the network card is told apart from a wrong one") {
  const bool v6 = GENERATE(false, true);
  const bool with_length = GENERATE(true, false);  // Linux writes it in, some cards want it left out
  TcpFields sent = fields(v6, "hello");
  const std::uint16_t half_done =
      ones_complement_sum(pseudo_header(sent.source.address, sent.destination.address, 6, with_length ? 25 : 0));
  sent.checksum = half_done;
  CHECK(of(ip_packet(sent)) == Checksum::offloaded);
  sent.checksum = static_cast<std::uint16_t>(half_done + 1);
  CHECK(of(ip_packet(sent)) == Checksum::wrong);
}

TEST_CASE("a UDP datagram is verified over its own length") {
  const Bytes datagram = udp_datagram(v4_client, v4_server, "query");
  CHECK(of(ipv4_packet({.protocol = 17}, datagram)) == Checksum::correct);
  CHECK(of(ipv4_packet({.protocol = 17}, join({datagram, hex("eeee")}))) == Checksum::correct);
  CHECK(of(ipv6_packet({.next_header = 17}, udp_datagram(v6_client, v6_server, "query"))) == Checksum::correct);
  Bytes changed = datagram;
  changed.back() ^= 1;
  CHECK(of(ipv4_packet({.protocol = 17}, changed)) == Checksum::wrong);
  CHECK(of(ipv4_packet({.protocol = 17}, put_be16(changed, 4, 400))) == Checksum::wrong);
}

TEST_CASE("where there is no checksum, none is judged") {
  Bytes without = udp_datagram(v4_client, v4_server, "query");
  put_be16(without, 6, 0);
  CHECK(of(ipv4_packet({.protocol = 17}, without)) == Checksum::absent);
  CHECK(of(ipv4_packet({.protocol = 1}, hex("08 00 0000 00010001"))) == Checksum::absent);
  CHECK(of({}) == Checksum::absent);
}

TEST_CASE("every status has a word") {
  CHECK(to_string(Checksum::correct) == "correct");
  CHECK(to_string(Checksum::wrong) == "wrong");
  CHECK(to_string(Checksum::snapped) == "snapped");
  CHECK(to_string(Checksum::offloaded) == "offloaded");
  CHECK(to_string(Checksum::absent) == "absent");
}
