#include "tcp/verdict.hpp"

#include "support/catch.hpp"
#include "support/conversation.hpp"

using namespace tcplab;

namespace {

const std::string opened =
    "SYN-SENT --> S 0:0(0) --> SYN-RECEIVED\n"
    "ESTABLISHED <-- S. 0:0(0) ack 1 <-- SYN-RECEIVED\n"
    "ESTABLISHED --> . 1:1(0) ack 1 --> ESTABLISHED\n";

Verdict verdict_of(const std::string& ladder, const test::InitialNumbers& iss = test::initial_numbers[0]) {
  const Connection connection = test::connection_from(ladder, iss);
  return judge(connection, exchange_of(connection));
}

}  // namespace

TEST_CASE("each ending is told from its neighbours") {
  struct Case {
    const char* rows;
    Ending ending;
    std::optional<End> closed_first;
  };
  const Case cases[] = {
      {"--> F. 1:1(0) ack 1 -->\n<-- . 1:1(0) ack 2 <--\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n",
       Ending::four_segment, End::client},
      {"<-- F. 1:1(0) ack 1 <--\n--> . 1:1(0) ack 2 -->\n--> F. 1:1(0) ack 2 -->\n<-- . 2:2(0) ack 2 <--\n",
       Ending::four_segment, End::server},
      {"--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n", Ending::three_segment,
       End::client},
      {"--> F. 1:1(0) ack 1 -->\n<-- . 1:1(0) ack 2 <--\n<-- P. 1:6(5) ack 2 <--\n--> . 2:2(0) ack 6 -->\n<-- F. "
       "6:6(0) ack 2 <--\n--> . 2:2(0) ack 7 -->\n",
       Ending::half_close, End::client},
      {"--> FP. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 7 <--\n<-- F. 1:1(0) ack 7 <--\n--> . 7:7(0) ack 2 -->\n",
       Ending::fin_with_data, End::client},
      {"--> F. 1:1(0) ack 1 ...\n<-- F. 1:1(0) ack 1 <--\n... F. 1:1(0) ack 1 -->\n--> . 2:2(0) ack 2 -->\n<-- . "
       "2:2(0) ack 2 <--\n",
       Ending::simultaneous, End::client},
      {"--> R. 1:1(0) ack 1 -->\n", Ending::abort, End::client},
      {"<-- R. 1:1(0) ack 1 <--\n", Ending::abort, End::server},
      {"--> F. 1:1(0) ack 1 -->\n<-- . 1:1(0) ack 2 <--\n", Ending::open, End::client},
      {"--> P. 1:6(5) ack 1 -->\n", Ending::open, std::nullopt},
  };
  for (const Case& expected : cases) {
    for (const auto& iss : test::initial_numbers) {
      INFO(expected.rows);
      const Verdict verdict = verdict_of(opened + expected.rows, iss);
      CHECK(verdict.opening == Opening::three_way);
      CHECK(to_string(verdict.ending) == to_string(expected.ending));
      CHECK(verdict.closed_first == expected.closed_first);
    }
  }
}

TEST_CASE("each opening is told from its neighbours") {
  struct Case {
    const char* rows;
    Opening opening;
  };
  const Case cases[] = {
      {"--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n", Opening::refused},
      {"--> S 0:0(0) lost ...\n--> S 0:0(0) lost ...\n", Opening::unanswered},
      {"--> S 0:0(0) -->\n... S. 0:0(0) ack 1 lost <--\n", Opening::half_open},
      {"--> S 0:0(0) ...\n<-- S 0:0(0) <--\n... S 0:0(0) -->\n--> S. 0:0(0) ack 1 ...\n<-- S. 0:0(0) ack 1 <--\n... S. "
       "0:0(0) ack 1 -->\n",
       Opening::simultaneous},
      {"--> P. 1:6(5) ack 1 -->\n", Opening::before_capture},
  };
  for (const Case& expected : cases) {
    INFO(expected.rows);
    CHECK(to_string(verdict_of(expected.rows).opening) == to_string(expected.opening));
  }
}

