// How a recording's end travels from the rig to its caller: one line of JSON, either an outcome or an error.
// Between two processes of the same program, so its form is nobody else's business.
#pragma once

#include <filesystem>
#include <string>

#include "rig/recording.hpp"

namespace tcplab::rig {

std::string to_line(const RecordingOutcome& outcome);
std::string to_line(const RigError& error);

/// The outcome, of a recording in the directory; an error is thrown as the RigError it was.
RecordingOutcome from_line(const std::string& line, const std::filesystem::path& directory);

}  // namespace tcplab::rig
