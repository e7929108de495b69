// Thinks out a connection from its first segment to its last: an opening, data, an ending.
#pragma once

#include "kinds.hpp"
#include "script.hpp"

namespace tcplab::bench {

struct Wishes {
  Opening opening = Opening::three_way;
  Ending ending = Ending::four_segment;  ///< of a connection that comes to be
  std::uint64_t seed = 0;                ///< the same seed and wishes give the same plan
  std::uint32_t data_packets = 0;        ///< exactly so many between opening and ending
  std::uint32_t segment_bytes = 1460;    ///< of data, at most
  std::uint32_t pause_us = 0;            ///< between an answer and the next question, at most
  std::uint64_t ends_after_us = 0;       ///< the ending begins no earlier, counted from the first segment
  std::uint32_t ends_within_us = 0;      ///< and then within so long
};

Script make_plan(const Wishes& wishes);

}  // namespace tcplab::bench
