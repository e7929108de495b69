#include "lesson/check.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "ladder/parse.hpp"

namespace tcplab {
namespace {

/// UDP where no row of it is TCP: that is what it can stand for.
Protocol protocol_of(const Ladder& ladder) {
  for (const Row& row : ladder.rows) {
    if (row.protocol != Protocol::icmp) return row.protocol;
  }
  return Protocol::tcp;
}

/// How much of `expected` was matched before the difference.
std::size_t rows_matched(const Difference& difference, const Ladder& expected) {
  return difference.expected.value_or(expected.rows.size());
}

/// The ladders against the connections, as seen from one end where there is only one capture.
class Comparison {
 public:
  Comparison(const std::vector<Ladder>& expected, const std::vector<Analysis>& connections, View view_of_one_point)
      : connections_(connections), view_of_one_point_(view_of_one_point) {
    result_.expected = expected;
    result_.view = connections.empty() ? View::both_ends : view_of(connections.front());
  }

  /// The first connection that matches stands for a ladder: whatever follows has most to choose from then.
  CheckResult result() {
    for (const Ladder& section : result_.expected) {
      if (!match(section)) return result_;
      ++result_.section;
    }
    result_.section = 0;
    result_.connection = result_.matched.front();
    result_.view = view_of(connections_[result_.matched.front()]);
    return result_;
  }
  /// To tell which of two comparisons got further.
  [[nodiscard]] std::pair<std::size_t, std::size_t> reached() const { return {result_.matched.size(), rows_}; }

 private:
  [[nodiscard]] View view_of(const Analysis& analysis) const {
    return analysis.connection.vantage == Vantage::both_ends ? View::both_ends : view_of_one_point_;
  }

  bool match(const Ladder& section) {
    const Protocol protocol = protocol_of(section);
    result_.connection.reset();
    for (std::size_t i = result_.matched.empty() ? 0 : result_.matched.back() + 1; i < connections_.size(); ++i) {
      if (connections_[i].connection.protocol != protocol) continue;
      auto difference = find_difference(section, connections_[i].ladder, view_of(connections_[i]));
      if (!difference) {
        result_.matched.push_back(i);
        result_.difference.reset();
        return true;
      }
      const std::size_t rows = rows_matched(*difference, section);
      if (result_.connection && rows <= rows_) continue;
      rows_ = rows;
      result_.connection = i;
      result_.view = view_of(connections_[i]);
      result_.difference = std::move(difference);
    }
    if (!result_.connection) result_.difference = nothing_left(protocol);
    return false;
  }

  [[nodiscard]] Difference nothing_left(Protocol protocol) {
    rows_ = 0;
    const std::string what = protocol == Protocol::udp ? "UDP exchange" : "TCP connection";
    if (result_.section == 0) return {{}, {}, "no " + what + " was captured", ""};
    return {{},
            {},
            "no further " + what + " was captured, and the lab makes " + std::to_string(result_.expected.size()),
            ""};
  }

  const std::vector<Analysis>& connections_;
  View view_of_one_point_;
  CheckResult result_;
  std::size_t rows_ = 0;  ///< that the nearest connection matched
};

}  // namespace

std::vector<Ladder> load_ladders(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw LessonError("cannot read the lab's ladder, " + file.string());
  try {
    return parse_ladders(std::string(std::istreambuf_iterator<char>(stream), {}));
  } catch (const LadderError& error) {
    throw LessonError(file.string() + ": " + error.what());
  }
}

std::vector<std::string_view> systems_apart(const Lesson& lab) {
  std::vector<std::string_view> names;
  std::ranges::copy_if(systems, std::back_inserter(names),
                       [&](std::string_view system) { return std::filesystem::exists(lab.ladder_of(system)); });
  return names;
}

CheckResult check(const Lesson& lab, const std::vector<Analysis>& connections) {
  return check(lab.ladder(), connections);
}

/// From one point only one end's order is proved, and the capture does not say whose: either will do, but one for all.
/// A host that talks to itself is both ends, and nothing is lost before it comes to the server's.
CheckResult check(const std::filesystem::path& ladder, const std::vector<Analysis>& connections) {
  CheckResult result;
  if (!std::filesystem::exists(ladder)) {
    result.difference = Difference{{}, {}, ladder.string() + " is missing", ""};
    return result;
  }
  const std::vector<Ladder> expected = load_ladders(ladder);
  Comparison from_client(expected, connections, View::client), from_server(expected, connections, View::server);
  result = from_client.result();
  const auto is_one_host = [](const Analysis& analysis) {
    return analysis.connection.client.address == analysis.connection.server.address;
  };
  if (!result.difference || std::ranges::any_of(connections, is_one_host)) return result;
  CheckResult other = from_server.result();
  return !other.difference || from_server.reached() > from_client.reached() ? other : result;
}

}  // namespace tcplab
