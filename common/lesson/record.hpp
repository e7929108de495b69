// Records a lab from end to end: runs it in the rig, reads what was captured, holds it against the lab's ladder, and
// leaves a folder that holds everything or nothing.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "lesson/check.hpp"
#include "lesson/state_agreement.hpp"
#include "lesson/syllabus.hpp"
#include "report/analysis.hpp"
#include "rig/recording.hpp"

namespace tcplab {

struct RecordOptions {
  std::filesystem::path out = "recordings";  ///< made if it is not there
  LinkKind link = LinkKind::wire;
};

/// A new folder that is removed with all it holds, unless it is released.
class ScratchDirectory {
 public:
  /// Makes `parent` where it is not there, and a hidden folder in it. Throws std::system_error.
  ScratchDirectory(const std::filesystem::path& parent, const std::string& name);
  ScratchDirectory(ScratchDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ScratchDirectory& operator=(ScratchDirectory&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~ScratchDirectory();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  std::filesystem::path release() { return std::exchange(path_, {}); }

 private:
  std::filesystem::path path_;
};

/// A lab's recording, read and judged. Its files are removed with it, unless it is kept.
struct LabRecord {
  Lesson lab;
  ScratchDirectory scratch;
  std::filesystem::path directory;  ///< that holds its files
  RecordingOutcome outcome;
  std::vector<std::string> problems{};  ///< what could not be read of the captures
  std::vector<Analysis> connections{};
  CheckResult check{};
  std::vector<KernelAgreement>
      kernels{};  ///< of each four-tuple of TCP; none on loopback, where the rig sees no frames

  /// What keeps it from being what the lab promises, in a sentence; empty when nothing does.
  [[nodiscard]] std::string shortcoming() const;
  [[nodiscard]] bool matched() const { return shortcoming().empty(); }
  /// The machine stood still for so long meanwhile that TCP may have sent again, or probed.
  [[nodiscard]] bool is_disturbed() const;
  /// The segments are not what the lab promises, and this may be why: it says nothing of the lab.
  [[nodiscard]] bool is_spoilt() const;
  /// The connection that was held against the ladder; nullptr when none was captured.
  [[nodiscard]] const Analysis* analysis() const {
    return connections.empty() ? nullptr : &connections[check.connection.value_or(0)];
  }
};

/// A lab being recorded. Several may run at once. One that is destroyed before its end is stopped, and leaves no files.
class LabRecording {
 public:
  /// Throws std::system_error when the folder for it cannot be made, and what Recording's constructor throws.
  LabRecording(const Syllabus& syllabus, const Lesson& lab, const RecordOptions& options);

  /// Readable (POLLIN) once finish() will not block for long.
  [[nodiscard]] int descriptor() const { return recording_.descriptor(); }
  void interrupt() { recording_.interrupt(); }
  [[nodiscard]] const Lesson& lab() const { return lab_; }
  /// Where its files are for now.
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }

  /// Waits for the end, reads and judges; only once. Throws RigError.
  LabRecord finish();

 private:
  Lesson lab_;
  LinkKind link_;
  ScratchDirectory directory_;
  Recording recording_;
};

/// Moves the recording to `out`/`name` and writes its recording.json; an older recording of that name becomes name.1,
/// name.2 and so on. Sets `record.directory`. Returns where the older one went, if there was one. `count`: how many
/// recordings of a series looked like this one.
std::optional<std::filesystem::path> keep(LabRecord& record, const std::filesystem::path& out, const std::string& name,
                                          const std::string& command, unsigned count = 1);

}  // namespace tcplab