TEST_CASE("an RST that answers late data is told from an abort") {
  const std::string closed =
      opened + "<-- F. 1:1(0) ack 1 <--\n--> . 1:1(0) ack 2 -->\n--> P. 1:6(5) ack 2 -->\n<-- R 2:2(0) <--\n";
  const Verdict verdict = verdict_of(closed);
  REQUIRE(verdict.reset);
  CHECK(verdict.reset->by == End::server);
  CHECK(verdict.reset->cause == ResetCause::write_after_close);
}

TEST_CASE("unread data is possible only where data had been sent to the end that resets") {
  CHECK_FALSE(verdict_of(opened + "--> R. 1:1(0) ack 1 -->\n").reset->has(ResetEvidence::data_had_come));
  CHECK(verdict_of(opened + "<-- P. 1:6(5) ack 1 <--\n--> R. 1:1(0) ack 6 -->\n")
            .reset->has(ResetEvidence::data_had_come));
}

TEST_CASE("a segment whose numbers were all used before is a retransmission") {
  const std::string repeated =
      opened + "--> P. 1:6(5) ack 1 lost ...\n--> P. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n";
  const Verdict verdict = verdict_of(repeated, test::initial_numbers[2]);
  CHECK(verdict.retransmissions[0].size() == 1);
  CHECK(verdict.retransmissions[1].empty());
}

TEST_CASE("a segment that comes out of order, or a SYN,ACK after a SYN that crossed, is no retransmission") {
  const std::string reordered = opened + "--> P. 6:11(5) ack 1 -->\n--> P. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 11 <--\n";
  Connection overtaken = test::connection_from(reordered, test::initial_numbers[1]);
  std::swap(overtaken.segments[3].ip_identification, overtaken.segments[4].ip_identification);
  CHECK(judge(overtaken, exchange_of(overtaken)).retransmissions[0].empty());
  const std::string both =
      "--> S 0:0(0) ...\n<-- S 0:0(0) <--\n... S 0:0(0) -->\n--> S. 0:0(0) ack 1 ...\n<-- S. 0:0(0) ack 1 <--\n... S. "
      "0:0(0) ack 1 "
      "-->\n";
  CHECK(verdict_of(both).retransmissions[0].empty());
}

TEST_CASE("a connection whose SYN,ACK is not in the capture was answered all the same") {
  CHECK(verdict_of("--> S 0:0(0) -->\n--> . 1:1(0) ack 1 -->\n--> P. 1:6(5) ack 1 -->\n").opening ==
        Opening::three_way);
}

TEST_CASE("an RST that comes when both directions have ended does not make it an abort") {
  const Verdict verdict = verdict_of(
      opened + "--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n<-- R 2:2(0) <--\n");
  CHECK(verdict.ending == Ending::three_segment);
  REQUIRE(verdict.reset);
  CHECK(verdict.reset->after_close);
}

TEST_CASE("an RST whose number fits nowhere ends nothing") {
  const Verdict verdict = verdict_of(opened +
                                         "--> R 700:700(0) -->\n--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 <--\n"
                                         "--> . 2:2(0) ack 2 -->\n",
                                     test::initial_numbers[2]);
  CHECK_FALSE(verdict.reset);
  CHECK(verdict.ending == Ending::three_segment);
}

TEST_CASE("an RST that is taken back is named all the same, as stray or as disproved") {
  const Verdict challenged =
      verdict_of(opened + "--> P. 1:6(5) ack 1 -->\n<-- R 101:101(0) <--\n--> . 6:6(0) ack 1 -->\n");
  CHECK_FALSE(challenged.reset);
  CHECK(challenged.stray_resets == std::vector<std::size_t>{4});
  CHECK(challenged.challenges == std::vector<std::size_t>{5});
  const Verdict disproved = verdict_of(opened +
                                       "--> P. 1:6(5) ack 1 -->\n<-- R. 1:1(0) ack 6 <--\n--> P. 6:11(5) ack 1 -->\n"
                                       "<-- P. 1:8(7) ack 11 <--\n");
  CHECK_FALSE(disproved.reset);
  CHECK(disproved.disproved_resets == std::vector<std::size_t>{4});
  const Verdict asked_again = verdict_of(
      "--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 "
      "-->\n");
  CHECK(asked_again.opening == Opening::three_way);
  CHECK(asked_again.disproved_resets.empty());
}

