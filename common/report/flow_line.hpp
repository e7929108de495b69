// A line a connection, as `tcplab flows` prints it: for people, as JSON, as CSV.
// The fields of JSON, their order and their words are a contract with other tools (docs/flows.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "packet/line_buffer.hpp"
#include "tcp/flow_table.hpp"

namespace tcplab {

enum class FlowFormat : std::uint8_t { text, json, csv };

class FlowLine {
 public:
  /// `file` is the name by which a capture was called; it may hold any bytes.
  FlowLine(FlowFormat format, std::string_view file);

  /// What stands above the first line; empty for JSON.
  [[nodiscard]] static std::string_view title(FlowFormat format);
  /// One line with its newline.
  void put(LineBuffer& out, const FinishedFlow& finished) const;

 private:
  FlowFormat format_;
  std::string file_;  ///< as the format writes it
};

}  // namespace tcplab
