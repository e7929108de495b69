#include "tcp/completeness.hpp"

#include <initializer_list>

#include "support/catch.hpp"

using namespace tcplab;
using enum TcpFlags::Bit;

namespace {

struct Seen {
  TcpFlags flags;
  std::uint32_t length = 0;
};

unsigned completeness(std::initializer_list<Seen> seen) {
  Completeness shown;
  for (const Seen& what : seen) {
    Segment segment;
    segment.flags = what.flags;
    segment.length = what.length;
    shown.saw(segment);
  }
  return shown.value();
}

}  // namespace

TEST_CASE("completeness grows by a bit for each kind of segment") {
  CHECK(completeness({}) == 0);
  CHECK(completeness({{syn}}) == 1);
  CHECK(completeness({{syn}, {syn | ack}}) == 3);
  CHECK(completeness({{syn}, {syn | ack}, {ack}}) == 7);
  CHECK(completeness({{syn}, {syn | ack}, {ack}, {psh | ack, 5}}) == 15);
  CHECK(completeness({{syn}, {syn | ack}, {ack}, {psh | ack, 5}, {fin | ack}, {fin | ack}, {ack}}) == 31);
  CHECK(completeness({{syn}, {syn | ack}, {ack}, {psh | ack, 5}, {rst}}) == 47);
}

TEST_CASE("to completeness a SYN counts only where the connection begins with it") {
  CHECK(completeness({{syn | ack}, {syn}}) == 2);
  CHECK(completeness({{ack}, {syn}}) == 4);
  CHECK(completeness({{syn}, {syn}}) == 1);
}

TEST_CASE("to completeness a FIN or an RST without data is an ACK too, and a FIN without ACK is none") {
  CHECK(completeness({{fin | ack}}) == 16 + 4);
  CHECK(completeness({{rst | ack}}) == 32 + 4);
  CHECK(completeness({{fin}}) == 0);
  CHECK(completeness({{rst}}) == 32);
}

TEST_CASE("to completeness a segment with data is no ACK, but a FIN or an RST may bring data") {
  CHECK(completeness({{psh | ack, 1}}) == 8);
  CHECK(completeness({{fin | psh | ack, 1}}) == 8 + 16);
  CHECK(completeness({{rst | ack, 1}}) == 8 + 32);
}

TEST_CASE("to completeness data counts in the SYN that begins, but not in a SYN,ACK or without an ACK") {
  CHECK(completeness({{syn, 7}}) == 1 + 8);
  CHECK(completeness({{syn}, {syn, 7}}) == 1);
  CHECK(completeness({{syn}, {syn | ack, 7}}) == 3);
  CHECK(completeness({{syn}, {psh, 7}}) == 1);
  CHECK(completeness({{syn}, {fin, 7}}) == 1);
}

TEST_CASE("to completeness an RST in the SYN that begins does not count") {
  CHECK(completeness({{syn | rst}}) == 1);
  CHECK(completeness({{syn}, {syn | rst}}) == 1 + 32);
}
