// recording.json: what a recording is, how it was made, and what became of it.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace tcplab {

struct LabRecord;

/// Writes it into the recording's folder. Throws std::system_error.
void write_recording_json(const LabRecord& record, const std::string& command, unsigned count);

/// How long the recording in `folder` took, by its recording.json. Nothing where that does not say.
std::optional<std::chrono::milliseconds> recorded_time(const std::filesystem::path& folder);

}  // namespace tcplab
