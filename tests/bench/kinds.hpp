// The ways in which a generated connection opens and ends, and how many of a thousand do so.
// The words are those of `tcplab flows`; the generator shares no code with the analyser that it tests.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tcplab::bench {

enum class End : std::uint8_t { client, server };
constexpr End peer_of(End end) {
  return end == End::client ? End::server : End::client;
}
constexpr std::size_t index(End end) {
  return static_cast<std::size_t>(end);
}

enum class Opening : std::uint8_t {
  three_way,
  fast_open,       ///< data on the SYN, which the SYN,ACK acknowledges
  simultaneous,    ///< both SYNs, then both SYN,ACKs
  split,           ///< SYN, the server's bare SYN, the client's SYN,ACK, ACK
  refused,         ///< SYN, RST
  unanswered,      ///< SYNs and nothing else
  half_open,       ///< the SYN,ACK, again and again, is never acknowledged
  before_capture,  ///< no SYN of it is in the file
  count
};

enum class Ending : std::uint8_t {
  four_segment,
  three_segment,
  fin_with_data,
  half_close,
  simultaneous,
  abort,
  vanished,  ///< one end repeats its data at least three times, and nothing answers any more
  open,
  refused,
  unanswered,
  count
};

template <typename Kind>
struct Share {
  Kind kind;
  std::string_view word;
  std::uint32_t of_a_thousand;  ///< as a capture's connections open; and as those end that came to be
};

inline constexpr std::array openings = {
    Share<Opening>{Opening::three_way, "three-way", 905},
    Share<Opening>{Opening::fast_open, "fast-open", 20},
    Share<Opening>{Opening::simultaneous, "simultaneous", 5},
    Share<Opening>{Opening::split, "split", 5},
    Share<Opening>{Opening::refused, "refused", 30},
    Share<Opening>{Opening::unanswered, "unanswered", 10},
    Share<Opening>{Opening::half_open, "half-open", 5},
    Share<Opening>{Opening::before_capture, "before-capture", 20},
};

inline constexpr std::array endings = {
    Share<Ending>{Ending::four_segment, "four-segment", 300},
    Share<Ending>{Ending::three_segment, "three-segment", 350},
    Share<Ending>{Ending::fin_with_data, "fin-with-data", 80},
    Share<Ending>{Ending::half_close, "half-close", 50},
    Share<Ending>{Ending::simultaneous, "simultaneous", 20},
    Share<Ending>{Ending::abort, "abort", 170},
    Share<Ending>{Ending::vanished, "vanished", 10},
    Share<Ending>{Ending::open, "open", 20},
    Share<Ending>{Ending::refused, "refused", 0},        // what does not come to be ends as it opens
    Share<Ending>{Ending::unanswered, "unanswered", 0},  //
};

static_assert(openings.size() == static_cast<std::size_t>(Opening::count));
static_assert(endings.size() == static_cast<std::size_t>(Ending::count));

constexpr std::string_view to_string(Opening opening) {
  return openings.at(static_cast<std::size_t>(opening)).word;
}
constexpr std::string_view to_string(Ending ending) {
  return endings.at(static_cast<std::size_t>(ending)).word;
}

}  // namespace tcplab::bench
