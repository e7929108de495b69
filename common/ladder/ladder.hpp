// A ladder: what two ends sent each other, row by row, with the states they were in, as RFC 9293's figures draw it.
// The same value documents a lab, is printed by `show`, and is matched by `check`. The notation: docs/notation.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "packet/tcp_flags.hpp"
#include "tcp/exchange.hpp"

namespace tcplab {

/// How often a row must be seen.
enum class Repeat : std::uint8_t { once, optional, any };

/// Relative sequence numbers as tcpdump prints them: the first, the one behind the data, and the data's length.
struct SequenceRange {
  std::int64_t first = 0, end = 0;
  std::uint32_t length = 0;
  friend bool operator==(const SequenceRange&, const SequenceRange&) = default;
};

/// What a recording knows beside the segments, such as a program's call: a comment in the text.
struct Remark {
  std::optional<End> end;  ///< whose it is; nothing: the wire's
  std::string text;
  std::optional<Timestamp> time;
};

/// A row. In a ladder that was written by hand, a field left out is not checked; in one that was captured, a state left
/// out is not known, or belongs to the end that has no part in the row.
struct Row {
  Row();
  Repeat repeat = Repeat::once;
  End from = End::client;
  Leg leg = Leg::whole;
  std::optional<State> client, server;
  Protocol protocol = Protocol::tcp;
  std::optional<std::uint32_t> length;  ///< of a UDP datagram's data, in bytes
  std::optional<IcmpKind> icmp;         ///< of an ICMP message
  TcpFlags flags;                       ///< here and below: of a TCP segment
  std::optional<SequenceRange> seq;
  std::optional<std::int64_t> ack;
  std::optional<std::uint32_t> window;  ///< as it stands in the header
  std::vector<std::string> options;     ///< tcpdump's texts: "mss 1460"; expected: "TS" too, and "no TS"
  std::string note;
  std::size_t line = 0;                ///< in the text it was read from, from 1
  std::optional<std::size_t> segment;  ///< in the connection it was captured from
  std::vector<Remark> remarks;         ///< on what came before it, in the order of time
};
/// Defaulted here and not in the class, where all of a row would be set to zero before its fields are.
inline Row::Row() = default;

struct Ladder {
  std::vector<std::string> comments;    ///< the lines that begin with '#', without it
  std::optional<State> client, server;  ///< before the first row
  std::vector<Row> rows;
  std::vector<Remark> closing;  ///< on what came behind the last row
};

/// Whether `end` has a part in the row: it sends or receives there.
inline bool takes_part(const Row& row, End end) {
  if (row.leg == Leg::whole) return true;
  const bool sends = row.leg != Leg::arrival;
  return (row.from == end) == sends;
}

/// Whether a captured row has the texts of its options. They cost more than all the rest.
enum class OptionTexts : std::uint8_t { given, left_out };
/// The ladder of a connection: all fields filled in, numbers relative. A SYN counts from itself: it is always 0:0(0).
Ladder ladder_of(const Connection& connection, const Exchange& exchange, OptionTexts texts = OptionTexts::given);

}  // namespace tcplab
