// Each option of RFC 9293, 7323, 2018, 2883, 7413, 5925 and 2385, well-formed and malformed.
#include "packet/tcp_options.hpp"

#include <vector>

#include "support/catch.hpp"
#include "support/frames.hpp"

using namespace tcplab::test;
using tcplab::SeqNum, tcplab::TcpOptionKind, tcplab::tcp_options, tcplab::to_string;

namespace {
std::vector<tcplab::TcpOption> all_of(const Bytes& bytes) {
  std::vector<tcplab::TcpOption> options;
  for (const auto& option : tcp_options(bytes)) options.push_back(option);
  return options;
}

/// The texts of all options, joined as tcpdump joins them.
std::string text(const Bytes& bytes) {
  std::string joined;
  for (const auto& option : tcp_options(bytes)) joined += (joined.empty() ? "" : ",") + to_string(option);
  return joined;
}
}  // namespace

TEST_CASE("every option is printed as tcpdump prints it") {
  const auto [bytes, printed] = GENERATE(table<std::string, std::string>({
      {"00", "eol"},
      {"01", "nop"},
      {"02 04 05b4", "mss 1460"},
      {"03 03 07", "wscale 7"},
      {"04 02", "sackOK"},
      {"05 0a 000003e9 000007d1", "sack 1 {1001:2001}"},
      {"05 12 000003e9 000007d1 00000bb9 00000fa1", "sack 2 {1001:2001}{3001:4001}"},
      {"08 0a 00000001 00000002", "TS val 1 ecr 2"},
      {"13 12 000102030405060708090a0b0c0d0e0f", "md5 000102030405060708090a0b0c0d0e0f"},
      {"1d 04 01 02", "tcp-ao keyid 1 rnextkeyid 2"},
      {"1d 10 01 02 000102030405060708090a0b", "tcp-ao keyid 1 rnextkeyid 2 mac 0x000102030405060708090a0b"},
      {"22 02", "tfo cookiereq"},
      {"22 0a 0102030405060708", "tfo cookie 0102030405060708"},
      {"fe 04 0102", "unknown-254 0x0102"},
      {"fe 02", "unknown-254"},
      {"02 04 05b4 04 02 08 0a 00000001 00000000 01 03 03 07", "mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7"},
  }));
  CAPTURE(bytes);
  const Bytes held = hex(bytes);
  CHECK(text(held) == printed);
  for (const auto& option : tcp_options(held)) CHECK_FALSE(option.malformed);
}

TEST_CASE("a malformed option is the last and says what is wrong with it") {
  const auto [bytes, printed] = GENERATE(table<std::string, std::string>({
      {"02", "[bad opt]"},          // no length
      {"02 00 0101", "[bad opt]"},  // which would be read for ever
      {"02 01 0101", "[bad opt]"},
      {"02 04 05", "[bad opt]"},  // beyond the header
      {"01 fe ff", "nop,[bad opt]"},
      {"02 03 05 01", "mss[len 3]"},  // wrong for the kind
      {"03 04 0001 01", "wscale[len 4]"},
      {"04 03 00 01", "sackOK[len 3]"},
      {"05 02 01", "sack[len 2]"},
      {"05 06 00000001 01", "sack[len 6]"},
      {"08 06 00000001 01", "TS[len 6]"},
      {"13 04 0000 01", "md5[len 4]"},
      {"1d 03 00 01", "tcp-ao[len 3]"},
      {"22 04 0000 01", "tfo[len 4]"},
      {"22 07 0102030405 01", "tfo[len 7]"},
  }));
  CAPTURE(bytes);
  const Bytes held = hex(bytes);
  CHECK(text(held) == printed);
  CHECK(all_of(held).back().malformed);
}

TEST_CASE("nothing is read behind the end of the option list") {
  CHECK(text(hex("01 00 02 04 05b4")) == "nop,eol");
}

TEST_CASE("an option keeps what was there of its value") {
  const Bytes bytes = hex("08 0a 01 02 03");
  const auto options = all_of(bytes);
  REQUIRE(options.size() == 1);
  CHECK(options[0].kind == TcpOptionKind::timestamps);
  CHECK(options[0].length_bytes == 10);
  CHECK(options[0].value.size() == 3);
}

TEST_CASE("the values of options are read from wherever they stand") {
  const Bytes bytes = hex("02 04 05b4 04 02 08 0a 00000001 ffffffff 01 03 03 0e");
  CHECK(tcplab::maximum_segment_size(bytes) == 1460);
  CHECK(tcplab::window_scale(bytes) == 14);
  const auto stamps = tcplab::timestamps(bytes);
  REQUIRE(stamps);
  CHECK(stamps->value == 1);
  CHECK(stamps->echo_reply == 0xffffffff);
  CHECK(tcplab::sack_blocks(bytes).empty());
}

TEST_CASE("an absent or malformed option has no value") {
  const auto bytes =
      GENERATE(as<std::string>(), "", "01 01 01 00", "02 03 05", "03 02", "08 08 0000 0000 0000", "05 05 000000");
  CAPTURE(bytes);
  const Bytes held = hex(bytes);
  CHECK_FALSE(tcplab::maximum_segment_size(held));
  CHECK_FALSE(tcplab::window_scale(held));
  CHECK_FALSE(tcplab::timestamps(held));
  CHECK(tcplab::sack_blocks(held).empty());
}

TEST_CASE("the edges of SACK blocks are printed relative to the data they acknowledge") {
  const SeqNum first(GENERATE(from_range(edge_numbers)));
  const Bytes bytes = join({hex("05 12"), be32_bytes((first + 1001).value()), be32_bytes((first + 2001).value()),
                            be32_bytes((first + 3001).value()), be32_bytes((first + 4001).value())});
  const auto options = all_of(bytes);
  REQUIRE(options.size() == 1);
  CHECK(to_string(options[0], first) == "sack 2 {1001:2001}{3001:4001}");
  const auto blocks = tcplab::sack_blocks(bytes);
  REQUIRE(blocks.size() == 2);
  CHECK(blocks[0].left == first + 1001);
  CHECK(blocks[1].right == first + 4001);
}

TEST_CASE("options are read without looking beyond their bytes, wherever they are cut") {
  const Bytes whole =
      hex("02 04 05b4 04 02 08 0a 00000001 00000002 01 03 03 07 05 0a 00000001 00000002 22 06 01020304");
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const Bytes cut = first(whole, size);  // its own allocation, so that a sanitizer sees a byte too many
    CHECK(text(cut).size() <= text(whole).size() + 10);
  }
}
