// What is copied of a frame that need not be decoded first is what would be copied of its packet.
#include "packet/plain_frame.hpp"
#include "support/catch.hpp"
#include "support/frames.hpp"
#include "tcp/flow_segment.hpp"

using namespace tcplab;
using test::Bytes;

TEST_CASE("a plain frame's segment is copied as its packet's is, whatever the copy held before") {
  const Bytes v4 = test::frame({.seq = SeqNum(7), .ack = SeqNum(0xfffffff6), .payload = "hello"});
  const Bytes v6 = test::frame({.source = test::v6_client,
                                .destination = test::v6_server,
                                .seq = SeqNum(0x7fffffff),
                                .ack = SeqNum(9),
                                .payload = "hello, world"});
  FlowSegment copy;
  for (const Bytes& frame : {v6, v4, v6, v4}) {
    PlainFrame plain;
    REQUIRE(is_plain(LinkType::ethernet, frame, 0, plain));
    copy_segment(plain, Timestamp(std::chrono::nanoseconds(3)), 4, copy);
    FlowSegment expected;
    REQUIRE(copy_segment(decode(LinkType::ethernet, frame), Timestamp(std::chrono::nanoseconds(3)), 4, expected));
    CHECK(copy.source == expected.source);
    CHECK(copy.destination == expected.destination);
    CHECK(copy.shard == expected.shard);
    CHECK(copy.time == expected.time);
    CHECK(copy.frame == expected.frame);
    CHECK(copy.header.seq == expected.header.seq);
    CHECK(copy.header.ack == expected.header.ack);
    CHECK(copy.header.flags == expected.header.flags);
    CHECK(copy.header.length == expected.header.length);
    CHECK(copy.header.window == expected.header.window);
    CHECK(copy.header.urgent_pointer == expected.header.urgent_pointer);
    CHECK(copy.header.ip_identification == expected.header.ip_identification);
    CHECK(copy.header.hop_limit == expected.header.hop_limit);
  }
}
