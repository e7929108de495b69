// What the JSON of all reports is put together from: strings, numbers and words, behind what a LineBuffer holds.
// It knows no objects; json.hpp and row_json.hpp do. RFC 8259.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "packet/address.hpp"
#include "packet/line_buffer.hpp"
#include "tcp/ending.hpp"
#include "tcp/segment.hpp"

namespace tcplab {

/// In quotes, and escaped as section 7 has it: of ASCII only what can be printed stands for itself; all else stays as
/// it is. It makes the room that it needs.
void put_json_string(LineBuffer& out, std::string_view text);

// All below ask for room that is there already. Nothing, and an empty word, is null.

LineEnd put_json_number(LineEnd out, std::int64_t number);
/// Of letters that need no escaping.
LineEnd put_json_word(LineEnd out, std::string_view word);
inline void put_json_word(LineBuffer& out, std::string_view word) {
  out.set_end(put_json_word(out.end(), word));
}
/// Seconds since the epoch, as a string: a double cannot hold them.
LineEnd put_json_time(LineEnd out, const std::optional<Timestamp>& time);
/// {"address":"10.0.0.1","port":80}
LineEnd put_json_endpoint(LineEnd out, const Endpoint& endpoint);
inline void put_json_endpoint(LineBuffer& out, const Endpoint& endpoint) {
  out.set_end(put_json_endpoint(out.end(), endpoint));
}
/// {"by":"client","cause":"closed-port","evidence":["answers-syn"]}; `evidence`: bits of ResetEvidence.
LineEnd put_json_reset(LineEnd out, End by, ResetCause cause, std::uint16_t evidence);

}  // namespace tcplab
