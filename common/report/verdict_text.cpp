#include "report/verdict_text.hpp"

#include <algorithm>

namespace tcplab {
namespace {

std::string the(End end) {
  return std::string("the ") + to_string(end);
}
std::string The(End end) {
  return std::string("The ") + to_string(end);
}  // NOLINT(readability-identifier-naming): as it starts a sentence

class Sentences {
 public:
  Sentences(const Connection& connection, const Verdict& verdict, const Ladder& ladder)
      : connection_(connection), verdict_(verdict), ladder_(ladder) {}

  std::string all() {
    if (connection_.protocol == Protocol::udp) {
      add(datagrams());
      add(errors());
      return text_;
    }
    add(opening());
    add(ending());
    add(reset_after_close());
    add(time_wait());
    add(near_miss());
    add(retransmissions());
    add(losses());
    add(errors());
    add(limits());
    return text_;
  }

 private:
  void add(const std::string& sentence) {
    if (sentence.empty()) return;
    if (!text_.empty()) text_ += ' ';
    text_ += sentence;
  }

  /// The number of the row where the segment departs.
  [[nodiscard]] std::string row(std::size_t segment) const {
    const auto found = std::ranges::find_if(ladder_.rows, [&](const Row& row) { return row.segment == segment; });
    return std::to_string(found - ladder_.rows.begin() + 1);
  }
  [[nodiscard]] const Segment& segment(std::size_t index) const { return connection_.segments[index]; }

  [[nodiscard]] std::string opening() const {
    const auto& [syn, answer, completion] = verdict_.handshake;
    switch (verdict_.opening) {
      case Opening::three_way:
        if (answer && completion) {
          return "Opened by the three-way handshake, rows " + row(*syn) + ", " + row(*answer) + " and " +
                 row(*completion) + " (RFC 9293 section 3.5).";
        }
        return "Opened by the three-way handshake, of which the capture has not every segment: the SYN is row " +
               row(*syn) + ", and what follows shows that it was answered.";
      case Opening::simultaneous:
        return "Both ends sent a SYN of their own, rows " + row(std::min(*syn, *answer)) + " and " +
               row(std::max(*syn, *answer)) +
               (connection_.vantage == Vantage::both_ends
                    ? ": a simultaneous open (RFC 9293 section 3.5, Figure 7)."
                    : ": a simultaneous open (RFC 9293 section 3.5, Figure 7), unless it is a split handshake, which "
                      "looks the same from one point.");
      case Opening::refused:
        return "Refused: row " + row(verdict_.reset->segment) + " answers the SYN of row " + row(*syn) +
               " with an RST. Usually the host is there, but nothing listens on port " +
               std::to_string(connection_.server.port) +
               " (RFC 9293 section 3.5.2); a firewall may answer so as well. No connection came to be.";
      case Opening::unanswered:
        return "No answer to the SYN was seen, nor anything else from the server: no connection came to be while the "
               "capture ran.";
      case Opening::half_open:
        return "Half-open: the SYN was answered by row " + row(*answer) + ", but no acknowledgment of that was seen." +
               duplicate_syn(*syn);
      case Opening::before_capture:
        return "The capture does not have the client's SYN, so the states of the ends are known only from where a "
               "segment proves them.";
    }
    return {};
  }

  /// From both ends it is seen that nobody sent the SYN which arrived.
  [[nodiscard]] std::string duplicate_syn(std::size_t syn) const {
    if (segment(syn).departed) return {};
    return " Nobody sent the SYN of row " + row(syn) +
           " when it arrived: it is an old duplicate, or forged (RFC 9293 section 3.5, Figure 8).";
  }

  /// RFC 768 has no more to tell than this.
  [[nodiscard]] static std::string datagrams() {
    return "Datagrams, with no handshake and no teardown: nothing tells when the exchange is over (RFC 768).";
  }

