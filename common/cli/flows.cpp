// `tcplab flows`: a line for every connection of captures of any size.
#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <exception>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/command.hpp"
#include "cli/flow_run.hpp"
#include "cli/reading.hpp"
#include "packet/printable.hpp"
#include "worker/worker.hpp"

namespace tcplab::cli {

void add_flows_options(cxxopts::OptionAdder add) {
  const auto text = [] { return cxxopts::value<std::string>(); };
  add("json", "one JSON object a line (docs/flows.md names the fields)");
  add("csv", "comma-separated values, with a line of titles");
  add("ended", "only those that ended so: four-segment, abort, ... (several with commas)", text(), "WORD");
  add("opened", "only those that opened so: three-way, refused, ...", text(), "WORD");
  add("reset", "only those with an RST of this cause: closed-port, forged, ...", text(), "CAUSE");
  add("client", "only those of this client", text(), "ADDR[:PORT]");
  add("server", "only those of this server", text(), "ADDR[:PORT]");
  add("endpoint", "only those with this end, client or server", text(), "ADDR[:PORT]");
  add("port", "only those with this port at either end", cxxopts::value<std::uint64_t>(), "N");
  add("since", "only those seen at this time or later: seconds since 1970, or UTC as 2026-11-20T17:30:00Z", text(),
      "TIME");
  add("until", "only those seen at this time or earlier", text(), "TIME");
  add("connection", "only the Nth by first packet, as `show` counts", cxxopts::value<std::uint64_t>(), "N");
  add("threads", "how many threads share the work; the output is the same",
      cxxopts::value<unsigned>()->default_value("1"), "N");
}

namespace {

/// Whoever read the output has gone, and will not miss the rest.
struct NobodyReads {};

void write_out(std::string_view text) {
  if (text.empty()) return;
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return;
  if (errno == EPIPE) throw NobodyReads();
  throw std::system_error(errno, std::generic_category(), "cannot write to standard output");
}

/// Lines on standard output, below their title.
class TitledOutput {
 public:
  explicit TitledOutput(std::string_view title) : title_(title) {}
  void put(std::string_view lines) {
    write_out(std::exchange(title_, {}));
    write_out(lines);
  }

 private:
  std::string_view title_;  ///< none once it is there
};

template <typename Parse>
auto parsed(const Arguments& arguments, const char* option, Parse parse) {
  try {
    return parse(arguments.options[option].as<std::string>());
  } catch (const std::invalid_argument& error) {
    throw UsageError("--" + std::string(option) + ": " + error.what());
  }
}

FlowFilter filter_of(const Arguments& arguments) {
  FlowFilter filter;
  const auto set = [&](const char* option, auto& value, auto parse) {
    if (arguments.has(option)) value = parsed(arguments, option, parse);
  };
  set("ended", filter.endings, parse_endings);
  set("opened", filter.openings, parse_openings);
  set("reset", filter.causes, parse_reset_causes);
  set("client", filter.client, parse_endpoint_pattern);
  set("server", filter.server, parse_endpoint_pattern);
  set("endpoint", filter.either, parse_endpoint_pattern);
  set("since", filter.since, parse_time);
  set("until", filter.until, parse_time);
  if (arguments.has("port")) {
    const auto port = arguments.options["port"].as<std::uint64_t>();
    if (port > 0xffff) throw UsageError("--port: ports go up to 65535, not " + std::to_string(port));
    filter.port = static_cast<std::uint16_t>(port);
  }
  return filter;
}

FlowRequest request_of(const Arguments& arguments) {
  if (arguments.has("json") && arguments.has("csv")) throw UsageError("--json and --csv: which of them?");
  FlowRequest request;
  if (arguments.has("json")) request.format = FlowFormat::json;
  if (arguments.has("csv")) request.format = FlowFormat::csv;
  request.filter = filter_of(arguments);
  if (arguments.has("connection")) request.number = arguments.options["connection"].as<std::uint64_t>();
  request.threads = arguments.options["threads"].as<unsigned>();
  if (request.number == 0U) throw UsageError("--connection: they are counted from 1");
  constexpr unsigned most = 16;
  if (request.threads < 1 || request.threads > most)
    throw UsageError("--threads: from 1 to " + std::to_string(most) + ", not " + std::to_string(request.threads));
  return request;
}

/// Returns whether there was none.
bool tell_problems(const std::string& file, const FlowOutcome& outcome, const FlowRequest& request) {
  tell_damage(file, outcome);
  if (outcome.connections == 0) std::cerr << "no TCP connection in " << outcome.frames << " frames\n";
  const bool is_there = !request.number || outcome.connections >= *request.number;
  if (!is_there)
    std::cerr << "error: there is no connection " << *request.number << ": " << printable(file) << " has "
              << outcome.connections << "\nhint: they are counted from 1\n";
  return outcome.problem_count == 0 && is_there;
}

/// Several files at once, one thread each. Whose turn it is to be printed writes; the others wait once they have much.
class Turns {
 public:
  Turns(const std::vector<std::string>& files, const FlowRequest& request, TitledOutput& output)
      : request_(request), output_(output) {
    for (const std::string& file : files) parts_.push_back({file, {}, {}, {}, false});
  }

