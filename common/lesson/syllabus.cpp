#include "lesson/syllabus.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <utility>

#include "lesson/executable.hpp"

namespace tcplab {
namespace {

namespace fs = std::filesystem;

/// The names of reading_order.txt, which labs/CMakeLists.txt writes beside the programs.
std::vector<std::string> reading_order(const fs::path& programs) {
  const fs::path file = programs / "reading_order.txt";
  std::ifstream stream(file);
  if (!stream)
    throw std::runtime_error("cannot read the list of labs, " + file.string() +
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

}  // namespace

UnknownLab::UnknownLab(const std::string& name, const std::string& nearest)
    : std::runtime_error("there is no lab '" + name + "'"),
      hint_((nearest.empty() ? "" : "did you mean " + nearest + "? ") + std::string("`tcplab list` shows every lab")) {}

Syllabus Syllabus::find() {
  return find(executable_path().parent_path());
}

Syllabus Syllabus::find(const fs::path& beside) {
  Syllabus syllabus;
  const char* chosen = std::getenv("TCPLAB_LABS");
  const fs::path installed = beside.parent_path() / "share" / "tcplab" / "labs";
  if (chosen != nullptr)
    syllabus.folders_ = chosen;
  else if (fs::exists(installed))
    syllabus.folders_ = installed;
  else
    syllabus.folders_ = TCPLAB_SOURCE_LABS;
  if (!fs::is_directory(syllabus.folders_))
    throw std::runtime_error("cannot find the labs: " + syllabus.folders_.string() + " is no folder; set TCPLAB_LABS");
  const fs::path installed_programs = beside.parent_path() / "libexec" / "tcplab" / "labs";
  syllabus.programs_ = fs::exists(installed_programs) ? installed_programs : beside / "labs";
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
    throw LessonError((lab.folder / "lab.toml").string() + ": 'program' in [" + role + "]: " + error.what() + "; " +
                      error.hint());
  }
  fs::path path = programs_ / (named.empty() ? lab.name : named) / role;
#ifdef _WIN32
  path += ".exe";
#endif
  if (!fs::exists(path))
    throw std::runtime_error("the lab's program " + path.string() + " is missing: build the project (cmake --build)");
  return path;
}

}  // namespace tcplab
