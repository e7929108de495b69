// Packets, flags and connections of a flow, held against what the tests of nDPI, PcapPlusPlus and Suricata expect.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "json/json_text.hpp"
#include "packet/address.hpp"
#include "shared.hpp"
#include "support/catch.hpp"
#include "tally.hpp"

using namespace tcplab;
using namespace tcplab::test;
using nlohmann::json;

namespace {

/// Of all that was seen between two ends, by who sent it.
struct Traffic {
  std::array<unsigned, 2> segments{};
  std::array<unsigned, 2> flags{};  ///< the union, as the header's bits
};

Traffic traffic_between(const Capture& capture, const std::string& source, const std::string& destination) {
  Traffic traffic;
  for (const Connection* connection : between(capture, source, destination)) {
    const End from = endpoint_text(connection->client) == source ? End::client : End::server;
    for (const Segment* segment : tcp_segments(*connection)) {
      const std::size_t side = segment->from == from ? 0 : 1;
      ++traffic.segments[side];
      traffic.flags[side] |= segment->flags.bits();
    }
  }
  return traffic;
}

std::string pair_text(unsigned one, unsigned other) {
  return std::to_string(one) + "+" + std::to_string(other);
}

/// As the tables write an endpoint, whichever way the address was written.
std::string endpoint_text_of(const json& row, const char* address, const char* port) {
  const auto parsed = parse_ip_address(row.at(address).get<std::string>());
  return parsed ? endpoint_text({*parsed, row.at(port).get<std::uint16_t>()}) : std::string();
}

/// Why a flow of Suricata's cannot be held against a connection.
std::optional<std::string> unusable(const TableRow& row, const json& match) {
  const auto mentions = [&](const char* word) { return row.at("args").find(word) != std::string::npos; };
  if (row.at("event_type") != "flow") return "Suricata: the row is not of a flow";
  if (row.at("count") != "1") return "Suricata: the row is of several flows, or of none";
  for (const char* title : {"src_ip", "dest_ip", "src_port", "dest_port", "flow.pkts_toserver"})
    if (!match.contains(title)) return "Suricata: the row does not name a flow's ends and packets";
  if (mentions("midstream-policy") || mentions("exception-policy") || mentions("bypass"))
    return "Suricata: the test lets it drop or pass over packets";
  return std::nullopt;
}

void compare_flow(const Capture& capture, const TableRow& row, const json& match, Tally& tally) {
  const std::string source = endpoint_text_of(match, "src_ip", "src_port"),
                    destination = endpoint_text_of(match, "dest_ip", "dest_port");
  if (between(capture, source, destination).empty())
    return tally.leave_out("no connection of ours has these endpoints");
  const Traffic traffic = traffic_between(capture, source, destination);
  const std::string name = source + ">" + destination;
  tally.compare({row.at("id"), name, "suricata_packets",
                 pair_text(match.at("flow.pkts_toserver"), match.at("flow.pkts_toclient")),
                 pair_text(traffic.segments[0], traffic.segments[1])});
  if (!match.contains("tcp.tcp_flags_ts") || !match.contains("tcp.tcp_flags_tc")) return;
  const auto hexadecimal = [&](const char* title) {
    return static_cast<unsigned>(std::stoul(match.at(title).get<std::string>(), nullptr, 16));
  };
  tally.compare({row.at("id"), name, "suricata_flags",
                 pair_text(hexadecimal("tcp.tcp_flags_ts"), hexadecimal("tcp.tcp_flags_tc")),
                 pair_text(traffic.flags[0], traffic.flags[1])});
}

}  // namespace

TEST_CASE("the packets of each flow are as many as nDPI counts") {
  const auto folder = shared_captures();
  if (!folder) return;
  std::map<std::array<std::string, 3>, std::array<unsigned, 2>> flows;  ///< nDPI may cut a connection into several
  std::map<std::string, TableRow> row_of;
  for (const TableRow& row : read_table(*folder + "/expected/ndpi_flows.tsv")) {
    auto& packets = flows[{row.at("id"), row.at("a"), row.at("b")}];
    packets[0] += static_cast<unsigned>(std::stoul(row.at("pkts_a2b")));
    packets[1] += static_cast<unsigned>(std::stoul(row.at("pkts_b2a")));
    row_of[row.at("id")] = row;
  }
  Tally tally({"ndpi_packets"});
  for (const auto& [flow, packets] : flows) {
    const auto& [id, a, b] = flow;
    const Capture& capture = shared_capture(*folder, row_of.at(id));
    const Traffic traffic = traffic_between(capture, a, b);
    tally.compare({id, a + ">" + b, "ndpi_packets", pair_text(packets[0], packets[1]),
                   pair_text(traffic.segments[0], traffic.segments[1])});
  }
  tally.conclude("each flow, against nDPI");
}

TEST_CASE("connections and their ends are as many as PcapPlusPlus finds") {
  const auto folder = shared_captures();
  if (!folder) return;
  Tally tally({"pcpp_connections", "pcpp_ended"});
  for (const TableRow& row : read_table(*folder + "/expected/pcpp_reassembly.tsv")) {
    const Capture& capture = shared_capture(*folder, row);
    tally.compare(
        {row.at("id"), "", "pcpp_connections", row.at("connections"), std::to_string(capture.connections.size())});
    const std::string& theirs = row.at("ended_by_FIN_or_RST_per_connection");
    if (theirs.empty()) {
      tally.leave_out("PcapPlusPlus's test does not say how the connections ended");
      continue;
    }
    std::string ours;
    for (const Connection& connection : capture.connections) {
      std::array<bool, 2> finished{};
      bool is_over = false;
      for (const Segment* segment : tcp_segments(connection)) {
        finished[index_of(segment->from)] |= segment->has(TcpFlags::fin);
        is_over |= segment->has(TcpFlags::rst) || (finished[0] && finished[1]);
      }
      ours += (ours.empty() ? "" : ",") + std::string(is_over ? "yes" : "no");
    }
    tally.compare({row.at("id"), "", "pcpp_ended", theirs, ours});
  }
  tally.conclude("each capture, against PcapPlusPlus");
}

TEST_CASE("the packets and flags of each flow are what Suricata counts") {
  const auto folder = shared_captures();
  if (!folder) return;
  Tally tally({"suricata_packets", "suricata_flags"});
  for (const TableRow& row : read_table(*folder + "/expected/suricata_checks.tsv")) {
    const json match = json_from(row.at("match(json)"));
    if (const auto rule = unusable(row, match))
      tally.leave_out(*rule);
    else
      compare_flow(shared_capture(*folder, row), row, match, tally);
  }
  tally.conclude("each flow, against Suricata");
}
