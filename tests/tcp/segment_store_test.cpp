#include "tcp/segment_store.hpp"

#include <algorithm>

#include "support/catch.hpp"

using namespace tcplab;

namespace {

SegmentHeader header(std::uint32_t seq) {
  SegmentHeader header;
  header.seq = SeqNum(seq);
  header.from = seq % 3 == 0 ? End::server : End::client;
  return header;
}

Sighting seen(std::uint64_t frame) {
  return {Timestamp(std::chrono::milliseconds(frame)), frame};
}

/// From none to as many as a header has room for.
std::vector<std::uint8_t> options(std::size_t number) {
  return std::vector<std::uint8_t>(number % (OptionBytes::most + 1), static_cast<std::uint8_t>(number));
}

}  // namespace

TEST_CASE("each connection's segments come back as they were kept, in their order") {
  constexpr std::uint32_t count = 40'000, connections = 7;  // more than a block of memory holds
  SegmentStore store(std::pmr::get_default_resource());
  std::array<SegmentStore::Chain, connections> chains;
  for (std::uint32_t i = 0; i < count; ++i) store.append(chains[i % connections], header(i), options(i), seen(i + 1));
  const SegmentStore moved = std::move(store);
  for (std::uint32_t number = 0; number < connections; ++number) {
    const std::vector<Segment> segments = chains[number].segments();
    REQUIRE(segments.size() == chains[number].count);
    CHECK(chains[number].front().seen.frame == number + 1);
    CHECK(chains[number].latest->header.seq == segments.back().seq);
    bool all_alike = true;
    for (std::uint32_t i = 0; i < segments.size(); ++i) {
      const std::uint32_t place = i * connections + number;
      OptionBytes bytes;
      bytes = options(place);
      all_alike = all_alike && segments[i].seq == SeqNum(place) && segments[i].from == header(place).from &&
                  segments[i].options == bytes && segments[i].departed->frame == place + 1 &&
                  segments[i].arrived->time == seen(place + 1).time;
    }
    CHECK(all_alike);
  }
}

TEST_CASE("a place in a chain that grows is behind what was visited or skipped, and before all that came since") {
  SegmentStore store(std::pmr::get_default_resource());
  SegmentStore::Chain chain, between;
  SegmentStore::Place place;
  std::uint32_t kept = 0;
  const auto keep = [&](std::uint32_t count) {
    for (const std::uint32_t end = kept + count; kept < end; ++kept) {
      store.append(chain, header(kept), options(kept), seen(kept));
      store.append(between, header(0), {}, seen(0));
    }
  };
  const auto visited = [&] {
    std::vector<std::uint32_t> numbers;
    place.visit_next(chain, [&](const SegmentStore::Kept& one) { numbers.push_back(one.header.seq.value()); });
    return numbers;
  };
  const auto numbers = [](std::uint32_t begin, std::uint32_t end) {
    std::vector<std::uint32_t> all(end - begin);
    std::ranges::generate(all, [&begin] { return begin++; });
    return all;
  };
  CHECK(visited().empty());
  place.skip_all(chain);  // of nothing
  keep(1);
  CHECK(visited() == numbers(0, 1));
  CHECK(visited().empty());
  keep(500);  // in several parts
  CHECK(visited() == numbers(1, 501));
  keep(40);
  place.skip_all(chain);
  CHECK(visited().empty());
  keep(3);
  CHECK(visited() == numbers(541, 544));
}

TEST_CASE("stored connections are dropped by what they are, and taken with their segments") {
  SegmentStore store(std::pmr::get_default_resource());
  std::vector<StoredConnections::One> all(3);
  for (std::uint32_t i = 0; i < 3; ++i) {
    all[i].connection.client.port = static_cast<std::uint16_t>(i);
    for (std::uint32_t segment = 0; segment <= i; ++segment) store.append(all[i].chain, header(i), {}, seen(segment));
  }
  StoredConnections stored(std::move(all), std::move(store));
  CHECK(stored.erase_if([](const Connection& connection) { return connection.client.port == 1; }) == 1);
  REQUIRE(stored.size() == 2);
  SECTION("all") {
    const auto taken = stored.take_all();
    CHECK(taken[0].segments.size() == 1);
    CHECK(taken[1].segments.size() == 3);
  }
  SECTION("one") {
    stored.keep_only(1);
    REQUIRE(stored.size() == 1);
    CHECK(stored.take(0).client.port == 2);
  }
}

TEST_CASE("connections that have their segments keep them in the store") {
  Connection connection;
  connection.segments.resize(5);
  StoredConnections stored({connection});
  CHECK(stored.take(0).segments.size() == 5);
}
