// How often each end sent again, held against what the tests of TCPRS expect, a Zeek that classifies retransmissions.
#include <array>
#include <set>

#include "shared.hpp"
#include "support/catch.hpp"
#include "tally.hpp"
#include "tcp/exchange.hpp"
#include "tcp/verdict.hpp"

using namespace tcplab;
using namespace tcplab::test;

namespace {

/// Of the end with that name, in all connections that it has with the other.
std::size_t retransmissions(const Capture& capture, const std::string& from, const std::string& to) {
  std::size_t count = 0;
  for (const Connection* connection : between(capture, from, to)) {
    const End end = endpoint_text(connection->client) == from ? End::client : End::server;
    count += judge(*connection, exchange_of(*connection)).retransmissions[index_of(end)].size();
  }
  return count;
}

}  // namespace

TEST_CASE("each end's retransmissions are as many as TCPRS counts") {
  const auto folder = shared_captures();
  if (!folder) return;
  Tally tally({"retransmissions"});
  std::set<std::string> seen;
  for (const TableRow& row : read_table(*folder + "/expected/tcprs_retransmissions.tsv")) {
    const std::string originator = row.at("orig_h") + ":" + row.at("orig_p"),
                      responder = row.at("resp_h") + ":" + row.at("resp_p"), name = originator + ">" + responder;
    if (!seen.insert(row.at("btest") + name).second) {
      tally.leave_out("the same count stands beside another record of the same ends");
      continue;
    }
    const Capture& capture = shared_capture(*folder, row);
    tally.compare({row.at("id"), name, "retransmissions", row.at("rexmit_from_orig") + "+" + row.at("rexmit_from_resp"),
                   std::to_string(retransmissions(capture, originator, responder)) + "+" +
                       std::to_string(retransmissions(capture, responder, originator))});
  }
  tally.conclude("each end's retransmissions, against TCPRS");
}
