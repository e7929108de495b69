// Where the labs are: their folders and their programs, in reading order, for a build tree and for an installed one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lesson/lesson.hpp"

namespace tcplab {

class UnknownLab : public std::runtime_error {
 public:
  UnknownLab(const std::string& name, const std::string& nearest);
  [[nodiscard]] const std::string& hint() const { return hint_; }

 private:
  std::string hint_;
};

class Syllabus {
 public:
  /// Finds the labs for a `tcplab` in the folder `beside`, which is that of a build tree or of an installed one. Either
  /// may be moved as a whole, but that a build tree knows where its sources are. $TCPLAB_LABS names other folders for
  /// the labs, with the same programs. Throws std::runtime_error with what was looked for.
  static Syllabus find(const std::filesystem::path& beside);
  /// The same for the running program.
  static Syllabus find();

  /// Every lab, in reading order. Throws LessonError for one that cannot be read.
  [[nodiscard]] std::vector<Lesson> labs() const;
  /// Throws UnknownLab when there is none of that name.
  [[nodiscard]] Lesson lab(const std::string& name) const;
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

  /// The lab's program "client" or "server", or that of the lab it names for it. Throws LessonError when there is no
  /// such lab, and std::runtime_error when the program has not been built.
  [[nodiscard]] std::filesystem::path program(const Lesson& lab, const std::string& role) const;

 private:
  [[nodiscard]] UnknownLab unknown(const std::string& name) const;

  std::filesystem::path folders_, programs_;
  std::vector<std::string> names_;
};

}  // namespace tcplab
