// What a recording under way waits for, by the calls that its programs have written down so far (docs/events.md).
// It only looks: what came of the recording is for record.hpp.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "tcp/end.hpp"

namespace tcplab {

struct PendingCall {
  End host = End::client;
  std::string name;  ///< "connect"
};

/// The latest call that has begun and not ended: the client's, or the server's where the client is in none. Nothing
/// when neither is in any, or nothing is written yet.
std::optional<PendingCall> pending_call(const std::filesystem::path& events);

}  // namespace tcplab
