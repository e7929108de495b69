#include "cli/progress.hpp"

#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

using namespace tcplab;
using namespace tcplab::cli;
using namespace std::chrono_literals;

namespace {

const auto now = std::chrono::steady_clock::now();

RunningRecording running(const std::string& lab, std::chrono::milliseconds age,
                         std::optional<std::chrono::milliseconds> usual = std::nullopt) {
  return {lab, now - age, usual, "/nonexistent"};
}

}  // namespace

TEST_CASE("one recording says how long it has taken, how long it usually takes, and what is waited for") {
  const test::TemporaryDirectory directory;
  RunningRecording recording = running("no-answer", 3200ms, 6700ms);
  CHECK(progress_of_one(recording, now) == "no-answer: 3 of about 7 s; neither program is in a call");
  recording.events =
      directory.write("events.ndjson", R"({"host":"client","kind":"call","name":"connect","phase":"begin"})"
                                       "\n");
  CHECK(progress_of_one(recording, now) == "no-answer: 3 of about 7 s; the client is in connect");
}

TEST_CASE("a time that was wrong, or is not known, is not told") {
  CHECK(progress_of_one(running("hello", 9100ms, 6700ms), now) == "hello: 9 s; neither program is in a call");
  CHECK(progress_of_one(running("hello", 9100ms), now) == "hello: 9 s; neither program is in a call");
}

TEST_CASE("several recordings are counted and named") {
  CHECK(progress_of_many(12, 80, {running("no-answer", 3s, 7s), running("hello", 0s)}, now) ==
        "12 of 80 recordings done; running: no-answer (3 of about 7 s), hello (0 s)");
}

TEST_CASE("the names that do not fit into a terminal's line are left out") {
  const std::vector<RunningRecording> many(5, running("peer-vanished", 1s, 4s));
  const std::string line = progress_of_many(0, 5, many, now);
  CHECK(line == "0 of 5 recordings done; running: peer-vanished (1 of about 4 s), ...");
  CHECK(line.size() < 80);
}
