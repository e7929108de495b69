#include "tcp/connection_number.hpp"

#include "support/catch.hpp"

using namespace tcplab;

TEST_CASE("the N-th connection is the N-th that begins") {
  ConnectionNumber second(2);
  CHECK_FALSE(second.begins(10, 0));
  CHECK(second.begins(20, 0));
  CHECK_FALSE(second.begins(30, 0));
  CHECK(second.found() == 20U);
  CHECK_FALSE(ConnectionNumber(1).found());
}

TEST_CASE("a SYN that is accepted later stands before the connections that began meanwhile") {
  const auto found = [](std::uint64_t wanted, bool is_accepted) {
    ConnectionNumber number(wanted);
    number.begins(10, 0);
    number.begins(20, 0);
    number.may_begin(25, 0);
    number.begins(30, 1);
    number.begins(40, 1);
    if (is_accepted)
      number.is_accepted(25);
    else
      number.is_not_accepted(25);
    number.begins(50, 0);
    return number.found();
  };
  CHECK(found(2, true) == 20U);
  CHECK(found(3, true) == 25U);
  CHECK(found(4, true) == 30U);
  CHECK(found(6, true) == 50U);
  CHECK(found(3, false) == 30U);
  CHECK(found(4, false) == 40U);
  CHECK_FALSE(found(6, false));
}
