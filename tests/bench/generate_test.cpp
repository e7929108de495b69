// The generator of captures: what it writes is what was ordered, and what its truth file says.
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "capture/reader.hpp"
#include "frame.hpp"
#include "packet/packet.hpp"
#include "plan.hpp"
#include "support/catch.hpp"
#include "support/temporary_directory.hpp"
#include "traffic.hpp"

using namespace tcplab;
using tcplab::test::TemporaryDirectory;

namespace {

constexpr std::uint64_t packets = 20000;

/// A capture and its truth, in a folder of their own.
struct Generated {
  explicit Generated(bench::Order order = {.packets = packets}) {
    order.capture = capture();
    order.truth = truth();
    bench::generate(order);
  }
  [[nodiscard]] std::string capture() const { return (folder.path() / "capture").string(); }
  [[nodiscard]] std::string truth() const { return (folder.path() / "truth.tsv").string(); }
  TemporaryDirectory folder;
};

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

using Row = std::map<std::string, std::string>;
std::vector<Row> rows_of(const std::string& path) {
  std::ifstream file(path);
  std::string line, name, value;
  std::getline(file, line);
  const std::string names = line;
  std::vector<Row> rows;
  while (std::getline(file, line)) {
    std::istringstream all_names(names), values(line);
    rows.emplace_back();
    while (std::getline(all_names, name, '\t') && std::getline(values, value, '\t')) rows.back()[name] = value;
  }
  return rows;
}

struct Frame {
  std::string source, destination;
  std::uint64_t number = 0;
  TcpFlags flags;
  std::uint32_t length = 0;
};

/// The capture's segments; each frame must hold one.
std::vector<Frame> frames_of(const std::string& path) {
  CaptureReader reader = CaptureReader::open(path);
  std::vector<Frame> frames;
  Timestamp latest{};
  while (const auto record = reader.next()) {
    REQUIRE(record->time >= latest);
    latest = record->time;
    const Packet packet = decode(record->link, record->bytes, record->original_length_bytes);
    const TcpSegment* segment = packet.tcp();
    REQUIRE(segment != nullptr);
    frames.push_back({to_string(Endpoint{packet.ip->source, segment->source_port}),
                      to_string(Endpoint{packet.ip->destination, segment->destination_port}), record->number,
                      segment->flags, segment->payload_length_bytes});
  }
  REQUIRE_FALSE(reader.problem());
  return frames;
}

/// What the frames hold of each connection, by "client server first_packet" and the truth file's columns.
std::map<std::string, std::map<std::string, std::uint64_t>> counts_in(const std::vector<Frame>& frames,
                                                                      const std::vector<Row>& truth) {
  std::map<std::string, std::string> latest;  // connection of "client server", up to this frame
  std::map<std::string, std::map<std::string, std::uint64_t>> counts;
  auto next = truth.begin();
  for (const Frame& frame : frames) {
    for (; next != truth.end() && std::stoull(next->at("first_packet")) == frame.number; ++next) {
      const std::string ends = next->at("client") + " " + next->at("server");
      latest[ends] = ends + " " + next->at("first_packet");
    }
    const auto as_client = latest.find(frame.source + " " + frame.destination);
    const bool is_client = as_client != latest.end();
    auto& counted = counts[is_client ? as_client->second : latest.at(frame.destination + " " + frame.source)];
    counted[is_client ? "client_segments" : "server_segments"]++;
    counted[is_client ? "client_bytes" : "server_bytes"] += frame.length;
  }
  return counts;
}

}  // namespace

TEST_CASE("one seed gives one capture to the byte, and another seed another") {
  const Generated one, same, other({.packets = packets, .seed = 2});
  CHECK(text_of(one.capture()) == text_of(same.capture()));
  CHECK(text_of(one.truth()) == text_of(same.truth()));
  CHECK(text_of(one.capture()) != text_of(other.capture()));
}

TEST_CASE("a generated capture has the packets that were ordered, and the counts of its truth file") {
  const auto format = GENERATE(bench::Format::pcap, bench::Format::pcapng);
  const Generated generated({.packets = packets, .format = format});
  const auto frames = frames_of(generated.capture());
  const auto truth = rows_of(generated.truth());
  CHECK(frames.size() == packets);
  auto counts = counts_in(frames, truth);
  CHECK(counts.size() == truth.size());
  for (const Row& row : truth) {
    const std::string name = row.at("client") + " " + row.at("server") + " " + row.at("first_packet");
    INFO(name);
    for (const char* column : {"client_segments", "server_segments", "client_bytes", "server_bytes"})
      REQUIRE(std::to_string(counts[name][column]) == row.at(column));
  }
}

TEST_CASE("every opening and every ending is generated") {
  const Generated generated({.packets = 5 * packets});
  std::set<std::string> seen_openings, seen_endings;
  for (const Row& row : rows_of(generated.truth())) {
    seen_openings.insert(row.at("opening"));
    seen_endings.insert(row.at("ending"));
  }
  for (const auto& share : bench::openings) CHECK(seen_openings.contains(std::string(share.word)));
  for (const auto& share : bench::endings) CHECK(seen_endings.contains(std::string(share.word)));
}

TEST_CASE("a four-tuple comes again only after its connection has ended") {
  const Generated generated({.packets = 5 * packets});
  std::map<std::string, std::string> ending_of;
  int again = 0;
  for (const Row& row : rows_of(generated.truth())) {
    const std::string ends = row.at("client") + " " + row.at("server");
    if (const auto before = ending_of.find(ends); before != ending_of.end()) {
      ++again;
      CHECK(row.at("opening") == "three-way");
      for (const char* unfinished : {"open", "vanished", "unanswered", "refused"}) CHECK(before->second != unfinished);
    }
    ending_of[ends] = row.at("ending");
  }
  CHECK(again > 0);
}

TEST_CASE("connections that are to be open at once have all begun when the first of them ends") {
  const Generated generated({.packets = 13500, .open_at_once = 1000});
  const auto truth = rows_of(generated.truth());
  REQUIRE(truth.size() == 1000);
  const auto frames = frames_of(generated.capture());
  CHECK(frames.size() == 13500);
  const auto ends = [](const Frame& frame) { return frame.flags.has(TcpFlags::fin) || frame.flags.has(TcpFlags::rst); };
  const auto first_end = std::find_if(frames.begin(), frames.end(), ends);
  REQUIRE(first_end != frames.end());
  CHECK(std::stoull(truth.back().at("first_packet")) < first_end->number);
}

TEST_CASE("every generated checksum is right, before the data is cut off") {
  bench::FrameMaker maker;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const bench::Script script = bench::make_plan(
        {.opening = bench::openings[seed % bench::openings.size()].kind, .seed = seed, .data_packets = 20});
    bench::Stream stream{.pair = bench::Pair(seed), .has_timestamps = seed % 3 != 0};
    stream.iss = {static_cast<std::uint32_t>(seed * 21474836), 0xfffffff6};
    for (bench::Step step : script.steps) {
      step.length = std::min(step.length, static_cast<std::uint16_t>(bench::segment_bytes(stream)));
      const auto frame = maker.make(stream, step, 1000);
      const Packet packet = decode(LinkType::ethernet, frame);
      REQUIRE_FALSE(packet.problem);
      REQUIRE(verify_checksum(packet) == Checksum::correct);
    }
  }
}
