#include "cli/selection.hpp"

#include <filesystem>
#include <iostream>
#include <optional>
#include <stdexcept>

#include "cli/picking.hpp"
#include "lesson/path_text.hpp"
#include "lesson/timeline.hpp"
#include "report/flow_filter.hpp"

namespace tcplab::cli {

void add_selection_options(cxxopts::OptionAdder add) {
  add("lang", "en or zh: the language of the sentences", cxxopts::value<std::string>()->default_value("en"),
      "LANGUAGE");
  add("connection", "only the connection that is the Nth of these", cxxopts::value<std::size_t>(), "N");
  add("endpoint", "only connections of ADDRESS or ADDRESS:PORT", cxxopts::value<std::string>(), "ENDPOINT");
  add("udp", "exchanges of UDP datagrams too, beside TCP connections");
  add("plain", "only what the captures show: no calls, nor what the wire did");
}

namespace {

[[noreturn]] void refuse_number(std::size_t number, std::size_t count) {
  throw UsageError("there is no connection " + std::to_string(number),
                   "there are " + std::to_string(count) + "; they are counted from 1");
}

std::optional<EndpointPattern> endpoint_of(const Arguments& arguments) {
  if (!arguments.has("endpoint")) return std::nullopt;
  try {
    return parse_endpoint_pattern(arguments.options["endpoint"].as<std::string>());
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
}

Captured captured_of(const std::string& file, Picked picked) {
  tell_damage(file, picked.outcome);
  return {StoredConnections(std::move(picked.connections)), picked.outcome.frames, picked.outcome.problem_count != 0};
}

/// One capture, of which few connections are wanted, is not kept whole.
std::optional<Captured> read_picked(const Arguments& arguments, const std::optional<EndpointPattern>& endpoint) {
  const std::string& file = arguments.operands.front();
  if (arguments.operands.size() != 1 || (file != "-" && std::filesystem::is_directory(path_from(file))))
    return std::nullopt;
  if (endpoint) return captured_of(file, pick_endpoint(file, *endpoint));
  if (!arguments.has("connection") || arguments.has("udp")) return std::nullopt;
  const auto number = arguments.options["connection"].as<std::size_t>();
  Picked picked = pick_number(file, number);
  if (picked.outcome.connections == 0 && file != "-") return std::nullopt;  // they may be of UDP
  const bool is_there = !picked.connections.empty();
  const std::uint64_t connections = picked.outcome.connections;
  Captured captured = captured_of(file, std::move(picked));
  if (!is_there) refuse_number(number, connections);
  return captured;
}

Selection read_all(const Arguments& arguments, bool bare) {
  const std::filesystem::path first = path_from(arguments.operands.front());
  if (bare || arguments.operands.size() != 1 || !std::filesystem::is_directory(first))
    return Selection(read_operands(arguments.operands));
  Reading reading = read_captures(arguments.operands);
  annotate(reading.connections, first);
  return Selection(std::move(reading));
}

}  // namespace

Language language_of(const Arguments& arguments) {
  const auto text = arguments.options["lang"].as<std::string>();
  if (const auto language = parse_language(text)) return *language;
  throw UsageError("there is no language " + text, "en and zh are known");
}

std::size_t Selection::segments(std::size_t index) const {
  if (index < analysed_.size()) return analysed_[index].connection.segments.size();
  const auto& [connection, chain] = captured_.all()[index - analysed_.size()];
  return connection.segments.size() + chain.count;
}

void Selection::keep(const EndpointPattern& endpoint) {
  const auto is_other = [&](const Connection& connection) {
    return !endpoint.matches(connection.client) && !endpoint.matches(connection.server);
  };
  captured_.erase_if(is_other);
  std::erase_if(analysed_, [&](const Analysis& analysis) { return is_other(analysis.connection); });
}

void Selection::keep_only(std::size_t number) {
  if (captured_.size() > 0) captured_.keep_only(number - 1);
  if (analysed_.empty()) return;
  Analysis kept = std::move(analysed_[number - 1]);
  analysed_.clear();
  analysed_.push_back(std::move(kept));
}

Selection read_selected(const Arguments& arguments, bool bare) {
  const auto endpoint = endpoint_of(arguments);
  std::optional<Captured> picked = read_picked(arguments, endpoint);
  const bool is_the_one = picked && !endpoint;
  Selection selection = picked ? Selection(std::move(*picked)) : read_all(arguments, bare);
  const std::size_t hidden = arguments.has("udp") ? 0 : selection.leave_out_udp();
  if (endpoint) selection.keep(*endpoint);
  if (arguments.has("connection") && !is_the_one) {
    const auto number = arguments.options["connection"].as<std::size_t>();
    if (number == 0 || number > selection.size()) refuse_number(number, selection.size());
    selection.keep_only(number);
  }
  if (hidden > 0)
    std::cerr << hidden << (hidden == 1 ? " UDP exchange is" : " UDP exchanges are") << " not shown; --udp shows all\n";
  if (selection.size() == 0) std::cerr << "no TCP connection in " << selection.frames() << " frames\n";
  return selection;
}

}  // namespace tcplab::cli
