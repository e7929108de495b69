#include "compare/compare.hpp"

#include <algorithm>

#include "compare/text.hpp"
#include "support/catch.hpp"
#include "support/conversation.hpp"

using namespace tcplab;

namespace {

const std::string opening =
    "client server\nCLOSED LISTEN\n--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n";
const std::string request = "--> P. 1:11(10) ack 1 -->\n<-- . 1:1(0) ack 11 <--\n";
const std::string answer = "<-- P. 1:6(5) ack 11 <--\n--> . 11:11(0) ack 6 -->\n";
const std::string four_close =
    "--> F. 11:11(0) ack 6 -->\n<-- . 6:6(0) ack 12 <--\n<-- F. 6:6(0) ack 12 <--\n--> . 12:12(0) ack 7 -->\n";
const std::string three_close = "--> F. 11:11(0) ack 6 -->\n<-- F. 6:6(0) ack 12 <--\n--> . 12:12(0) ack 7 -->\n";

Analysis seen(const std::string& ladder, const test::InitialNumbers& iss = test::initial_numbers[0]) {
  return analyse(test::connection_from(ladder, iss));
}

ConnectionComparison compared(const std::string& a, const std::string& b) {
  return compare(seen(a), seen(b));
}

/// "only-a only in A: the server's ACK of the FIN", a line a difference.
std::string told(const ConnectionComparison& comparison) {
  std::string text;
  for (const PairDifference& difference : comparison.differences)
    text += std::string(to_string(difference.kind)) + " " + difference.what + "\n";
  return text;
}

std::string fields(const PairDifference& difference) {
  std::string text;
  for (const FieldDifference& field : difference.fields)
    text += (text.empty() ? "" : "; ") + field.name + " " + field.a + "/" + field.b;
  return text;
}

}  // namespace

TEST_CASE("the same connection with other initial numbers is the same, and they are counted") {
  const std::string whole = opening + request + answer + four_close;
  for (const auto& iss : test::initial_numbers) {
    const ConnectionComparison comparison = compare(seen(whole), seen(whole, iss));
    CHECK(comparison.same());
    CHECK(told(comparison).empty());
    CHECK(comparison.set_aside.of("initial numbers") == (iss.client == SeqNum(0) ? 0U : 2U));
  }
}

TEST_CASE("a missing row is one difference, and those behind it are none") {
  const ConnectionComparison comparison =
      compared(opening + request + answer + four_close, opening + request + answer + three_close);
  REQUIRE(told(comparison) == "only-a only in A: the server's ACK of the FIN\n");
  const PairDifference& difference = comparison.differences.front();
  CHECK(difference.a_rows == std::vector<std::size_t>{8});
  CHECK(difference.b_rows == std::vector<std::size_t>{8});  // what carries that ACK
  CHECK_THAT(difference.why.cause, test::contains("by itself"));
  CHECK_THAT(difference.why.call, test::contains("close()"));
  REQUIRE(comparison.outcome.size() == 4);
  CHECK(comparison.outcome[1].a == "four-segment");
  CHECK(comparison.outcome[1].b == "three-segment");
  CHECK(comparison.outcome[1].differs);
  CHECK_FALSE(comparison.outcome[0].differs);
}

TEST_CASE("data that only one has is a difference, and its ACK only follows from it") {
  const ConnectionComparison comparison =
      compared(opening + request + answer + four_close,
               opening + request +
                   "--> F. 11:11(0) ack 1 -->\n<-- . 1:1(0) ack 12 <--\n<-- F. 1:1(0) ack 12 <--\n"
                   "--> . 12:12(0) ack 2 -->\n");
  CHECK(told(comparison) == "only-a only in A: the server's 5 bytes\n");
  CHECK(comparison.follows.of("ACKs") == 1);
  CHECK(comparison.follows.of("sequence numbers") == 2);
  CHECK(comparison.follows.of("acknowledgment numbers") == 2);
}

TEST_CASE("data of another length is one difference, and the numbers behind it follow from it") {
  const ConnectionComparison comparison = compared(
      opening + request + three_close,
      opening +
          "--> P. 1:31(30) ack 1 -->\n<-- . 1:1(0) ack 31 <--\n--> F. 31:31(0) ack 6 -->\n<-- F. 6:6(0) ack 32 "
          "<--\n--> . 32:32(0) ack 7 -->\n");
  REQUIRE(told(comparison) == "fields the client's 10 bytes in A, the client's 30 bytes in B\n");
  CHECK(fields(comparison.differences.front()) == "length 10/30");
}