TEST_CASE("a FIN before the SYN,ACK, with other numbers, is none of the connection's") {
  const Verdict verdict =
      verdict_of("--> S 0:0(0) -->\n<-- F. 5000:5000(0) ack 1 <--\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n");
  CHECK(verdict.opening == Opening::three_way);
  CHECK_FALSE(verdict.closed_first);
  CHECK_FALSE(verdict.fins[0]);
}

TEST_CASE("data that is only repeated after the first FIN makes no half-close") {
  const std::string rows =
      opened +
      "<-- P. 1:6(5) ack 1 <--\n--> F. 1:1(0) ack 6 -->\n<-- . 6:6(0) ack 2 <--\n<-- P. 1:6(5) ack 2 <--\n"
      "<-- F. 6:6(0) ack 2 <--\n--> . 2:2(0) ack 7 -->\n";
  CHECK(verdict_of(rows).ending == Ending::four_segment);
}

TEST_CASE("endings are told apart also where the capture began in the middle") {
  CHECK(verdict_of("--> F. 1:1(0) ack 1 ...\n<-- F. 1:1(0) ack 1 <--\n... F. 1:1(0) ack 1 -->\n--> . 2:2(0) ack 2 "
                   "-->\n<-- . 2:2(0) "
                   "ack 2 <--\n")
            .ending == Ending::simultaneous);
  CHECK(verdict_of("--> F. 1:1(0) ack 1 -->\n<-- . 1:1(0) ack 2 <--\n<-- P. 1:6(5) ack 2 <--\n<-- F. 6:6(0) ack 2 "
                   "<--\n--> . 2:2(0) ack "
                   "7 -->\n")
            .ending == Ending::half_close);
}

TEST_CASE("a bare RST answers a segment of a connection that its sender does not have") {
  const Verdict verdict = verdict_of(opened + "--> P. 1:6(5) ack 1 -->\n<-- R 1:1(0) <--\n");
  REQUIRE(verdict.reset);
  CHECK(verdict.reset->cause == ResetCause::half_open_peer);
}

TEST_CASE("a SYN,ACK that is answered with an RST leaves it half-open") {
  const Verdict verdict = verdict_of("--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> R 1:1(0) -->\n");
  CHECK(verdict.opening == Opening::half_open);
  CHECK(verdict.ending == Ending::abort);
}

TEST_CASE("the handshake's segments are found by what they acknowledge, whatever else they carry") {
  const Verdict verdict = verdict_of("--> SEW 0:0(0) -->\n<-- S.E 0:0(0) ack 1 <--\n--> P. 1:6(5) ack 1 -->\n");
  CHECK(verdict.opening == Opening::three_way);
  CHECK(verdict.handshake == std::array<std::optional<std::size_t>, 3>{0, 1, 2});
}

TEST_CASE("a SYN with a number of its own is neither a retransmission nor part of the handshake") {
  for (const auto& iss : test::initial_numbers) {
    for (const char* stray : {"--> S 900:900(0) -->\n", "--> S -900:-900(0) -->\n"}) {
      const Verdict verdict = verdict_of(opened + stray + "<-- . 1:1(0) ack 1 <--\n--> R 1:1(0) -->\n", iss);
      CHECK(verdict.retransmissions[0].empty());
      CHECK(verdict.handshake == std::array<std::optional<std::size_t>, 3>{0, 1, 2});
      REQUIRE(verdict.reset);
      CHECK(verdict.reset->cause == ResetCause::half_open_peer);
      CHECK(verdict.ending == Ending::abort);
    }
  }
}

