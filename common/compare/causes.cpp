#include "compare/causes.hpp"

#include <algorithm>
#include <string_view>

namespace tcplab {
namespace {

/// A segment and its partner, by what sets them apart: `with` has it and `without` has not.
struct Parted {
  const Side *with, *without;
  const SentSegment *sent_with, *sent_without;
  bool with_is_a;

  [[nodiscard]] std::string one() const { return with_is_a ? "A" : "B"; }
  [[nodiscard]] std::string other() const { return with_is_a ? "B" : "A"; }
  [[nodiscard]] const Row& row_with() const { return with->row_of(*sent_with); }
  [[nodiscard]] const Row& row_without() const { return without->row_of(*sent_without); }
  /// "A's client".
  [[nodiscard]] std::string who() const { return one() + "'s " + to_string(sent_with->from); }
  [[nodiscard]] std::string other_who() const { return other() + "'s " + to_string(sent_with->from); }
};

bool was_sent_data(const Side& side, const SentSegment& before) {
  return std::ranges::any_of(side.sent_by(peer_of(before.from)), [&](const SentSegment& sent) {
    const Row& row = side.row_of(sent);
    return sent.row < before.row && row.seq && row.seq->length > 0;
  });
}

bool peer_has_closed(const Side& side, const SentSegment& before) {
  return std::ranges::any_of(side.sent_by(peer_of(before.from)), [&](const SentSegment& sent) {
    return sent.row < before.row && side.row_of(sent).flags.has(TcpFlags::fin);
  });
}

/// It acknowledges the peer's FIN, itself or an earlier one of its sender.
bool has_taken_fin(const Side& side, const SentSegment& sent) {
  return std::ranges::any_of(side.sent_by(peer_of(sent.from)), [&](const SentSegment& peers) {
    return side.row_of(peers).flags.has(TcpFlags::fin) && side.row_of(sent).ack && peers.end <= *side.row_of(sent).ack;
  });
}

bool has_closed(const Side& side, const SentSegment& before) {
  return std::ranges::any_of(side.sent_by(before.from), [&](const SentSegment& sent) {
    return sent.row < before.row && side.row_of(sent).flags.has(TcpFlags::fin);
  });
}

/// Why `who` sends an RST there.
Explanation why_reset(const Side& side, const SentSegment& rst, const std::string& who, const std::string& other_who) {
  const auto& syns = side.sent_by(peer_of(rst.from));
  const bool answers_syn =
      !syns.empty() && is_plain_syn(side.row_of(syns.front()).flags) && side.sent_by(rst.from).front().row == rst.row;
  if (answers_syn)
    return {"nobody listened at " + who + "'s port: a SYN to a closed port is answered by an RST (RFC 9293 3.5.2)",
            "no listen() there, or the program had ended; it is connect() that fails then, with ECONNREFUSED"};
  const auto& reset = side.analysis().verdict.reset;
  if (reset && reset->cause == ResetCause::unknown && reset->segment == *side.row_of(rst).segment)
    return {who + " breaks off or refuses; what it answers, if anything, was not captured", ""};
  if (!side.row_of(rst).flags.has(TcpFlags::ack) || has_closed(side, rst)) {
    return {who +
                " had no connection to take that segment: it had closed fully, crashed or been rebooted (RFC 9293 "
                "3.5.2)",
            "close() of both directions before the other end had finished; shutdown(SHUT_WR) and reading to the end "
            "would have taken it"};
  }
  if (was_sent_data(side, rst))
    return {who + " closed with unread data (RFC 1122 4.2.2.13), or with SO_LINGER 0",
            "close() with data unread, or after setsockopt(SO_LINGER, 0 s), at " + who +
                "; close() after read() has "
                "returned 0 at " +
                other_who};
  return {who + " aborted with SO_LINGER 0: it had been sent no data that could be unread",
          "close() after setsockopt(SO_LINGER, 0 s) at " + who + "; plain close() at " + other_who};
}

Explanation why_flag(const Parted& parted, TcpFlags::Bit flag) {
  const Row &row = parted.row_with(), &other = parted.row_without();
  switch (flag) {
    case TcpFlags::rst:
      return why_reset(*parted.with, *parted.sent_with, parted.who(), parted.other_who());
    case TcpFlags::fin:
      if (row.seq->length > 0 || other.seq->length > 0)
        return {parted.who() + " had closed before its last data was sent, so the FIN rides on it",
                "write() with shutdown() or close() right behind it at " + parted.who() + "; a pause between them at " +
                    parted.other_who()};
      return {parted.who() + " says that it has no more to send; " + parted.other_who() + " goes on",
              "shutdown(SHUT_WR) or close() at " + parted.who()};
    case TcpFlags::syn:
      return {"they open in different ways", "connect() against listen() and accept()"};
    case TcpFlags::ack:
      return {row.flags.has(TcpFlags::syn)
                  ? parted.who() + " answers a SYN; " + parted.other_who() + " sends one of its own"
                  : "an RST with an ACK gives up a connection that its sender has; one without answers a segment of a "
                    "connection that it has not",
              row.flags.has(TcpFlags::syn) ? "listen() and accept() against connect()" : ""};
    case TcpFlags::psh:
      return {"PSH marks the end of what one call handed over", "one write() against several"};
    case TcpFlags::urg:
      return {"URG marks urgent data", "send(MSG_OOB) at " + parted.who()};
    default:
      return {"ECN: one of them offers or uses it, or the wire marked it (RFC 3168)",
              "none: a setting of the host, net.ipv4.tcp_ecn"};
  }
}

Explanation why_flags_differ(Parted parted) {
  constexpr TcpFlags::Bit order[] = {TcpFlags::rst, TcpFlags::syn, TcpFlags::fin, TcpFlags::ack,
                                     TcpFlags::urg, TcpFlags::psh, TcpFlags::ece};
  for (const TcpFlags::Bit flag : order) {
    const bool with = parted.row_with().flags.has(flag);
    if (with == parted.row_without().flags.has(flag)) continue;
    if (!with) {
      std::swap(parted.with, parted.without);
      std::swap(parted.sent_with, parted.sent_without);
      parted.with_is_a = !parted.with_is_a;
    }
    return why_flag(parted, flag);
  }
  return why_flag(parted, TcpFlags::cwr);
}

Explanation why_lost(const Side& lost_in, const SentSegment& lost, const std::string& name) {
  const std::string& note = lost_in.row_of(lost).note;
  return {"in " + name + " it was lost on its way: by a rule of the wire, a cut cable, or a network that drops" +
              (note.empty() ? "" : " (here: " + note + ")"),
          ""};
}

Explanation why_option(const std::string& option) {
  const auto setting = [](const char* name) {
    return Explanation{"one host does not offer it, or did not answer the other's offer",
                       std::string("none: a setting of the host, net.ipv4.") + name};
  };
  if (option == "option sackOK") return setting("tcp_sack");
  if (option == "option wscale") return setting("tcp_window_scaling");
  if (option == "option sack") return {"one receiver had a gap to report: a segment was missing or came twice", ""};
  return {"one host sends this option and the other does not", ""};
}

Explanation alone_ack(const Side& own, const SentSegment& sent, const Side& other, const SentSegment* carrier,
                      const std::string& who, const std::string& other_who) {
  const auto acknowledged = own.newly_acknowledged(sent);
  if (acknowledged.empty()) {
    return {
        "it repeats what was acknowledged before: something came twice, out of order, or outside the window (RFC "
        "5961: a challenge ACK)",
        ""};
  }
  const bool of_fin = own.name_of(sent).ends_with("FIN");
  if (carrier == nullptr)
    return {"the other recording ends before, or its " + std::string(to_string(sent.from)) + " was gone by then", ""};
  const std::string rides = "; in the other it rides on row " + std::to_string(carrier->row + 1);
  const bool acknowledges_more = other.row_of(*carrier).ack.value_or(0) > own.row_of(sent).ack.value_or(0);
  if (!acknowledges_more && other.is_bare_ack(*carrier))
    return {"one like it is in both: it was sent once more, because the other end sent again what it acknowledges", ""};
  if (other.is_bare_ack(*carrier))
    return {"it was sent by itself" + rides + ", which acknowledges more at once: what that answers came together", ""};
  if (of_fin)
    return {"the ACK was sent by itself, before the program had anything to send with it" + rides,
            "at " + who + " something comes between read() returning 0 and close() or write(); at " + other_who +
                " they follow at once"};
  return {"the ACK was sent by itself" + rides,
          "at " + other_who +
              " the kernel waits with that ACK for data: TCP_DEFER_ACCEPT, TCP_QUICKACK off, or a "
              "write() at once"};
}

/// Whether `end` sent as much in both, so that only the borders of its segments differ; nothing where it did not.
std::optional<Explanation> cut_otherwise(const Side& one, const Side& other, End end) {
  const auto bytes = [&](const Side& side) {
    std::size_t sum = 0;
    for (const SentSegment& sent : side.sent_by(end)) {
      const Row& row = side.row_of(sent);
      if (row.seq && sent.place == Place::next) sum += row.seq->length;
    }
    return sum;
  };
  if (bytes(one) != bytes(other)) return std::nullopt;
  return Explanation{"the same " + std::to_string(bytes(one)) +
                         " bytes went into other segments: MSS and options set their size, and segmentation offload "
                         "joins them in a capture",
                     "none, or several write() against one"};
}

Explanation alone_data(const Side& own, const SentSegment& sent, const Side& other, const std::string& who,
                       const std::string& other_who) {
  if (const auto cut = cut_otherwise(own, other, sent.from)) return *cut;
  if (peer_has_closed(own, sent)) {
    return {
        "a half-close: " + who + " goes on after the other end's FIN, which only says that no more comes from there",
        "write() at " + who + ", between read() returning 0 and close(); at " + other_who + " close() at once"};
  }
  return {who + " had more to say, or wrote it in more calls; TCP keeps no borders between writes",
          "one write() more at " + who};
}

Explanation alone_fin(const Side& other, const std::string& who, const std::string& other_who) {
  const auto& rows = other.analysis().ladder.rows;
  const auto reset = std::ranges::find_if(rows, [](const Row& row) { return row.flags.has(TcpFlags::rst); });
  const std::string calls = "shutdown(SHUT_WR) or close() at " + who + ", not at " + other_who;
  if (reset == rows.end())
    return {other_who + " never closes its direction: it still ran when the recording ended, or its host had gone",
            calls};
  return {other_who + " does not close its direction in order: the RST of row " +
              std::to_string(reset - rows.begin() + 1) + " ends both at once",
          calls + ", before that RST"};
}

Explanation why_length(const Side& a, const SentSegment& in_a, const Side& b) {
  if (a.row_of(in_a).protocol == Protocol::udp)
    return {"the programs sent datagrams of other sizes", "sendto() with another length"};
  if (const auto cut = cut_otherwise(a, b, in_a.from)) return *cut;
  return {"the program wrote more or less", "write() with another length"};
}

/// Of two FINs of `end`.
Explanation why_closed_earlier(End end, bool second_in_a) {
  const std::string one = second_in_a ? "A" : "B", other = second_in_a ? "B" : "A", who = to_string(end);
  return {"another end closes first: in " + one + " the " + to_string(peer_of(end)) + " had closed before, in " +
              other + " the " + who + " did not wait for that",
          "close() or shutdown(SHUT_WR) at " + one + "'s " + who + " after read() has returned 0, at " + other + "'s " +
              who + " before"};
}

}  // namespace

Explanation why_fields_differ(const Side& a, const SentSegment& in_a, const Side& b, const SentSegment& in_b,
                              const std::vector<FieldDifference>& fields) {
  const std::string& name = fields.front().name;
  if (name == "flags") return why_flags_differ({&a, &b, &in_a, &in_b, true});
  if (name == "arrival") {
    if (!in_a.departs || !in_b.departs)
      return {"nobody sent it then: the wire replayed a copy of an earlier segment, or forged it", ""};
    return in_a.arrival_row ? why_lost(b, in_b, "B") : why_lost(a, in_a, "A");
  }
  if (name == "length") return why_length(a, in_a, b);
  if (name == "data" || name == "seq")
    return {
        "one of them repeats, or leaves out, what the other sends for the first time: a segment or its ACK was lost "
        "or late",
        ""};
  if (name == "ack" && a.row_of(in_a).flags.has(TcpFlags::fin) && b.row_of(in_b).flags.has(TcpFlags::fin)) {
    const bool second_in_a = has_taken_fin(a, in_a), second_in_b = has_taken_fin(b, in_b);
    if (second_in_a != second_in_b) return why_closed_earlier(in_a.from, second_in_a);
  }
  if (name == "ack")
    return {"it acknowledges what had come to it when it was sent: one had received more by then",
            "read() before write(), or write() before read()"};
  if (name == "win")
    return {"a window of 0: the receiver's buffer is full, since its program does not read", "read(), or none"};
  if (name == "ICMP type/code") return {"the error is another: who answers, and why, differs", ""};
  return why_option(name);
}

Explanation why_recut() {
  return {
      "MSS and options set the size of segments, and segmentation offload joins them in a capture; a program may "
      "also have written the same in more calls, or in fewer. The data itself is not compared",
      "none, or several write() against one"};
}

Explanation why_unseen(const std::string& name, bool begins_later) {
  if (begins_later) return {name + " begins in the middle of its connection: what came before was not captured", ""};
  return {name + " was captured where nothing of that end passes, or with a filter", ""};
}

Explanation why_alone(const Side& own, const SentSegment& sent, const Side& other, const SentSegment* carrier,
                      bool own_is_a) {
  const std::string end = to_string(sent.from);
  const std::string who = (own_is_a ? "A's " : "B's ") + end, other_who = (own_is_a ? "B's " : "A's ") + end;
  const Row& row = own.row_of(sent);
  if (!sent.departs) return {"nobody sent it then: the wire replayed a copy of an earlier segment, or forged it", ""};
  if (row.protocol == Protocol::icmp) {
    const bool is_of_port = row.icmp == IcmpKind{3, 3} || row.icmp == IcmpKind{1, 4};
    return {"somebody could not deliver what " + std::string(to_string(peer_of(sent.from))) + " had sent",
            is_of_port ? "no program has that port there" : ""};
  }
  if (row.protocol == Protocol::udp) return {who + " sent one datagram more", "sendto()"};
  if (row.flags.has(TcpFlags::rst)) return why_reset(own, sent, who, other_who);
  if (const auto repeated = own.repeats_row(sent))
    return {"it repeats row " + std::to_string(*repeated + 1) + ": that one, or its ACK, was lost or late", ""};
  if (own.is_bare_ack(sent)) return alone_ack(own, sent, other, carrier, who, other_who);
  if (row.flags.has(TcpFlags::fin)) return alone_fin(other, who, other_who);
  if (row.flags.has(TcpFlags::syn) && other.analysis().verdict.opening == Opening::before_capture)
    return why_unseen(own_is_a ? "B" : "A", true);
  if (row.flags.has(TcpFlags::syn))
    return {other_who + " sends none here: it opens in another way", "connect(), or listen() and accept()"};
  if (row.seq->length > 0) return alone_data(own, sent, other, who, other_who);
  return {"a probe whether the other end is still there", "setsockopt(SO_KEEPALIVE)"};
}

Explanation why_order_differs(const Row& first, const Row& second, End end) {
  if (first.from == second.from && first.from == end)
    return {"the sender had both at hand, and sent them in another order: one was sent again, or held back", ""};
  if (first.from == second.from)
    return {"one overtook the other on its way: a wire that delays, holds or swaps them", ""};
  return {"neither waited for the other: the two crossed on their way in one recording and not in the other",
          "read() before write(), or write() before read()"};
}

Explanation why_states_differ() {
  return {"the same segments, and another state: later rows tell more of this end in one recording than in the other",
          ""};
}

Explanation why_initial_states_differ() {
  return {"a program waited there in one recording, and none in the other; what the end answered tells it",
          "listen(), before the first segment came"};
}

Explanation why_connection_alone(const Analysis& alone) {
  if (alone.connection.protocol == Protocol::udp)
    return {"a datagram went from another port, or to another", "another socket()"};
  return {"one program connected once more: it tried again, or the other connected less often", "connect()"};
}

std::vector<std::string> calls_at(const Side& side, const SentSegment& sent) {
  std::vector<std::string> calls;
  for (const Remark& remark : side.row_of(sent).remarks) {
    if (remark.end == sent.from) calls.push_back(remark.text);
  }
  return calls;
}

}  // namespace tcplab