TEST_CASE("an ACK that is folded into a later one is set aside") {
  const std::string folded = opening + "--> P. 1:11(10) ack 1 -->\n" + answer + four_close;
  const ConnectionComparison comparison = compared(opening + request + answer + four_close, folded);
  CHECK(comparison.same());
  CHECK(comparison.set_aside.of("ACKs folded") == 1);
  CHECK(compared(folded, opening + request + answer + four_close).same());
}

TEST_CASE("an ACK that nothing in the other replaces is a difference") {
  const ConnectionComparison comparison = compared(opening + request, opening + "--> P. 1:11(10) ack 1 -->\n");
  CHECK(told(comparison) == "only-a only in A: the server's ACK of data\n");
}

TEST_CASE("a FIN against an RST is told with what both calls are") {
  const ConnectionComparison comparison =
      compared(opening + request + answer + four_close, opening + request + answer + "--> R. 11:11(0) ack 6 -->\n");
  REQUIRE(comparison.differences.size() == 2);
  const PairDifference& difference = comparison.differences[0];
  CHECK(difference.what == "the client's FIN in A, the client's RST in B");
  CHECK(fields(difference).find("flags F./R.; client's state FIN-WAIT-1/CLOSED") == 0);
  CHECK_THAT(difference.why.cause, test::contains("unread data") && test::contains("SO_LINGER 0"));
  CHECK_THAT(difference.why.call, test::contains("close()") && test::contains("setsockopt(SO_LINGER"));
  CHECK(comparison.differences[1].what == "only in A: the server's FIN");
  CHECK(comparison.follows.of("ACKs") == 2);
}

TEST_CASE("that another end closes first is told of the two FINs alone, and their ACKs follow") {
  const std::string server_first =
      "<-- F. 6:6(0) ack 11 <--\n--> . 11:11(0) ack 7 -->\n--> F. 11:11(0) ack 7 -->\n<-- . 7:7(0) ack 12 <--\n";
  const std::string crossing =
      "--> F. 11:11(0) ack 6 ...\n<-- F. 6:6(0) ack 11 <--\n... F. 11:11(0) ack 6 -->\n--> . 12:12(0) ack 7 ...\n"
      "<-- . 7:7(0) ack 12 <--\n... . 12:12(0) ack 7 -->\n";
  const ConnectionComparison comparison =
      compared(opening + request + answer + four_close, opening + request + answer + server_first);
  REQUIRE(told(comparison) == "fields the client's FIN\nfields the server's FIN\n");
  CHECK(comparison.outcome[2].differs);
  for (const PairDifference& difference : comparison.differences)
    CHECK_THAT(difference.why.cause, test::contains("another end closes first"));
  CHECK_THAT(comparison.differences.front().why.cause,
             test::contains("in B the server had closed before, in A the client did not wait for that"));
  CHECK_THAT(comparison.differences.front().why.call, test::contains("at B's client after read() has returned 0"));

  const ConnectionComparison crossed =
      compared(opening + request + answer + four_close, opening + request + answer + crossing);
  REQUIRE(told(crossed) == "fields the server's FIN\n");
  CHECK_THAT(crossed.differences.front().why.cause, test::contains("in A the client had closed before"));
  const ConnectionComparison other_way =
      compared(opening + request + answer + server_first, opening + request + answer + crossing);
  for (const PairDifference& difference : other_way.differences)
    CHECK_THAT(difference.why.cause, !test::contains("in B the server had closed before"));
}

TEST_CASE("an RST of an end that was sent no data is not put down to unread data") {
  const ConnectionComparison comparison =
      compared(opening + "--> F. 1:1(0) ack 1 -->\n", opening + "--> R. 1:1(0) ack 1 -->\n");
  REQUIRE(comparison.differences.size() == 1);
  CHECK_THAT(comparison.differences[0].why.cause, test::contains("no data that could be unread"));
}

