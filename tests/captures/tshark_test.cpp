// Completeness, counts and analysis flags, held against tshark's, stream by stream and capture by capture.
#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <sstream>

#include "shared.hpp"
#include "support/catch.hpp"
#include "tally.hpp"
#include "tcp/completeness.hpp"
#include "tcp/wireshark.hpp"

using namespace tcplab;
using namespace tcplab::test;

namespace {

using Counts = std::map<std::string, unsigned, std::less<>>;

/// "keep_alive:1 retransmission:2"
std::string text_of(const Counts& counts) {
  std::string text;
  for (const auto& [name, times] : counts) text += (text.empty() ? "" : " ") + name + ":" + std::to_string(times);
  return text;
}

Counts counts_in(const std::string& text) {
  Counts counts;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const auto colon = word.rfind(':');
    counts[word.substr(0, colon)] = static_cast<unsigned>(std::stoul(word.substr(colon + 1)));
  }
  return counts;
}

/// What tshark prints beside a stream's last segment when it reads a capture once: it prints before it counts, and it
/// counts nothing of a stream's first segment unless that is a SYN.
std::string completeness_in_one_pass(const std::vector<const Segment*>& segments) {
  Completeness shown;
  for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
    shown.saw(i > 0 || is_plain_syn(segments[i]->flags) ? *segments[i] : Segment{});
  }
  return std::to_string(shown.value());
}

Counts analysis_of(const std::vector<const Segment*>& segments, bool ports_were_used) {
  WiresharkFlags wireshark(ports_were_used);
  Counts counts;
  for (const Segment* segment : segments)
    for (const std::string_view name : wireshark.saw(*segment).names()) ++counts[std::string(name)];
  return counts;
}

/// "segments 3 2, bytes 10 0, SYN 1 0, SYN,ACK 0 1, FIN 1 1, RST 0 0": of the row's end a, of its b.
std::string totals(const std::array<std::array<std::string, 2>, 6>& of) {
  constexpr std::array names = {"segments ", ", bytes ", ", SYN ", ", SYN,ACK ", ", FIN ", ", RST "};
  std::string text;
  for (std::size_t i = 0; i < of.size(); ++i) text += names[i] + of[i][0] + " " + of[i][1];
  return text;
}

std::string their_totals(const TableRow& row) {
  return totals({{{row.at("pkts_a2b"), row.at("pkts_b2a")},
                  {row.at("bytes_a2b"), row.at("bytes_b2a")},
                  {row.at("syn_a"), row.at("syn_b")},
                  {row.at("synack_a"), row.at("synack_b")},
                  {row.at("fin_a"), row.at("fin_b")},
                  {row.at("rst_a"), row.at("rst_b")}}});
}

std::string our_totals(const std::vector<const Segment*>& segments, End a) {
  std::array<std::array<std::uint64_t, 2>, 6> counts{};
  for (const Segment* segment : segments) {
    const std::size_t side = segment->from == a ? 0 : 1;
    const bool has_syn = segment->has(TcpFlags::syn), has_ack = segment->has(TcpFlags::ack);
    const std::array<std::uint64_t, 6> of = {1,
                                             segment->length,
                                             has_syn && !has_ack,
                                             has_syn && has_ack,
                                             segment->has(TcpFlags::fin),
                                             segment->has(TcpFlags::rst)};
    for (std::size_t i = 0; i < of.size(); ++i) counts[i][side] += of[i];
  }
  std::array<std::array<std::string, 2>, 6> texts;
  for (std::size_t i = 0; i < counts.size(); ++i)
    texts[i] = {std::to_string(counts[i][0]), std::to_string(counts[i][1])};
  return totals(texts);
}

struct Stream {
  const Connection* connection = nullptr;  ///< ours; nothing if we have none, or fewer than tshark
  std::size_t place = 0;                   ///< among those between the same two endpoints
};

