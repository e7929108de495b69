#include "tcp/one_point.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "packet/tcp_options.hpp"
#include "tcp/deliveries.hpp"
#include "tcp/quotes.hpp"
#include "tcp/under_way.hpp"
#include "tcp/within.hpp"

namespace tcplab {
namespace {

using enum TcpFlags::Bit;

/// Whether `answer`, sent by the receiver of `segment`, shows that it had been received. `blocks` are its SACK blocks.
bool shows_receipt(const Segment& answer, const SackBlocks& blocks, const Segment& segment) {
  if (!answer.has(ack)) return answer.has(rst);  // a bare SYN has seen nothing; a bare RST answers what came
  if (segment.sequence_end() <= answer.ack) return true;
  if (segment.has(syn) && segment.seq < answer.ack) return true;  // data in a SYN may be refused while the SYN is not
  return std::ranges::any_of(blocks, [&](const SackBlock& block) {
    return block.left <= segment.seq && segment.sequence_end() <= block.right;
  });
}

bool offers_sack(const Segment& segment) {
  return std::ranges::any_of(tcp_options(segment.options), [](const TcpOption& option) {
    return option.kind == TcpOptionKind::sack_permitted && !option.malformed;
  });
}

/// The places of an end's last segments; nothing where it sent none.
struct Last {
  std::optional<std::size_t> fin, answer;  ///< answer: its SYN,ACK
  std::optional<std::size_t> word;         ///< what only a living one sends: neither a SYN nor an RST
};

std::array<Last, 2> last_of_both(const Connection& connection) {
  std::array<Last, 2> both;
  for (std::size_t i = 0; i < connection.segments.size(); ++i) {
    const Segment& segment = connection.segments[i];
    if (segment.protocol != Protocol::tcp || segment.has(rst)) continue;
    Last& last = both[index_of(segment.from)];
    if (segment.has(fin)) last.fin = i;
    if (!segment.has(syn))
      last.word = i;
    else if (segment.has(ack))
      last.answer = i;
  }
  return both;
}

/// Of a segment that nobody answered it is known only that it departed.
class OnePoint {
 public:
  OnePoint(const Connection& connection, const ResetDoubts& doubts)
      : connection_(connection),
        doubts_(doubts),
        last_(last_of_both(connection)),
        quotes_(connection),
        deliveries_(connection) {
    steps_.client.reserve(connection.segments.size());
    steps_.server.reserve(connection.segments.size());
  }

  BothEnds steps() {
    for (std::size_t i = 0; i < connection_.segments.size(); ++i) {
      const Segment& segment = connection_.segments[i];
      const bool is_turned_away = quotes_.turned_away_by(i).has_value();
      if (segment.protocol != Protocol::tcp || connection_.is_foreign_syn(segment)) {
        // Nothing in this connection will ever acknowledge it: it came at once.
        if (segment.is_from_end()) depart(i, segment);
        if (!is_superseded(segment) && !is_turned_away) arrive(peer_of(segment.from), i);
        continue;
      }
      note_asked(segment);
      if (segment.has(syn)) began_[index_of(segment.from)] = true;
      note_receipts(i, segment);
      deliveries_.saw(segment);
      depart(i, segment);
      if (last_[index_of(segment.from)].word == i) receive_closing(segment.from);
      if (!was_lost(i, segment) && !is_turned_away) send(i, segment);
    }
    return std::move(steps_);
  }

 private:
  void depart(std::size_t i, const Segment& segment) { steps_.at(segment.from).emplace_back(i, true); }
  void arrive(End at, std::size_t i) { steps_.at(at).emplace_back(i, false); }
  UnderWay& under_way_to(End end) { return under_way_[index_of(end)]; }

  /// A SYN before the connection's own that nothing answers: a fresh one took its place, and whether it came is not
  /// known.
  [[nodiscard]] bool is_superseded(const Segment& segment) {
    if (segment.protocol != Protocol::tcp || began_[index_of(segment.from)]) return false;
    if (!answered_) {
      answered_.emplace();
      for (const Segment& answer : connection_.segments) {
        if (answer.protocol == Protocol::tcp && answer.has(ack) && answer.from != segment.from)
          answered_->insert(answer.ack.value());
      }
    }
    return !answered_->contains((segment.seq + 1).value()) && !answered_->contains(segment.sequence_end().value());
  }