TEST_CASE("segments that change places at one end are one difference of order") {
  const std::string both_ack = "--> . 2:2(0) ack 2 -->\n<-- . 2:2(0) ack 2 <--\n";
  const std::string crossing =
      opening + "--> F. 1:1(0) ack 1 ...\n<-- F. 1:1(0) ack 1 <--\n... F. 1:1(0) ack 1 -->\n" + both_ack;
  const std::string reversed =
      opening + "... F. 1:1(0) ack 1 <--\n--> F. 1:1(0) ack 1 -->\n<-- F. 1:1(0) ack 1 ...\n" + both_ack;
  CHECK(compared(crossing, reversed).same());  // each end's own order is the same
  // An end that takes in two segments in another order than they were sent, and tells nobody.
  const std::string in_order =
      opening + "--> P. 1:3(2) ack 1 ...\n--> P. 3:6(3) ack 1 ...\n... P. 1:3(2) ack 1 -->\n... P. 3:6(3) ack 1 -->\n";
  const std::string overtaken =
      opening + "--> P. 1:3(2) ack 1 ...\n--> P. 3:6(3) ack 1 ...\n... P. 3:6(3) ack 1 -->\n... P. 1:3(2) ack 1 -->\n";
  const ConnectionComparison comparison = compared(in_order, overtaken);
  CHECK(told(comparison) ==
        "order the order at the server: in A it received row 4 before it received row 5, in B afterwards\n");
  CHECK_THAT(comparison.differences.at(0).why.cause, test::contains("overtook"));
}

TEST_CASE("a read before a write against a write before a read is told by the acknowledgment, once") {
  const ConnectionComparison comparison =
      compared(opening + "--> P. 1:11(10) ack 1 -->\n<-- P. 1:6(5) ack 11 <--\n--> . 11:11(0) ack 6 -->\n",
               opening + "<-- P. 1:6(5) ack 1 <--\n--> P. 1:11(10) ack 6 -->\n<-- . 6:6(0) ack 11 <--\n");
  for (const PairDifference& difference : comparison.differences) CHECK(difference.kind != DifferenceKind::order);
  CHECK(told(comparison) == "fields the client's 10 bytes\nfields the server's 5 bytes\n");
}

TEST_CASE("a lost segment and its repetition are two differences, the second with its cause") {
  const ConnectionComparison comparison = compared(
      opening + request + "--> F. 11:11(0) ack 1 -->\n<-- . 1:1(0) ack 12 <--\n",
      opening + request + "--> F. 11:11(0) ack 1 lost ...\n--> F. 11:11(0) ack 1 -->\n<-- . 1:1(0) ack 12 <--\n");
  REQUIRE(told(comparison) == "fields the client's FIN\nonly-b only in B: the client's FIN\n");
  CHECK(fields(comparison.differences[0]) == "arrival arrives/lost");
  CHECK_THAT(comparison.differences[1].why.cause, test::contains("it repeats row 6"));
}

TEST_CASE("a SYN that is refused against one that is accepted is told as a closed port") {
  const ConnectionComparison comparison =
      compared(opening, "client server\nCLOSED CLOSED\n--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n");
  CHECK(std::ranges::any_of(comparison.differences, [](const PairDifference& difference) {
    return difference.why.cause.find("nobody listened") != std::string::npos;
  }));
  CHECK(comparison.outcome[0].differs);
}

TEST_CASE("from one point only what each end sent is compared, at the end that fits") {
  const std::string crossing =
      opening +
      "--> F. 1:1(0) ack 1 ...\n<-- F. 1:1(0) ack 1 <--\n... F. 1:1(0) ack 1 -->\n--> . 2:2(0) ack 2 -->\n"
      "<-- . 2:2(0) ack 2 <--\n";
  const Connection whole = test::connection_from(crossing);
  for (const End end : {End::client, End::server}) {
    const ConnectionComparison comparison = compare(seen(crossing), analyse(test::as_captured_at(end, whole)));
    CHECK(comparison.same());
    CHECK_FALSE(comparison.both_ends);
  }
}

TEST_CASE("what was lost before a capture at the far end is set aside") {
  const std::string lossy = opening + "--> F. 1:1(0) ack 1 lost ...\n--> F. 1:1(0) ack 1 -->\n<-- . 1:1(0) ack 2 <--\n";
  const Analysis at_server = analyse(test::as_captured_at(End::server, test::connection_from(lossy)));
  const ConnectionComparison comparison = compare(seen(lossy), at_server);
  CHECK(comparison.same());
  CHECK(comparison.seen_at == End::server);
  CHECK(comparison.set_aside.of("segments that one capture could not see") == 1);
}

TEST_CASE("a window of nothing is a difference, other windows are not") {
  Connection small = test::connection_from(opening + request), closed = small;
  small.segments.back().window = 100;
  closed.segments.back().window = 0;
  const Analysis usual = seen(opening + request);
  const ConnectionComparison comparison = compare(usual, analyse(small));
  CHECK(comparison.same());
  CHECK(comparison.set_aside.of("window sizes") == 1);
  CHECK(fields(compare(usual, analyse(closed)).differences.at(0)) == "win 64240/0");
}