/// Finds our connection for each of tshark's streams, which it numbers as they begin.
class Streams {
 public:
  Stream of(const Capture& capture, const TableRow& row) {
    if (row.at("corpus_path") != path_) before_.clear();
    path_ = row.at("corpus_path");
    const std::string &a = row.at("a"), &b = row.at("b");
    const auto candidates = between(capture, a, b);
    const std::size_t place = before_[std::min(a, b) + " " + std::max(a, b)]++;
    return {place < candidates.size() ? candidates[place] : nullptr, place};
  }

 private:
  std::string path_;
  std::map<std::string, std::size_t> before_;  ///< streams of this capture, by their ends
};

}  // namespace

TEST_CASE("completeness, counts and analysis flags are what tshark says of each stream") {
  const auto folder = shared_captures();
  if (!folder) return;
  Tally tally({"completeness", "totals", "analysis"});
  Streams streams;
  for (const TableRow& row : read_table(*folder + "/expected/tshark_streams.tsv")) {
    const Stream ours = streams.of(shared_capture(*folder, row), row);
    const std::string name = row.at("a") + ">" + row.at("b");
    const auto compare = [&](const std::string& field, const std::string& theirs, const std::string& ours_says) {
      tally.compare({row.at("id"), name, field, theirs, ours_says});
    };
    const auto segments = ours.connection != nullptr ? tcp_segments(*ours.connection) : std::vector<const Segment*>{};
    const bool is_same = std::to_string(segments.size()) == row.at("packets");
    if (row.at("tshark_completeness").empty())
      tally.leave_out("completeness: tshark prints none");
    else
      compare("completeness", row.at("tshark_completeness"),
              is_same            ? completeness_in_one_pass(segments)
              : segments.empty() ? "none"
                                 : "other segments");
    if (!is_same) {
      tally.leave_out(segments.empty() ? "totals, analysis: no connection of ours has these endpoints"
                                       : "totals, analysis: our connection has other segments");
      continue;
    }
    const End a = endpoint_text(ours.connection->client) == row.at("a") ? End::client : End::server;
    compare("totals", their_totals(row), our_totals(segments, a));
    compare("analysis", text_of(counts_in(row.at("tshark_analysis_counts"))),
            text_of(analysis_of(segments, ours.place > 0)));
  }
  tally.conclude("each stream, against tshark");
}

TEST_CASE("the numbers of frames, segments and streams are what tshark says of each capture") {
  const auto folder = shared_captures();
  if (!folder) return;
  std::set<std::string> has_unread;  ///< captures with a stream that we do not have, or not all of
  Streams streams;
  for (const TableRow& row : read_table(*folder + "/expected/tshark_streams.tsv")) {
    const Stream ours = streams.of(shared_capture(*folder, row), row);
    if (ours.connection == nullptr || tcp_segments(*ours.connection).size() < std::stoul(row.at("packets")))
      has_unread.insert(row.at("id"));
  }

  Tally tally({"frames", "tcp_segments", "tcp_streams"});
  for (const TableRow& row : read_table(*folder + "/expected/tshark_files.tsv")) {
    if (row.at("rc") != "0") {
      tally.leave_out("tshark could not read the capture");
      continue;
    }
    const Capture& capture = shared_capture(*folder, row);
    std::size_t segments = 0;
    for (const Connection& connection : capture.connections) segments += tcp_segments(connection).size();
    const auto compare = [&](const std::string& field, const std::string& theirs, std::size_t ours) {
      tally.compare({row.at("id"), "", field, theirs, std::to_string(ours)});
    };
    compare("frames", row.at("packets"), capture.frames);
    if (has_unread.contains(row.at("id"))) {
      tally.leave_out("tcp_segments, tcp_streams: of a stream of the capture we have not all segments");
      continue;
    }
    compare("tcp_segments", row.at("tcp_packets"), segments);
    compare("tcp_streams", row.at("tcp_streams"), capture.connections.size());
  }
  tally.conclude("each capture, against tshark");
}
