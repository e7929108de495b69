// What the fuzz targets are: functions that take any bytes, hand them to one part of the project, and throw a Violation
// when what comes out does not hold together. libFuzzer calls them (entry.cpp), and so do the unit tests
// (replay_test.cpp).
#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>

#include "packet/bytes.hpp"

namespace tcplab::fuzz {

/// What must always hold did not.
class Violation : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

inline void require(bool holds, const char* what) {
  if (!holds) throw Violation(what);
}

/// Holds for a text that a terminal or a page may be given: UTF-8 without control characters other than newline.
void require_fit_for_terminal(std::string_view text);

inline std::string_view text_of(ByteView input) {
  return {reinterpret_cast<const char*>(input.data()), input.size()};
}

void fuzz_capture(ByteView input);     ///< a capture file
void fuzz_decode(ByteView input);      ///< a link type's number in two bytes, the length on the wire in four, a frame
void fuzz_reassembly(ByteView input);  ///< frames: seconds since the one before, two bytes of length, an IP packet
void fuzz_tracker(ByteView input);     ///< a capture file, and perhaps another right behind it
void fuzz_flows(ByteView input);       ///< a capture file
void fuzz_compare(ByteView input);     ///< up to four capture files: A (two of them: of both its ends), then B
void fuzz_ladder(ByteView input);      ///< a ladder.txt
void fuzz_lab_toml(ByteView input);    ///< a lab.toml
void fuzz_rule(ByteView input);        ///< a fault rule
void fuzz_events(ByteView input);      ///< a line that names a lab, then an events.ndjson

struct Target {
  const char* name;
  void (*run)(ByteView input);
};
inline constexpr std::array targets = {
    Target{"capture", fuzz_capture}, Target{"decode", fuzz_decode}, Target{"tracker", fuzz_tracker},
    Target{"flows", fuzz_flows},     Target{"ladder", fuzz_ladder}, Target{"lab_toml", fuzz_lab_toml},
    Target{"rule", fuzz_rule},       Target{"events", fuzz_events}, Target{"reassembly", fuzz_reassembly},
    Target{"compare", fuzz_compare},
};

}  // namespace tcplab::fuzz
