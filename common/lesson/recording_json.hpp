// recording.json: what a recording is, how it was made, and what became of it.
#pragma once

#include <string>

namespace tcplab {

struct LabRecord;

/// Writes it into the recording's folder. Throws std::system_error.
void write_recording_json(const LabRecord& record, const std::string& command, unsigned count);

}  // namespace tcplab
