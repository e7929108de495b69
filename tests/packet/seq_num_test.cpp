// RFC 9293 section 3.4: comparisons hold wherever on the circle the numbers begin.
#include "packet/seq_num.hpp"

#include "support/catch.hpp"
#include "support/frames.hpp"

using tcplab::SeqNum, tcplab::in_window, tcplab::test::edge_numbers;

TEST_CASE("a sequence number comes before those that follow it") {
  const SeqNum first(GENERATE(from_range(edge_numbers)));
  const std::uint32_t count = GENERATE(1U, 20U, 0x7fffffffU);
  CHECK(first < first + count);
  CHECK(first + count > first);
  CHECK(first <= first + count);
  CHECK(first + count >= first);
  CHECK_FALSE(first + count <= first);
}

TEST_CASE("a sequence number equals itself only") {
  const SeqNum first(GENERATE(from_range(edge_numbers)));
  CHECK(first == first + 0);
  CHECK(first <= first);
  CHECK(first >= first);
  CHECK_FALSE(first < first);
  CHECK(first != first + 1);
}

TEST_CASE("the difference of two sequence numbers counts the steps between them") {
  const SeqNum first(GENERATE(from_range(edge_numbers)));
  CHECK((first + 20) - first == 20);
  CHECK(first - (first + 20) == -20);
  CHECK((first + 20) - 20U == first);
}

TEST_CASE("a window holds its first number and ends before first plus size") {
  const SeqNum first(GENERATE(from_range(edge_numbers)));
  CHECK(in_window(first, first, 20));
  CHECK(in_window(first + 19, first, 20));
  CHECK_FALSE(in_window(first + 20, first, 20));
  CHECK_FALSE(in_window(first - 1U, first, 20));
  CHECK_FALSE(in_window(first, first, 0));
}