  /// What the segment's sender had received when it sent.
  void note_receipts(std::size_t i, const Segment& segment) {
    const SackBlocks blocks = sack_blocks(segment);
    if (segment.has(ack)) note_answer_taken(segment);
    const bool tells_beyond = !under_way_to(segment.from).is_empty() && take_received(segment, blocks);
    told_[index_of(segment.from)].take_in(segment, blocks);
    deliveries_.choose(segment, received_);
    for (const std::size_t one : received_) arrive(segment.from, one);
    received_.clear();
    if (tells_beyond) take_beyond_ack(i, segment);
  }
  /// Collects of what is under way what the segment shows to have come. If that is nothing: whether it only repeats
  /// what its sender told, though more is under way.
  bool take_received(const Segment& segment, const SackBlocks& blocks) {
    const auto received = [&](std::size_t waiting) {
      if (!shows_receipt(segment, blocks, connection_.segments[waiting])) return false;
      received_.push_back(waiting);
      return true;
    };
    UnderWay& to_sender = under_way_to(segment.from);
    const Told& told = told_[index_of(segment.from)];
    const bool tells_more = told.is_more(segment, blocks);
    to_sender.take_in_row(received);
    const bool may_tell = !segment.has(ack) || to_sender.may_be_acknowledged(segment.ack) ||
                          std::ranges::any_of(blocks, [&](const SackBlock& block) {
                            return to_sender.may_be_acknowledged(block.right) && to_sender.may_go_beyond(block.left);
                          });
    if (may_tell)
      to_sender.take_all(received, tells_more);
    else if (tells_more)
      to_sender.ask_anew();
    return received_.empty() && !tells_more && told.repeats_in(segment) && to_sender.may_go_beyond(segment.ack);
  }

  /// Who acknowledges more than the SYN that is all which is there of the other end: its SYN,ACK had come, and what the
  /// other sent upon that was not captured.
  void note_answer_taken(const Segment& segment) {
    auto& asked = asked_until_[index_of(peer_of(segment.from))];
    if (segment.has(syn) || !asked || !is_within_reach(segment.ack, *asked)) return;
    under_way_to(peer_of(segment.from))
        .take_all(
            [&](std::size_t waiting) {
              const Segment& answer = connection_.segments[waiting];
              const bool is_taken = answer.has(syn) && answer.ack == *asked;
              if (is_taken) arrive(peer_of(segment.from), waiting);
              return is_taken;
            },
            true);
    asked.reset();  // once is enough, and each look is at all that waits
  }
  /// So far, `segment` with it.
  void note_asked(const Segment& segment) {
    auto& asked = asked_until_[index_of(segment.from)];
    if (is_plain_syn(segment.flags) && (asked || !began_[index_of(segment.from)]))
      asked = segment.sequence_end();
    else
      asked.reset();
  }

  /// An ACK is repeated for each segment that comes while one before it is missing, which is sent again later; but who
  /// has agreed to SACK would name it. And it is for each probe of a window of zero. RFC 5681 section 3.2, RFC 9293
  /// section 3.8.6.1.
  void take_beyond_ack(std::size_t i, const Segment& repeated) {
    const bool is_full = repeated.window == 0;
    const auto& told = told_[index_of(repeated.from)];
    const bool has_agreed = told_[0].permits_blocks && told_[1].permits_blocks;
    if (!is_full && (told.sends_blocks || has_agreed)) return;
    const SentFrom& sent = sent_from(peer_of(repeated.from));
    const auto missing = sent.find(repeated.ack.value());
    if (missing == sent.end() || (missing->second.last < i && missing->second.times < 2 && !is_full)) return;
    const auto is_too_late = [&](std::size_t waiting) { return deliveries_.is_too_soon(waiting, repeated); };
    const auto came = [&](std::size_t waiting) {
      const Segment& segment = connection_.segments[waiting];
      if (is_full) return segment.seq == repeated.ack && segment.length == 1;
      const auto it = sent.find(segment.seq.value());
      return segment.seq > repeated.ack && it != sent.end() && it->second.last == waiting &&
             !is_missing_later(repeated.from, segment.seq, i);
    };
    const auto first = under_way_to(repeated.from).take_first(is_too_late, came);
    if (!first) return;
    arrive(repeated.from, *first);
    if (!is_full) deliveries_.took(*first);
  }