  /// What ICMP errors report of the packets that they quote. RFC 1122 sections 4.1.3.1 and 4.2.3.9.
  [[nodiscard]] std::string errors() const {
    std::string text;
    for (std::size_t i = 0; i < connection_.segments.size(); ++i) {
      const Segment& error = segment(i);
      if (error.protocol != Protocol::icmp) continue;
      if (!text.empty()) return text + " Further ICMP errors follow.";
      const Endpoint& refused = connection_.address(error.from);
      const bool is_v6 = refused.address.version == 6;
      const bool port_unreachable = error.icmp == (is_v6 ? IcmpKind{1, 4} : IcmpKind{3, 3});
      text = "Row " + row(i) + " is an ICMP error";
      text += port_unreachable ? ": nobody has port " + std::to_string(refused.port) + " (RFC 1122 section 4.1.3.1)."
                               : " of type " + std::to_string(error.icmp.type) + ", code " +
                                     std::to_string(error.icmp.code) + ", about what went the other way.";
    }
    return text;
  }

  [[nodiscard]] std::string fins_and_acks() const {
    return "rows " + row(*verdict_.fins[0]) + ", " + row(*verdict_.fin_acks[0]) + ", " + row(*verdict_.fins[1]) +
           " and " + row(*verdict_.fin_acks[1]);
  }

  [[nodiscard]] std::string ending() const {
    const End first = verdict_.closed_first.value_or(End::client);
    switch (verdict_.ending) {
      case Ending::four_segment:
        return The(first) + " closed first, and each direction ended on its own: FIN, ACK, FIN, ACK in " +
               fins_and_acks() + " (RFC 9293 section 3.6, Figure 12).";
      case Ending::three_segment:
        return The(first) + " closed first (row " + row(*verdict_.fins[0]) + "), and " + the(peer_of(first)) +
               " had nothing more to say: its FIN in row " + row(*verdict_.fins[1]) +
               " carries the ACK as well, so three segments ended it (RFC 9293 section 3.6; Figure 5, note 2).";
      case Ending::half_close:
        return The(first) + " closed its direction first (row " + row(*verdict_.fins[0]) +
               ") and still received what " + the(peer_of(first)) +
               " had to say: a half-close, ended by the FIN of row " + row(*verdict_.fins[1]) +
               " (RFC 9293 section 3.6.1).";
      case Ending::fin_with_data: {
        const std::size_t carrier = segment(*verdict_.fins[0]).length > 0 ? *verdict_.fins[0] : *verdict_.fins[1];
        return The(first) + " closed first (row " + row(*verdict_.fins[0]) + "); the FIN of row " + row(carrier) +
               " rides on the last data (RFC 9293 section 3.6).";
      }
      case Ending::simultaneous:
        return "Both closed at once: neither of the FINs in rows " + row(*verdict_.fins[0]) + " and " +
               row(*verdict_.fins[1]) + " acknowledges the other (RFC 9293 section 3.6, Figure 13).";
      case Ending::abort:
        return abort();
      case Ending::open:
        return verdict_.fins[0] ? The(first) + " closed its direction (row " + row(*verdict_.fins[0]) +
                                      "), but the connection was not over when the capture ended."
                                : "It was still open when the capture ended.";
      case Ending::refused:
      case Ending::unanswered:
        return {};
    }
    return {};
  }

  [[nodiscard]] std::string abort() const {
    const Reset& reset = *verdict_.reset;
    const std::string who = The(reset.by) + " ended it with an RST (row " + row(reset.segment) + ")";
    switch (reset.cause) {
      case ResetCause::write_after_close:
        return who +
               ", which answers what came after it had closed: nobody was left to read it (RFC 9293 section 3.5.2).";
      case ResetCause::no_connection:
        return who +
               " without an ACK, as a kernel answers a segment of a connection that it does not have (RFC 9293 section "
               "3.5.2).";
      default:
        break;
    }
    std::string text = who + ": an abort" + (verdict_.fins[0] ? "" : ", with no FIN and no TIME-WAIT") +
                       " (RFC 9293 section 3.10.5). ";
    if (reset.unread_data_possible) {
      text +=
          "It had been sent data: closing with unread data resets (RFC 1122 section 4.2.2.13), and so does SO_LINGER "
          "0; "
          "the segments alone cannot tell which.";
    } else if (verdict_.opening == Opening::three_way) {
      text += "It had been sent no data, so unread data is not the cause; SO_LINGER 0 is the usual one.";
    }
    return text;
  }

