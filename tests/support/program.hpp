// A program under test: started, watched and stopped as a person would.
// Every wait has a bound, and a program that is left running is killed.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace tcplab::test {

struct Surroundings {
  std::map<std::string, std::string> environment;  ///< in addition to ours
  std::vector<int> descriptors;                    ///< inherited under the same numbers
};

class Program {
 public:
  Program(std::string path, const std::vector<std::string>& arguments, const Surroundings& surroundings = {});
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  /// Returns once standard error holds `text`. Throws when the program ends or 20 seconds pass before that.
  void wait_for(const std::string& text);
  /// Returns once standard error holds a whole line with `text`, and that line's rest behind it.
  std::string rest_of_line(const std::string& text);
  void interrupt() const;
  void kill() const;
  void close_input();

  /// Waits for the end. Returns the exit status, or 128 + the signal.
  int end();
  [[nodiscard]] const std::string& out() const { return out_.text; }
  [[nodiscard]] const std::string& err() const { return err_.text; }
  [[nodiscard]] bool said(const std::string& text) const { return err_.text.find(text) != std::string::npos; }

 private:
  struct Output {
    int descriptor = -1;
    std::string text;
  };
  bool read_more();  ///< false when both outputs have ended

  std::string path_;
  pid_t pid_ = -1;
  int input_ = -1;
  Output out_, err_;
};

}  // namespace tcplab::test
