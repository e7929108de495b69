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
    add(opening());
    add(ending());
    add(time_wait());
    add(near_miss());
    add(retransmissions());
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
  [[nodiscard]] std::string row_of_flags(End from, TcpFlags flags) const {
    for (std::size_t i = 0; i < ladder_.rows.size(); ++i) {
      if (ladder_.rows[i].from == from && ladder_.rows[i].flags == flags) return std::to_string(i + 1);
    }
    return "?";
  }
  [[nodiscard]] const Segment& segment(std::size_t index) const { return connection_.segments[index]; }

  [[nodiscard]] std::string opening() const {
    using enum TcpFlags::Bit;
    switch (verdict_.opening) {
      case Opening::three_way:
        return "Opened by the three-way handshake, rows " + row_of_flags(End::client, syn) + ", " +
               row_of_flags(End::server, syn | ack) + " and " + row_of_flags(End::client, ack) +
               " (RFC 9293 section 3.5).";
      case Opening::simultaneous:
        return "Opened by both ends at once: rows " + row_of_flags(End::client, syn) + " and " +
               row_of_flags(End::server, syn) + " are SYNs that crossed (RFC 9293 section 3.5, Figure 7).";
      case Opening::refused:
        return "Refused: row " + row(verdict_.reset->segment) + " answers the SYN of row " +
               row_of_flags(End::client, syn) + " with an RST, so the host is there but nothing listens on port " +
               std::to_string(connection_.server.port) + " (RFC 9293 section 3.5.2). No connection came to be.";
      case Opening::unanswered:
        return "Nobody answered the SYN: no connection came to be while the capture ran.";
      case Opening::half_open:
        return "Half-open: the SYN was answered by row " + row_of_flags(End::server, syn | ack) +
               ", but no acknowledgment of that was seen.";
      case Opening::before_capture:
        return "It was opened before the capture began, so the states of the ends are known only from where a segment "
               "proves them.";
    }
    return {};
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
               row(*verdict_.fins[1]) +
               " acknowledges the other, and CLOSING was entered (RFC 9293 section 3.6, Figure 13).";
      case Ending::abort:
        return abort();
      case Ending::open:
        return verdict_.closed_first ? The(first) + " closed its direction (row " + row(*verdict_.fins[0]) +
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
    if (reset.cause == ResetCause::write_after_close) {
      return who +
             ", which answers what came after it had closed: nobody was left to read it (RFC 1122 section 4.2.2.13).";
    }
    return who + ": an abort, with no FIN and no TIME-WAIT (RFC 9293 section 3.10.5). " +
           (reset.unread_data_possible
                ? "It had been sent data: closing with unread data resets (RFC 1122 section 4.2.2.13), and so does "
                  "SO_LINGER 0; the segments alone cannot tell which."
                : "Nothing had been sent to it, so unread data is not the cause; SO_LINGER 0 is the usual one.");
  }

  [[nodiscard]] std::string time_wait() const {
    const bool client = verdict_.client == State::time_wait, server = verdict_.server == State::time_wait;
    if (client && server) return "Both are in TIME-WAIT.";
    if (client || server) return The(client ? End::client : End::server) + " is left in TIME-WAIT.";
    return {};
  }

  /// The verdict that a hasty reader would give, and the segment that decides against it.
  [[nodiscard]] std::string near_miss() const {
    switch (verdict_.ending) {
      case Ending::four_segment:
      case Ending::three_segment:
      case Ending::half_close:
        return "Not simultaneous: row " + row(*verdict_.fin_acks[0]) + " acknowledges the FIN of row " +
               row(*verdict_.fins[0]) +
               (verdict_.fin_acks[0] == verdict_.fins[1]
                    ? "."
                    : " before row " + row(*verdict_.fins[1]) + " closes the other direction.");
      default:
        return {};
    }
  }

  [[nodiscard]] std::string retransmissions() const {
    std::string text;
    for (const End end : {End::client, End::server}) {
      const unsigned count = verdict_.retransmissions[static_cast<std::size_t>(end)];
      if (count == 0) continue;
      text += (text.empty() ? "" : " ") + The(end) + " repeated " + std::to_string(count) +
              (count == 1 ? " segment." : " segments.");
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

std::string wrapped(std::string_view text, std::string_view indent, std::size_t width) {
  std::string lines, line(indent);
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (word.empty()) continue;
    const bool first = line.size() == indent.size();
    if (!first && line.size() + 1 + word.size() > width) {
      lines += line + "\n";
      line = indent;
      line += word;
    } else {
      if (!first) line += ' ';
      line += word;
    }
  }
  return lines + line + "\n";
}

}  // namespace tcplab
