// RFC 9293's figures as fixtures: the tracker, fed their segments, reproduces their states line by line.
#include <fstream>
#include <iterator>

#include "ladder/parse.hpp"
#include "ladder/print.hpp"
#include "support/catch.hpp"
#include "support/conversation.hpp"
#include "tcp/end_tracker.hpp"

namespace {

using namespace tcplab;

/// For an end that is synchronized when the figure begins, the numbers that the figure gives it.
struct Numbers {
  std::uint32_t snd_nxt = 0, rcv_nxt = 0;
};
struct Figure {
  const char* file;
  Numbers client{}, server{};
};

const Figure figures[] = {{"figure6.txt"},
                          {"figure7.txt"},
                          {"figure8.txt"},
                          {"figure9.txt", {}, {300, 100}},
                          {"figure10.txt", {}, {300, 100}},
                          {"figure11.txt"},
                          {"figure12.txt", {100, 300}, {300, 100}},
                          {"figure13.txt", {100, 300}, {300, 100}}};

std::string text_of(const char* file) {
  std::ifstream stream(std::string(TCPLAB_RFC9293) + "/" + file);
  REQUIRE(stream);
  return {std::istreambuf_iterator<char>(stream), {}};
}

EndTracker tracker(State state, const Numbers& numbers, SeqNum own, SeqNum peers) {
  return is_synchronized(state) ? EndTracker(state, own + numbers.snd_nxt, peers + numbers.rcv_nxt) : EndTracker(state);
}

}  // namespace

TEST_CASE("the tracker reproduces the states of RFC 9293's figures line by line") {
  for (const Figure& figure : figures) {
    for (const auto& iss : test::initial_numbers) {
      const std::string text = text_of(figure.file);
      const Ladder ladder = parse_ladder(text);
      const Connection connection = test::connection_from(text, iss);
      EndTracker client = tracker(*ladder.client, figure.client, iss.client, iss.server);
      EndTracker server = tracker(*ladder.server, figure.server, iss.server, iss.client);
      std::string passed = std::string(figure.file) + ", initial numbers " + std::to_string(iss.client.value()) +
                           " and " + std::to_string(iss.server.value()) + "\n";

      std::size_t next = 0;
      for (const Row& row : ladder.rows) {
        // An arrival is of the earlier segment that is the same; otherwise each row has a segment of its own.
        const auto is_this = [&](const Segment& segment) {
          const SeqNum own = row.from == End::client ? iss.client : iss.server;
          return segment.from == row.from && segment.flags == row.flags &&
                 segment.seq == own + static_cast<std::uint32_t>(row.seq->first);
        };
        const auto found =
            std::find_if(connection.segments.begin() + static_cast<std::ptrdiff_t>(row.leg == Leg::arrival ? 0 : next),
                         connection.segments.end(), is_this);
        REQUIRE(found != connection.segments.end());
        if (row.leg != Leg::arrival) next = static_cast<std::size_t>(found - connection.segments.begin()) + 1;
        if (row.leg != Leg::arrival) (row.from == End::client ? client : server).sent(*found);
        if (row.leg != Leg::departure) (row.from == End::client ? server : client).received(*found);
        INFO(passed << "then " << print(row));
        if (row.client) CHECK(client.state() == row.client);
        if (row.server) CHECK(server.state() == row.server);
        passed += print(row) + "\n";
      }
    }
  }
}
