// What `record` says of its recordings, for a person.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "lesson/record.hpp"

namespace tcplab::cli {

/// What a series of recordings of one lab showed.
struct Series {
  Lesson lab;
  unsigned done = 0, matched = 0;
  struct Variant {
    LabRecord first;
    unsigned count = 1;
  };
  std::vector<std::pair<std::string, Variant>> variants{};  ///< by what was seen, in the order they came

  void add(LabRecord record);
};

/// Everything about one recording: for a student who recorded one lab once. `changes`: LabChanges::options.
void print_record(const LabRecord& record, const std::string& changes);

/// A line for a lab, and what did not match.
void print_series(const Series& series, unsigned times);

/// "With --delay 5, so it need not match the lab's ladder."; nothing where there are no changes.
std::string changes_text(const std::string& changes);

/// "231 ms, in which TCP may take a segment for lost": how long the machine stood still.
std::string standstill_text(std::chrono::microseconds standstill);

}  // namespace tcplab::cli
