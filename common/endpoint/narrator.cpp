#include "endpoint/narrator.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace tcplab {

// Standard error is not buffered: each text goes out whole, so that the two programs' lines do not mix in one terminal.

void Narrator::begin(std::string_view step) {
  std::string text = "  " + std::string(step);
  text.resize(std::max<std::size_t>(text.size(), 14), ' ');
  out_ << text << std::flush;
}

void Narrator::end(std::optional<State> state, std::string_view remark) {
  const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start_;
  std::array<char, 32> time{};
  std::snprintf(time.data(), time.size(), " %8.3f s", since.count());
  std::string text = time.data();
  if (state) text.append("  ").append(to_string(*state));
  if (!remark.empty()) text.append("  ").append(remark);
  out_ << text + '\n' << std::flush;
}

void Narrator::say(std::string_view text) {
  out_ << "  " + std::string(text) + '\n' << std::flush;
}

}  // namespace tcplab
