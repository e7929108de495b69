#include "compare/order.hpp"

#include "support/catch.hpp"

using namespace tcplab;

namespace {

/// Events in the order of A, by their rows in B.
std::vector<SharedEvent> events(std::initializer_list<std::size_t> rows_of_b) {
  std::vector<SharedEvent> all;
  for (const std::size_t row : rows_of_b) all.push_back({all.size(), row, false});
  return all;
}

}  // namespace

TEST_CASE("nothing moves where the order is the same, whatever lies between") {
  CHECK(find_moves({}).empty());
  CHECK(find_moves(events({0, 1, 2, 3})).empty());
  CHECK(find_moves(events({3, 7, 8, 20})).empty());
}

TEST_CASE("of two that changed places one moves") {
  const auto moves = find_moves(events({0, 2, 1, 3}));
  REQUIRE(moves.size() == 1);
  CHECK(moves[0].moved + moves[0].other == 3);
}

TEST_CASE("what moved far is one move, told with a neighbour that it passed") {
  const auto back = find_moves(events({4, 0, 1, 2, 3}));
  REQUIRE(back.size() == 1);
  CHECK(back[0].moved == 0);
  CHECK(back[0].other == 1);
  const auto forth = find_moves(events({1, 2, 3, 4, 0}));
  REQUIRE(forth.size() == 1);
  CHECK(forth[0].moved == 4);
  CHECK(forth[0].other == 3);
}

TEST_CASE("of two that changed places the light one moves") {
  for (const std::size_t light : {1U, 2U}) {
    auto all = events({0, 2, 1, 3});
    all[light].light = true;
    const auto moves = find_moves(all);
    REQUIRE(moves.size() == 1);
    CHECK(moves[0].moved == light);
  }
}
