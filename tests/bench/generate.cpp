// generate_capture: a capture of a wanted number of packets, and a file that says what is true of each connection in
// it. The truth is known before a segment is written: each connection is a plan (plan.hpp), of shares that kinds.hpp
// lists.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

#include "traffic.hpp"

namespace {

using namespace tcplab::bench;

constexpr const char* usage =
    "generate_capture --packets N [--open-at-once N] [--format pcap|pcapng] [--seed S] --out FILE --truth FILE\n";

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    throw std::invalid_argument("not a number: " + std::string(text));
  return number;
}

Format format_in(std::string_view text) {
  if (text == "pcap") return Format::pcap;
  if (text == "pcapng") return Format::pcapng;
  throw std::invalid_argument("the formats are pcap and pcapng, not " + std::string(text));
}

void set(Order& order, std::string_view option, const std::string& value) {
  if (option == "--packets")
    order.packets = number_in(value);
  else if (option == "--open-at-once")
    order.open_at_once = number_in(value);
  else if (option == "--seed")
    order.seed = number_in(value);
  else if (option == "--format")
    order.format = format_in(value);
  else if (option == "--out")
    order.capture = value;
  else if (option == "--truth")
    order.truth = value;
  else
    throw std::invalid_argument("no such option: " + std::string(option));
}

Order order_in(int count, char** words) {
  constexpr std::uint64_t fewest = 1000, fewest_each = 13;
  Order order;
  for (int i = 1; i < count; i += 2) {
    if (i + 1 == count) throw std::invalid_argument(std::string(words[i]) + " takes a value");
    set(order, words[i], words[i + 1]);
  }
  if (order.capture.empty() || order.truth.empty()) throw std::invalid_argument("--out and --truth are needed");
  if (order.packets < std::max(fewest, order.open_at_once * fewest_each))
    throw std::invalid_argument("--packets is at least 1000, and 13 for each connection of --open-at-once");
  return order;
}

}  // namespace

int main(int count, char** words) {
  try {
    generate(order_in(count, words));
    return 0;
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "error: %s\nhint: %s", error.what(), usage);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
  }
  return 2;
}
