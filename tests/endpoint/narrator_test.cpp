#include "endpoint/narrator.hpp"

#include <sstream>

#include "support/catch.hpp"

using tcplab::Narrator;
using tcplab::State;

namespace {

// The line with its time's digits made 0.
std::string line(std::string_view step, std::optional<State> state, std::string_view remark) {
  std::ostringstream out;
  Narrator narrator(out);
  narrator.begin(step);
  narrator.end(state, remark);
  std::string text = out.str();
  for (std::size_t i = 14; i < 25 && i < text.size(); ++i)
    if (text[i] >= '0' && text[i] <= '9') text[i] = '0';
  return text;
}

}  // namespace

TEST_CASE("a step is told with its time and the kernel's state") {
  CHECK(line("connect", State::established, "") == "  connect         0.000 s  ESTABLISHED\n");
  CHECK(line("shutdown", State::fin_wait_1, "") == "  shutdown        0.000 s  FIN-WAIT-1\n");
}

TEST_CASE("a state that the kernel does not tell is left out") {
  CHECK(line("close", {}, "") == "  close           0.000 s\n");
}

TEST_CASE("a name longer than its column is not cut") {
  CHECK(line("wait for Enter", State::closed, "").starts_with("  wait for Enter "));
}

TEST_CASE("a remark follows the state, within 80 columns") {
  const auto text = line("accept", State::established, "127.0.0.1:12345 > 127.0.0.1:40000");
  CHECK(text == "  accept          0.000 s  ESTABLISHED  127.0.0.1:12345 > 127.0.0.1:40000\n");
  CHECK(text.size() <= 81);
}

TEST_CASE("the name is told before the call comes back") {
  std::ostringstream out;
  Narrator(out).begin("accept");
  CHECK(out.str() == "  accept      ");
}