TEST_CASE("an old duplicate SYN that is answered and refused leaves a half-open connection") {
  const Verdict verdict = verdict_of("... S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> R 1:1(0) -->\n");
  CHECK(verdict.opening == Opening::half_open);
  CHECK(verdict.ending == Ending::abort);
}

TEST_CASE("what becomes of a connection that nobody ends is that it is open") {
  CHECK(verdict_of(opened + "--> P. 1:6(5) ack 1 lost ...\n--> P. 1:6(5) ack 1 lost ...\n").ending == Ending::open);
  CHECK(verdict_of(opened + "--> F. 1:1(0) ack 1 -->\n<-- . 1:1(0) ack 2 <--\n").ending == Ending::open);
}

TEST_CASE("a segment that was lost yields its place in the verdict to the one that was sent for it") {
  const Verdict verdict = verdict_of(
      "--> S 0:0(0) -->\n... S. 0:0(0) ack 1 lost <--\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 lost ...\n"
      "--> . 1:1(0) ack 1 -->\n--> F. 1:1(0) ack 1 lost ...\n--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 <--\n"
      "--> . 2:2(0) ack 2 lost ...\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 -->\n");
  using Place = std::optional<std::size_t>;
  CHECK(verdict.handshake == std::array<Place, 3>{0, 2, 4});
  CHECK(verdict.fins == std::array<Place, 2>{6, 7});
  CHECK(verdict.fin_acks == std::array<Place, 2>{7, 10});
  CHECK(verdict.ending == Ending::three_segment);
  CHECK(verdict.closed_first == End::client);
}

TEST_CASE("where a segment was never sent again, the one that was lost keeps its place") {
  const Verdict verdict = verdict_of(opened + "--> F. 1:1(0) ack 1 lost ...\n");
  CHECK(verdict.fins[0] == std::size_t{3});
  CHECK(verdict.closed_first == End::client);
}

TEST_CASE("seen from both ends, an ACK that answers a stray SYN is a challenge") {
  const Verdict verdict = verdict_of(opened + "--> S 900:900(0) -->\n<-- . 1:1(0) ack 1 <--\n--> R 1:1(0) -->\n");
  CHECK(verdict.foreign_syns == std::vector<std::size_t>{3});
  CHECK(verdict.challenges == std::vector<std::size_t>{4});
}

TEST_CASE("a second FIN that comes again although it was acknowledged tells of a lost ACK") {
  const Connection connection = test::connection_from(
      opened +
      "--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 2 <--\n--> . 2:2(0) ack 2 lost ...\n<-- F. 1:1(0) ack 2 <--\n"
      "--> . 2:2(0) ack 2 -->\n");
  CHECK(judge(connection, exchange_of(connection)).lost_final_ack == std::size_t{5});
  const Connection at_client = test::as_captured_at(End::client, connection);
  const Exchange exchange = exchange_of(at_client);
  CHECK(judge(at_client, exchange).lost_final_ack == std::size_t{5});
  CHECK(exchange.passages.back().server == State::closed);
  CHECK(exchange.passages[exchange.passages.size() - 2].server == State::last_ack);
}

TEST_CASE("the order of one capture is that of its frames, also where its times go back") {
  const Connection whole =
      test::connection_from(opened + "--> P. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n--> R. 6:6(0) ack 1 -->\n");
  Connection captured = test::as_captured_at(End::client, whole);
  const Verdict in_order = judge(captured, exchange_of(captured));
  captured.segments.back().departed->time = captured.segments.back().arrived->time = Timestamp{};
  const Verdict damaged = judge(captured, exchange_of(captured));
  CHECK(damaged.ending == in_order.ending);
  CHECK(damaged.opening == in_order.opening);
  CHECK(damaged.reset->cause == in_order.reset->cause);
}