TEST_CASE("connections are paired in order and by kind, and one without a partner is a difference") {
  const std::string refusal = "client server\nCLOSED CLOSED\n--> S 0:0(0) -->\n<-- R. 0:0(0) ack 1 <--\n";
  const std::string whole = opening + request + answer + four_close;
  const Comparison more = compare({seen(refusal), seen(whole)}, {seen(whole)});
  REQUIRE(more.connections.size() == 2);
  CHECK(more.connections[0].a == 0);
  CHECK_FALSE(more.connections[0].b);
  CHECK(told(more.connections[0]) == "connection only in A: the whole connection\n");
  CHECK(more.connections[1].same());
  CHECK_FALSE(more.same());
  CHECK(compare({seen(whole), seen(refusal)}, {seen(whole), seen(refusal)}).same());
  CHECK_FALSE(compare({seen(whole), seen(refusal)}, {seen(refusal), seen(whole)}).same());
}

TEST_CASE("datagrams are compared by their number, sizes and errors") {
  const std::string echo = "client server\n--> UDP (5) -->\n<-- UDP (6) <--\n";
  CHECK(compared(echo, echo).same());
  CHECK(fields(compared(echo, "client server\n--> UDP (5) -->\n<-- UDP (9) <--\n").differences.at(0)) == "length 6/9");
  CHECK(told(compared(echo + "--> UDP (5) -->\n", echo)) == "only-a only in A: the client's datagram of 5 bytes\n");
}

TEST_CASE("the text is at most 80 columns wide, and the JSON one line") {
  const std::vector<Analysis> a = {seen(opening + request + answer + four_close)},
                              b = {seen(opening + request + answer + "--> R. 11:11(0) ack 6 -->\n")};
  const Comparison comparison = compare(a, b);
  const ComparedRecordings recordings{"one", "other", &a, &b};
  const std::string text = comparison_text(comparison, recordings);
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; begin = end + 1, end = text.find('\n', begin))
    CHECK(end - begin <= 80);
  CHECK_THAT(text, test::contains("They differ: 2 differences."));
  const std::string json = comparison_json(comparison, recordings);
  CHECK(json.find('\n') == std::string::npos);
  CHECK_THAT(json, test::contains("\"same\":false,\"differences\":2"));
}

namespace {

Analysis seen_at(End end, const std::string& ladder) {
  return analyse(test::as_captured_at(end, test::connection_from(ladder)));
}

Analysis of_one_end(End end, const std::string& ladder) {
  Connection connection = test::as_captured_at(End::client, test::connection_from(ladder));
  std::erase_if(connection.segments, [&](const Segment& segment) { return segment.from != end; });
  (end == End::client ? connection.server_iss : connection.client_iss).reset();
  return analyse(std::move(connection));
}

}  // namespace

TEST_CASE("the same bytes in other segments are one difference, with the count of both") {
  const std::string pieces =
      "--> . 1:101(100) ack 1 -->\n--> . 101:201(100) ack 1 -->\n--> P. 201:301(100) ack 1 -->\n<-- . 1:1(0) ack 301 "
      "<--\n";
  const std::string close = "--> F. 301:301(0) ack 1 -->\n<-- F. 1:1(0) ack 302 <--\n--> . 302:302(0) ack 2 -->\n";
  for (const std::string& other : {std::string("--> P. 1:301(300) ack 1 -->\n"),
                                   std::string("--> . 1:151(150) ack 1 -->\n--> P. 151:301(150) ack 1 -->\n")}) {
    const ConnectionComparison comparison =
        compared(opening + pieces + close, opening + other + "<-- . 1:1(0) ack 301 <--\n" + close);
    REQUIRE(told(comparison) ==
            "fields the client's data, cut differently: the same 300 bytes, of the numbers 1 to 300, are in other "
            "segments\n");
    CHECK(fields(comparison.differences[0]).starts_with("segments 3/"));
  }
}

TEST_CASE("a FIN on one of them, and an answer between them, are differences beside the borders of segments") {
  CHECK(told(compared(opening + "--> . 1:6(5) ack 1 -->\n--> P. 6:11(5) ack 1 -->\n",
                      opening + "--> FP. 1:11(10) ack 1 -->\n"))
            .find("with the FIN") != std::string::npos);
  CHECK(told(compared(opening + "--> P. 1:6(5) ack 1 -->\n<-- P. 1:3(2) ack 6 <--\n--> P. 6:11(5) ack 3 -->\n",
                      opening + "--> P. 1:11(10) ack 1 -->\n<-- P. 1:3(2) ack 11 <--\n"))
            .find("cut differently") == std::string::npos);
}

