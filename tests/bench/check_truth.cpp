// check_truth TRUTH FLOWS: holds what `tcplab flows --json` said of a generated capture against its truth file,
// connection by connection and field by field. "-" is standard input. Prints how many are right, which fields are wrong
// how often, and the first that are; exits with 1 if any is.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

using Json = nlohmann::json;

/// The truth file's columns behind those that name the connection, in its order.
constexpr std::array fields = {"opening",
                               "ending",
                               "closed_first",
                               "time_wait",
                               "client segments",
                               "server segments",
                               "client bytes",
                               "server bytes",
                               "client retransmissions",
                               "server retransmissions",
                               "reset by"};
using Values = std::array<std::string, fields.size()>;

/// By "client server first_packet".
using Connections = std::unordered_map<std::string, Values>;

Connections read_truth(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) throw std::runtime_error("cannot read " + path);
  Connections connections;
  while (std::getline(file, line)) {
    std::vector<std::string> cells;
    for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
      end = line.find('\t', begin);
      cells.push_back(line.substr(begin, end - begin));
    }
    if (cells.size() != 3 + fields.size()) throw std::runtime_error(path + ": not a truth file: " + line);
    std::ranges::move(cells.begin() + 3, cells.end(), connections[cells[0] + " " + cells[1] + " " + cells[2]].begin());
  }
  return connections;
}

std::string endpoint(const Json& end) {
  const std::string address = end.at("address"), port = std::to_string(end.at("port").get<int>());
  return address.find(':') == std::string::npos ? address + ":" + port : "[" + address + "]:" + port;
}

std::string word(const Json& value) {
  return value.is_null() ? "none" : value.get<std::string>();
}

std::string count(const Json& counts, const char* end) {
  return std::to_string(counts.at(end).get<std::uint64_t>());
}

std::string name_of(const Json& flow) {
  return endpoint(flow.at("client")) + " " + endpoint(flow.at("server")) + " " +
         std::to_string(flow.at("first_packet").get<std::uint64_t>());
}

Values values_of(const Json& flow) {
  const Json &segments = flow.at("segments"), &bytes = flow.at("bytes"), &again = flow.at("retransmissions"),
             &reset = flow.at("reset");
  return {word(flow.at("opening")),
          word(flow.at("ending")),
          word(flow.at("closed_first")),
          word(flow.at("time_wait")),
          count(segments, "client"),
          count(segments, "server"),
          count(bytes, "client"),
          count(bytes, "server"),
          count(again, "client"),
          count(again, "server"),
          reset.is_null() ? "none" : word(reset.at("by"))};
}

class Comparison {
 public:
  explicit Comparison(Connections truth) : truth_(std::move(truth)), all_(truth_.size()) {}

  void add(const Json& flow) {
    const auto expected = truth_.extract(name_of(flow));
    if (expected.empty()) return complain(name_of(flow), "is no connection of this capture", "unexpected");
    const Values got = values_of(flow);
    bool is_right = true;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (got[i] == expected.mapped()[i]) continue;
      is_right = false;
      complain(expected.key(), std::string(fields[i]) + ": " + got[i] + ", in truth " + expected.mapped()[i],
               fields[i]);
    }
    if (is_right) ++right_;
  }

  /// Prints the result; whether all is right.
  bool finish() {
    for (const auto& [name, values] : truth_) complain(name, "was not found", "missing");
    std::printf("%zu of %zu right\n", right_, all_);
    for (const auto& [what, times] : wrong_) std::printf("  %zu times wrong: %s\n", times, what.c_str());
    for (const std::string& example : examples_) std::printf("  %s\n", example.c_str());
    return wrong_.empty();
  }

 private:
  void complain(const std::string& connection, const std::string& what, const std::string& kind) {
    constexpr std::size_t shown = 3;
    if (++wrong_[kind] <= shown) examples_.push_back(connection + ": " + what);
  }

  Connections truth_;  ///< less those that were found
  std::size_t all_, right_ = 0;
  std::map<std::string, std::size_t> wrong_;  ///< by what is wrong
  std::vector<std::string> examples_;
};

bool check(const std::string& truth, const std::string& flows) {
  Comparison comparison(read_truth(truth));
  std::ifstream file;
  if (flows != "-") file.open(flows);
  std::istream& lines = flows == "-" ? std::cin : file;
  if (!lines) throw std::runtime_error("cannot read " + flows);
  for (std::string line; std::getline(lines, line);) comparison.add(Json::parse(line));
  return comparison.finish();
}

}  // namespace

int main(int argument_count, char** arguments) {
  std::ios::sync_with_stdio(false);
  try {
    if (argument_count != 3) throw std::runtime_error("what and what? check_truth TRUTH FLOWS");
    return check(arguments[1], arguments[2]) ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 2;
  }
}
