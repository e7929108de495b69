#include "compare/side.hpp"

#include <algorithm>
#include <utility>

namespace tcplab {
namespace {

std::string bytes_text(std::uint32_t count) {
  return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

}  // namespace

Side::Side(const Analysis& analysis, std::optional<End> seen_at) : analysis_(&analysis) {
  collect(seen_at);
  place();
}

void Side::collect(std::optional<End> seen_at) {
  const std::vector<Row>& rows = analysis_->ladder.rows;
  std::vector<std::optional<std::pair<End, std::size_t>>> known(analysis_->connection.segments.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    auto& sent = sent_[index_of(row.from)];
    if (row.leg == Leg::arrival && known[*row.segment]) {
      sent[known[*row.segment]->second].arrival_row = i;
      continue;
    }
    known[*row.segment] = {row.from, sent.size()};
    // An error that a router sends leaves no end, and is sent all the same.
    const bool departs = row.leg != Leg::arrival || row.protocol == Protocol::icmp;
    sent.push_back({.from = row.from, .row = i, .departs = departs});
    if (row.leg == Leg::whole || row.leg == Leg::arrival) sent.back().arrival_row = i;
  }
  const auto is_copy = [this](const SentSegment& sent) {
    const auto& notes = analysis_->verdict.notes[*row_of(sent).segment];
    return sent.departs && notes.again == SentAgain::copy && !notes.sent_once;
  };
  for (auto& sent : sent_) copies_ += std::erase_if(sent, is_copy);
  if (!seen_at) return;
  unseen_ = std::erase_if(sent_[index_of(*seen_at)], [](const SentSegment& sent) { return !sent.departs; });
  auto& heard = sent_[index_of(peer_of(*seen_at))];
  unseen_ += std::erase_if(heard, [](const SentSegment& sent) { return !sent.arrival_row; });
  std::ranges::stable_sort(heard, {}, [](const SentSegment& sent) { return *sent.arrival_row; });
}

void Side::place() {
  for (const End end : {End::client, End::server}) {
    std::optional<std::int64_t> next, acknowledged;
    if (analysis_->connection.iss(peer_of(end))) acknowledged = 0;
    auto& all = sent_[index_of(end)];
    auto& most = acknowledged_[index_of(end)];
    for (SentSegment& sent : all) {
      const Row& row = row_of(sent);
      most.push_back(std::max(row.ack.value_or(0), most.empty() ? 0 : most.back()));
      if (!row.seq) continue;
      const bool syn = row.flags.has(TcpFlags::syn), fin = row.flags.has(TcpFlags::fin);
      sent.first = row.seq->first;
      sent.end = row.seq->end + (syn ? 1 : 0) + (fin ? 1 : 0);
      const std::int64_t expected = next.value_or(sent.first);
      sent.place = sent.first == expected ? Place::next : sent.first < expected ? Place::again : Place::beyond;
      if (sent.end > expected) fresh_[index_of(end)].push_back(static_cast<std::size_t>(&sent - all.data()));
      next = std::max(expected, sent.end);
      sent.ack_from = acknowledged;
      if (row.ack) acknowledged = std::max(acknowledged.value_or(*row.ack), *row.ack);
    }
  }
}

bool Side::misses(End end) const {
  return analysis_->connection.vantage == Vantage::one_point && analysis_->verdict.certainty != Certainty::seen &&
         sent_by(end).empty();
}

bool Side::is_bare_ack(const SentSegment& sent) const {
  const TcpFlags flags = row_of(sent).flags;
  const bool consumes = sent.end > sent.first || flags.has(TcpFlags::rst);
  return flags.has(TcpFlags::ack) && !consumes && sent.place != Place::again;
}

std::vector<std::size_t> Side::newly_acknowledged(const SentSegment& sent) const {
  const auto ack = row_of(sent).ack;
  if (!ack || !sent.ack_from) return {};
  const auto& peers = sent_by(peer_of(sent.from));
  const auto& fresh = fresh_[index_of(peer_of(sent.from))];
  const auto begin = std::ranges::upper_bound(fresh, *sent.ack_from, {}, [&](std::size_t i) { return peers[i].end; });
  const auto behind = std::find_if(begin, fresh.end(), [&](std::size_t i) { return peers[i].first >= *ack; });
  return {begin, behind};
}

std::span<const std::size_t> Side::fresh_below(End end, std::int64_t number) const {
  const auto& fresh = fresh_[index_of(end)];
  const auto behind = std::ranges::upper_bound(fresh, number, {}, [&](std::size_t i) { return sent_by(end)[i].end; });
  return {fresh.begin(), behind};
}

std::optional<std::size_t> Side::first_to_acknowledge(End end, std::int64_t number) const {
  const auto& most = acknowledged_[index_of(end)];
  const auto found = std::ranges::lower_bound(most, number);
  return found == most.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - most.begin()));
}

std::optional<std::size_t> Side::repeats_row(const SentSegment& sent) const {
  if (sent.place != Place::again || sent.end == sent.first) return std::nullopt;
  const auto& all = sent_by(sent.from);
  const auto& fresh = fresh_[index_of(sent.from)];
  const auto found = std::ranges::upper_bound(fresh, sent.first, {}, [&](std::size_t i) { return all[i].end; });
  return found == fresh.end() ? std::nullopt : std::optional(all[*found].row);
}

std::string Side::acknowledgment_name(const SentSegment& sent) const {
  const auto& peers = sent_by(peer_of(sent.from));
  const auto acknowledged = newly_acknowledged(sent);
  bool syn = false, fin = false;
  for (const std::size_t i : acknowledged) {
    syn = syn || row_of(peers[i]).flags.has(TcpFlags::syn);
    fin = fin || row_of(peers[i]).flags.has(TcpFlags::fin);
  }
  if (acknowledged.empty()) return sent.ack_from ? "ACK of nothing new" : "ACK";
  return syn ? "ACK of the SYN" : fin ? "ACK of the FIN" : "ACK of data";
}

std::string Side::name_of(const SentSegment& sent) const {
  const Row& row = row_of(sent);
  const std::string whose = std::string("the ") + to_string(sent.from) + "'s ";
  const std::uint32_t length = row.seq ? row.seq->length : row.length.value_or(0);
  if (row.protocol == Protocol::icmp) return whose + "ICMP error";
  if (row.protocol == Protocol::udp) return whose + "datagram of " + bytes_text(length);
  if (row.flags.has(TcpFlags::rst)) return whose + "RST";
  if (row.flags.has(TcpFlags::syn)) return whose + (row.flags.has(TcpFlags::ack) ? "SYN,ACK" : "SYN");
  if (row.flags.has(TcpFlags::fin)) return whose + (length > 0 ? bytes_text(length) + " with the FIN" : "FIN");
  if (length > 0) return whose + bytes_text(length);
  return whose + (sent.place == Place::again ? "keep-alive probe" : acknowledgment_name(sent));
}

}  // namespace tcplab