TEST_CASE("what came before a capture that begins in the middle is one difference, and names no call") {
  const std::string rest = answer + four_close;
  Connection later = test::as_captured_at(End::client, test::connection_from(opening + request + rest));
  later.segments.erase(later.segments.begin(), later.segments.begin() + 5);
  later.client_iss.reset();
  later.server_iss.reset();
  later.client_is_guess = true;
  for (const bool is_a : {true, false}) {
    const Analysis whole = seen_at(End::client, opening + request + rest), part = analyse(later);
    const ConnectionComparison comparison = is_a ? compare(whole, part) : compare(part, whole);
    CHECK(told(comparison) == (is_a ? "only-a only in A: 5 segments before the other begins\n"
                                    : "only-b only in B: 5 segments before the other begins\n"));
    CHECK_THAT(comparison.differences.at(0).why.cause, test::contains("begins in the middle"));
    CHECK(comparison.differences.at(0).why.call.empty());
    CHECK_FALSE(comparison.outcome.at(0).differs);
  }
}

TEST_CASE("a capture that begins behind the SYN, or has only an RST and nothing it answers, names no call") {
  const std::string syn = "--> S 0:0(0) -->\n";
  const std::string answer_to_syn = "<-- S. 0:0(0) ack 1 <--\n", rest = "--> . 1:1(0) ack 1 -->\n" + request;
  const ConnectionComparison late = compared(answer_to_syn + syn + rest, answer_to_syn + rest);
  REQUIRE(told(late) == "only-a only in A: the client's SYN\n");
  CHECK_THAT(late.differences[0].why.cause, test::contains("what came before was not captured"));
  CHECK(late.differences[0].why.call.empty());
  const ConnectionComparison alone = compared(syn, syn + "--> R 0:0(0) -->\n");
  REQUIRE_FALSE(alone.differences.empty());
  CHECK_THAT(alone.differences.back().why.cause, test::contains("what it answers, if anything, was not captured"));
  CHECK(alone.differences.back().why.call.empty());
}

TEST_CASE("an end of which only one capture has anything is one difference, and its ending is not known") {
  const std::string whole = opening + request + answer + four_close;
  const ConnectionComparison comparison = compare(seen_at(End::client, whole), of_one_end(End::server, whole));
  CHECK(told(comparison) == "only-a only in A: 6 segments of an end that the other does not show\n");
  for (const OutcomeLine& line : comparison.outcome) CHECK_FALSE(line.differs);
}

TEST_CASE("a server that never answered is no end that was not captured") {
  const std::string unanswered = "client server\nCLOSED CLOSED\n--> S 0:0(0) -->\n";
  const ConnectionComparison comparison = compare(seen_at(End::client, opening), seen_at(End::client, unanswered));
  CHECK(told(comparison).find("does not show") == std::string::npos);
  CHECK(comparison.outcome.at(0).differs);
}

TEST_CASE("an error that a router sends is somebody's that could not deliver, and nobody's forgery") {
  Connection refused = test::as_captured_at(
      End::client, test::connection_from("--> S 0:0(0) -->\n<-- ICMP 3/13 <--\n--> S 0:0(0) -->\n"));
  refused.segments[1].error_source = ErrorSource::between;
  const Connection silent =
      test::as_captured_at(End::client, test::connection_from("--> S 0:0(0) -->\n--> S 0:0(0) -->\n"));
  const ConnectionComparison comparison = compare(analyse(refused), analyse(silent));
  REQUIRE(told(comparison) == "only-a only in A: the server's ICMP error\n");
  CHECK(comparison.differences.front().why.cause == "somebody could not deliver what client had sent");
  CHECK(comparison.differences.front().why.call.empty());
}

TEST_CASE("a packet that was captured twice is compared once") {
  const std::string ladder =
      "client server\nCLOSED LISTEN\n--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n"
      "--> P. 1:6(5) ack 1 -->\n<-- . 1:1(0) ack 6 <--\n";
  Connection once = test::as_captured_at(End::client, test::connection_from(ladder));
  for (std::size_t i = 0; i < once.segments.size(); ++i)
    once.segments[i].ip_identification = static_cast<std::uint32_t>(100 + i);
  Connection twice = once;
  for (const std::ptrdiff_t i : {3, 5})
    twice.segments.insert(twice.segments.begin() + i, Segment(twice.segments[static_cast<std::size_t>(i)]));
  const ConnectionComparison comparison = compare(analyse(once), analyse(twice));
  CHECK(told(comparison).empty());
  CHECK(comparison.set_aside.of("packets captured twice") == 2);
  CHECK(compare(analyse(twice), analyse(twice)).set_aside.entries().empty());
}
