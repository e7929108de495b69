#include "tcp/state.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace tcplab {
namespace {
constexpr std::array<std::string_view, 11> names = {"CLOSED",      "LISTEN",     "SYN-SENT",   "SYN-RECEIVED",
                                                    "ESTABLISHED", "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT",
                                                    "CLOSING",     "LAST-ACK",   "TIME-WAIT"};
}  // namespace

std::string_view to_string(State state) {
  return names.at(static_cast<std::size_t>(state));
}

std::optional<State> parse_state(std::string_view text) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) return std::nullopt;
  return static_cast<State>(found - names.begin());
}

}  // namespace tcplab