  /// Whether the end still expects that number behind the segment `i`.
  bool is_missing_later(End end, SeqNum number, std::size_t i) {
    auto& said = last_said_[index_of(end)];
    if (!said) {
      said.emplace();
      for (std::size_t at = 0; at < connection_.segments.size(); ++at) {
        const Segment& segment = connection_.segments[at];
        if (segment.from == end && segment.has(ack)) said->insert_or_assign(segment.ack.value(), at);
      }
    }
    const auto last = said->find(number.value());
    return last != said->end() && last->second > i;
  }

  /// By the first number of what an end sent and consumes any: how often, and where last. No hash: the numbers are
  /// anybody's choice.
  struct Sending {
    std::size_t times = 0, last = 0;
  };
  using SentFrom = std::map<std::uint32_t, Sending>;
  const SentFrom& sent_from(End end) {
    auto& sent = sent_from_[index_of(end)];
    if (sent) return *sent;
    sent.emplace();
    for (std::size_t i = 0; i < connection_.segments.size(); ++i) {
      const Segment& segment = connection_.segments[i];
      if (segment.from != end || segment.sequence_length() == 0 || segment.has(rst)) continue;
      Sending& sending = (*sent)[segment.seq.value()];
      sending = {sending.times + 1, i};
    }
    return *sent;
  }

  /// Who sends its SYN,ACK again has not received, or has not taken, the bare ACK of it.
  [[nodiscard]] bool was_not_taken(std::size_t i, const Segment& segment) const {
    constexpr std::chrono::milliseconds least_timeout{200};
    const auto& again = last_[index_of(peer_of(segment.from))].answer;
    if (!again || *again <= i) return false;
    const Segment& answer = connection_.segments[*again];
    return segment.ack == answer.seq + 1 && answer.sighting().time - segment.sighting().time > least_timeout;
  }
  /// Who sends its FIN again has not received what acknowledges it.
  [[nodiscard]] bool was_lost(std::size_t i, const Segment& segment) const {
    if (segment.sequence_length() > 0 || !segment.has(ack)) return false;
    if (was_not_taken(i, segment)) return true;
    const auto& fin_again = last_[index_of(peer_of(segment.from))].fin;
    return fin_again && *fin_again > i && segment.ack > connection_.segments[*fin_again].fin_number();
  }

  /// Who goes on speaking has not received an RST yet, unless that is known to have ended nothing, or ended what was
  /// there before this connection was accepted.
  [[nodiscard]] bool is_taken_later(std::size_t i, const Segment& segment) const {
    if (!segment.has(rst)) return false;
    const Last& peer = last_[index_of(peer_of(segment.from))];
    const bool speaks_later = peer.word && *peer.word > i, is_before_answer = peer.answer && *peer.answer > i;
    return speaks_later && !is_before_answer && !doubts_.not_sent(i) && !doubts_.not_taken(i);
  }
  /// Nothing is on its way for so long: who has not taken it by then never does.
  [[nodiscard]] bool is_never_taken(const Segment& segment) const {
    const auto& last = last_[index_of(peer_of(segment.from))].word;
    return !is_within(std::chrono::seconds(1), connection_.segments[*last].sighting().time, segment.sighting().time);
  }
  void receive_closing(End end) {
    auto& closing = closing_under_way_[index_of(end)];
    for (const std::size_t i : closing) arrive(end, i);
    closing.clear();
  }

