// What explain says of each row, for tests: connections written as ladders, or captured as they say.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "json/json_text.hpp"
#include "report/json.hpp"
#include "support/catch.hpp"
#include "support/conversation.hpp"

namespace tcplab::test {

/// Rows 1 to 3 of most.
inline const std::string opened = "--> S 0:0(0) -->\n<-- S. 0:0(0) ack 1 <--\n--> . 1:1(0) ack 1 -->\n";

inline Analysis analysis_of(const std::string& ladder, const InitialNumbers& iss = initial_numbers[0]) {
  return analyse(connection_from(ladder, iss));
}

/// The text of each row.
inline std::vector<std::string> texts_of(const Connection& connection) {
  const auto object = json_from(explain_json(analyse(connection)));
  std::vector<std::string> texts;
  for (const auto& row : object["rows"]) texts.push_back(row["text"]);
  return texts;
}
inline std::vector<std::string> texts_of(const std::string& ladder, const InitialNumbers& iss = initial_numbers[0]) {
  return texts_of(connection_from(ladder, iss));
}

}  // namespace tcplab::test