  /// Returns whether everything could be read. Throws as reading and writing do.
  bool run() {
    {
      const std::size_t count = std::min<std::size_t>(request_.threads, parts_.size());
      const auto others = start_workers(count - 1, [this] { work(); });
      work();
    }
    for (const Part& part : parts_)
      if (part.failure) std::rethrow_exception(part.failure);
    return is_whole_;
  }

 private:
  struct Part {
    std::string file, lines;
    FlowOutcome outcome;
    std::exception_ptr failure;
    bool is_done = false;
  };
  void work();
  void put(std::size_t number, std::string_view lines);
  void end(std::size_t number);

  const FlowRequest& request_;
  TitledOutput& output_;
  std::vector<Part> parts_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0;      ///< to be taken by a thread
  std::size_t printing_ = 0;  ///< whose turn it is
  bool is_whole_ = true, is_stopped_ = false;
};

/// What ends a thread whose lines nobody will print.
struct Stopped {};

void Turns::work() {
  while (true) {
    std::unique_lock lock(mutex_);
    if (is_stopped_ || next_ == parts_.size()) return;
    const std::size_t number = next_++;
    lock.unlock();
    try {
      const auto write = [&](std::string_view lines) { put(number, lines); };
      FlowOutcome outcome = follow_flows(parts_[number].file, request_, write);
      lock.lock();
      parts_[number].outcome = std::move(outcome);
    } catch (const Stopped&) {
      return;
    } catch (...) {
      lock.lock();
      parts_[number].failure = std::current_exception();
    }
    end(number);
  }
}

void Turns::put(std::size_t number, std::string_view lines) {
  constexpr std::size_t much = 64 * std::size_t{1024} * 1024;
  std::unique_lock lock(mutex_);
  Part& part = parts_[number];
  changed_.wait(lock, [&] { return is_stopped_ || printing_ == number || part.lines.size() < much; });
  if (is_stopped_) throw Stopped();
  if (printing_ != number) {
    part.lines += lines;
    return;
  }
  output_.put(part.lines);
  part.lines = {};
  output_.put(lines);
}

/// Under the lock. Prints the files whose turn has come, up to one that is not done; the first failure ends it.
void Turns::end(std::size_t number) {
  parts_[number].is_done = true;
  for (; printing_ < parts_.size() && parts_[printing_].is_done && !is_stopped_; ++printing_) {
    Part& part = parts_[printing_];
    try {
      if (!part.failure || !part.lines.empty()) output_.put(part.lines);
    } catch (...) {
      if (!part.failure) part.failure = std::current_exception();
    }
    if (part.failure)
      is_stopped_ = true;
    else
      is_whole_ &= tell_problems(part.file, part.outcome, request_);
  }
  changed_.notify_all();
}

bool follow_all(const std::vector<std::string>& files, const FlowRequest& request) {
  TitledOutput output(FlowLine::title(request.format));
  if (request.threads > 1 && files.size() > 1) return Turns(files, request, output).run();
  bool is_whole = true;
  for (const std::string& file : files) {
    const auto follow = request.threads > 1 && !request.number ? follow_in_threads : follow_flows;
    const FlowOutcome outcome = follow(file, request, [&](std::string_view lines) { output.put(lines); });
    is_whole &= tell_problems(file, outcome, request);
  }
  return is_whole;
}

}  // namespace

int run_flows(const Arguments& arguments) {
  if (arguments.operands.empty())
    throw UsageError("flows of what?", "tcplab flows FILE|DIR..., or - for standard input");
  const FlowRequest request = request_of(arguments);
  const std::vector<std::string> files = captures_in(arguments.operands);
  try {
    return follow_all(files, request) ? Exit::yes : Exit::usage;
  } catch (const NobodyReads&) {
    return Exit::yes;
  }
}

}  // namespace tcplab::cli