  [[nodiscard]] std::string reset_after_close() const {
    if (!verdict_.reset || !verdict_.reset->after_close) return {};
    return "The RST of row " + row(verdict_.reset->segment) + " came when both directions had already ended.";
  }

  [[nodiscard]] std::string time_wait() const {
    const bool client = verdict_.client == State::time_wait, server = verdict_.server == State::time_wait;
    if (client && server) return "Both are left in TIME-WAIT.";
    if (client || server) return The(client ? End::client : End::server) + " is left in TIME-WAIT.";
    return {};
  }

  /// The verdict that a hasty reader would give, and the segment that decides against it.
  [[nodiscard]] std::string near_miss() const {
    switch (verdict_.ending) {
      case Ending::four_segment:
      case Ending::three_segment:
      case Ending::half_close:
      case Ending::fin_with_data:
        if (!acknowledges(*verdict_.fins[1], *verdict_.fins[0])) return {};
        return "Not simultaneous: row " + row(*verdict_.fin_acks[0]) + " acknowledges the FIN of row " +
               row(*verdict_.fins[0]) +
               (verdict_.fin_acks[0] == verdict_.fins[1]
                    ? "."
                    : " before row " + row(*verdict_.fins[1]) + " closes the other direction.");
      case Ending::simultaneous:
        return "Not four-segment: row " + row(*verdict_.fins[1]) + " would have to acknowledge the FIN of row " +
               row(*verdict_.fins[0]) + ".";
      default:
        return {};
    }
  }

  [[nodiscard]] bool acknowledges(std::size_t later, std::size_t closing) const {
    return segment(later).has(TcpFlags::ack) && segment(later).ack > segment(closing).fin_number();
  }

  /// "row 5", "row 5, row 6, row 7 and others".
  [[nodiscard]] std::string rows_text(const std::vector<std::size_t>& segments) const {
    constexpr std::size_t named = 3;
    std::string rows;
    for (std::size_t i = 0; i < std::min(segments.size(), named); ++i)
      rows += (i == 0 ? "row " : ", row ") + row(segments[i]);
    return segments.size() > named ? rows + " and others" : rows;
  }

  /// Only two captures show what never arrived.
  [[nodiscard]] std::string losses() const {
    std::vector<std::size_t> lost;
    for (const Row& row : ladder_.rows) {
      if (row.leg == Leg::lost && row.segment) lost.push_back(*row.segment);
    }
    if (lost.empty()) return {};
    return std::to_string(lost.size()) + (lost.size() == 1 ? " segment never arrived (" : " segments never arrived (") +
           rows_text(lost) + ").";
  }

  [[nodiscard]] std::string retransmissions() const {
    std::string text;
    for (const End end : {End::client, End::server}) {
      const auto& repeated = verdict_.retransmissions[static_cast<std::size_t>(end)];
      if (repeated.empty()) continue;
      text += (text.empty() ? "" : " ") + The(end) + " sent " + std::to_string(repeated.size()) +
              (repeated.size() == 1 ? " segment again (" : " segments again (") + rows_text(repeated) + ").";
    }
    return text;
  }

  [[nodiscard]] std::string limits() const {
    if (connection_.client_is_guess) return "Which end is the client is a guess by the port numbers.";
    return {};
  }

  const Connection& connection_;
  const Verdict& verdict_;
  const Ladder& ladder_;
  std::string text_;
};

}  // namespace

std::string verdict_text(const Connection& connection, const Verdict& verdict, const Ladder& ladder) {
  return Sentences(connection, verdict, ladder).all();
}

}  // namespace tcplab