  /// Whether it acknowledges the FIN with which its receiver closed second, which is in CLOSED then and says no more;
  /// though it does.
  [[nodiscard]] bool closes_later(std::size_t i, const Segment& segment) const {
    if (segment.sequence_length() > 0 || !segment.has(ack)) return false;
    const auto peer = index_of(peer_of(segment.from));
    const auto &own_fin = last_[1 - peer].fin, &peer_fin = last_[peer].fin;
    if (!own_fin || !peer_fin) return false;
    const Segment &own = connection_.segments[*own_fin], &peers = connection_.segments[*peer_fin];
    const bool is_last_ack = *peer_fin < i && peers.ack > own.fin_number() && segment.ack > peers.fin_number();
    return is_last_ack && last_[peer].word && *last_[peer].word > i;
  }

  /// What consumes no numbers is never acknowledged: it came at once, or behind the data that went before it.
  void send(std::size_t i, const Segment& segment) {
    if (is_taken_later(i, segment) || closes_later(i, segment)) {
      if (is_never_taken(segment)) return;
      closing_under_way_[index_of(peer_of(segment.from))].push_back(i);
      return;
    }
    UnderWay& to_peer = under_way_to(peer_of(segment.from));
    const bool is_acknowledged = segment.sequence_length() > 0 && !segment.has(rst);
    if (is_acknowledged || to_peer.has_before(segment.seq))
      to_peer.push(i, segment.has(syn) ? segment.seq + 1 : segment.sequence_end(), segment.sequence_end());
    else
      arrive(peer_of(segment.from), i);
  }

  const Connection& connection_;
  const ResetDoubts& doubts_;
  const std::array<Last, 2> last_;
  const Quotes quotes_;
  BothEnds steps_;
  std::array<UnderWay, 2> under_way_;                          ///< to the client, to the server
  std::array<std::vector<std::size_t>, 2> closing_under_way_;  ///< likewise: what its receiver says no more behind
  /// What an end has acknowledged, at the latest.
  struct Told {
    const Segment* latest = nullptr;  ///< that it sent
    bool permits_blocks = false, sends_blocks = false;

    [[nodiscard]] bool is_more(const Segment& segment, const SackBlocks& blocks) const {
      return latest == nullptr || !segment.has(ack) || segment.ack != latest->ack || blocks != sack_blocks(*latest);
    }
    /// Whether a segment that tells no more only repeats it, and is neither the same packet nor a keep-alive. The
    /// window of a SYN was not scaled.
    [[nodiscard]] bool repeats_in(const Segment& segment) const {
      const bool is_bare = segment.has(ack) && !segment.has(rst) && segment.sequence_length() == 0;
      const bool is_captured_twice =
          segment.ip_identification != 0 && segment.ip_identification == latest->ip_identification;
      return is_bare && segment.seq == latest->sequence_end() && !is_captured_twice &&
             (segment.window == latest->window || latest->has(syn));
    }
    void take_in(const Segment& segment, const SackBlocks& blocks) {
      latest = &segment;
      if (segment.has(syn)) permits_blocks = offers_sack(segment);
      sends_blocks = sends_blocks || !blocks.empty();
    }
  };
  std::array<Told, 2> told_;                          ///< by the client, by the server, at the latest
  std::array<bool, 2> began_{};                       ///< the client, the server: its own SYN has departed
  std::array<std::optional<SeqNum>, 2> asked_until_;  ///< likewise: and nothing else yet, where that SYN ends
  std::optional<std::set<std::uint32_t>> answered_;   ///< numbers that the other end acknowledges
  std::vector<std::size_t> received_;                 ///< what the segment at hand shows to have come
  std::array<std::optional<SentFrom>, 2> sent_from_;
  std::array<std::optional<std::map<std::uint32_t, std::size_t>>, 2> last_said_;  ///< by ACK: where an end said it last
  Deliveries deliveries_;
};

}  // namespace

BothEnds steps_from_one_point(const Connection& connection, const ResetDoubts& doubts) {
  return OnePoint(connection, doubts).steps();
}

}  // namespace tcplab
