#include "lesson/syllabus.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <utility>

#include "lesson/executable.hpp"
#include "lesson/path_text.hpp"

namespace tcplab {
namespace {

namespace fs = std::filesystem;

/// The names of reading_order.txt, which stands beside the programs (labs/CMakeLists.txt).
std::vector<std::string> reading_order(const fs::path& programs) {
  const fs::path file = programs / "reading_order.txt";
  std::ifstream stream(file);
  if (!stream)
    throw std::runtime_error("cannot read the list of labs, " + text_of(file) +
                             ": build the project, or install it whole");
  std::vector<std::string> names;
  for (std::string name; std::getline(stream, name);) {
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, substituted}));
    }
  }
  return row.back();
}

/// The folder that the build tree's labs/folders.txt names.
fs::path source_folders(const fs::path& programs) {
  std::ifstream stream(programs / "folders.txt");
  std::string folders;
  std::getline(stream, folders);
  return path_from(folders);
}

}  // namespace

UnknownLab::UnknownLab(const std::string& name, const std::string& nearest)
    : std::runtime_error("there is no lab '" + name + "'"),
      hint_((nearest.empty() ? "" : "did you mean " + nearest + "? ") + std::string("`tcplab list` shows every lab")) {}

Syllabus Syllabus::find() {
  return find(executable_path().parent_path());
}

Syllabus Syllabus::find(const fs::path& beside) {
  Syllabus syllabus;
  const fs::path built = beside / "labs";
  if (fs::exists(built / "reading_order.txt")) {
    syllabus.programs_ = built;
    syllabus.folders_ = source_folders(built);
  } else {
    syllabus.programs_ = (beside / TCPLAB_PROGRAMS_FROM_BIN).lexically_normal();
    syllabus.folders_ = (beside / TCPLAB_FOLDERS_FROM_BIN).lexically_normal();
  }
  if (const char* chosen = std::getenv("TCPLAB_LABS")) syllabus.folders_ = path_from(chosen);
  if (!fs::is_directory(syllabus.folders_))
    throw std::runtime_error("cannot find the labs: '" + text_of(syllabus.folders_) +
                             "' is no folder; set TCPLAB_LABS");
  syllabus.names_ = reading_order(syllabus.programs_);
  return syllabus;
}

std::vector<Lesson> Syllabus::labs() const {
  std::vector<Lesson> labs;
  for (const std::string& name : names_) labs.push_back(load_lesson(folders_ / name));
  return labs;
}

Lesson Syllabus::lab(const std::string& name) const {
  if (std::ranges::find(names_, name) != names_.end()) return load_lesson(folders_ / name);
  throw unknown(name);
}

UnknownLab Syllabus::unknown(const std::string& name) const {
  const auto nearest =
      std::ranges::min_element(names_, {}, [&](const std::string& known) { return edit_distance(name, known); });
  const bool near = nearest != names_.end() && edit_distance(name, *nearest) <= 1 + name.size() / 3;
  return {name, near ? *nearest : ""};
}

fs::path Syllabus::program(const Lesson& lab, const std::string& role) const {
  const std::string& named = (role == "client" ? lab.client : lab.server).program_of;
  if (!named.empty() && std::ranges::find(names_, named) == names_.end()) {
    const UnknownLab error = unknown(named);
    throw LessonError(text_of(lab.folder / "lab.toml") + ": 'program' in [" + role + "]: " + error.what() + "; " +
                      error.hint());
  }
  fs::path path = programs_ / (named.empty() ? lab.name : named) / role;
#ifdef _WIN32
  path += ".exe";
#endif
  if (!fs::exists(path))
    throw std::runtime_error("the lab's program " + text_of(path) + " is missing: build the project (cmake --build)");
  return path;
}

}  // namespace tcplab
