#include "endpoint/options.hpp"

#include <asio/ip/address.hpp>
#include <charconv>
#include <cxxopts.hpp>

namespace tcplab {
namespace {

cxxopts::Options described(Role role, const std::string& program) {
  const bool server = role == Role::server;
  cxxopts::Options options(program, server ? "The server of this lab: start it first." : "The client of this lab.");
  options.set_width(80).add_options()  //
      ("host",
       server ? "address to listen on (default: this machine only)" : "address of the server (default: this machine)",
       cxxopts::value<std::string>(), "ADDRESS")  //
      ("port", server ? "port to listen on; 0: any free one" : "port of the server",
       cxxopts::value<std::string>()->default_value("12345"), "PORT")  //
      ("client", "address of the client, where this lab uses it (default: this machine)", cxxopts::value<std::string>(),
       "ADDRESS")  //
      ("timeout", "give up when a step takes longer", cxxopts::value<std::string>()->default_value("60"),
       "SECONDS")                               //
      ("ipv6", "use ::1 instead of 127.0.0.1")  //
      ("help", "print this");
  return options;
}

[[noreturn]] void reject(const std::string& option, const std::string& value, const std::string& wanted) {
  throw UsageError("--" + option + ": '" + value + "' is not " + wanted);
}

unsigned number(const std::string& option, const std::string& text, unsigned least, unsigned most) {
  unsigned value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stopped != end || value < least || value > most)
    reject(option, text, "a number from " + std::to_string(least) + " to " + std::to_string(most));
  return value;
}

asio::ip::address address(const std::string& option, const std::string& text) {
  asio::error_code error;
  auto parsed = asio::ip::make_address(text, error);
  if (error) reject(option, text, "an IP address such as 127.0.0.1 or ::1");
  return parsed;
}

std::string loopback(bool ipv6) {
  return ipv6 ? "::1" : "127.0.0.1";
}

std::string host(const cxxopts::ParseResult& given) {
  const bool ipv6 = given.count("ipv6") > 0;
  if (given.count("host") == 0) return loopback(ipv6);
  auto text = given["host"].as<std::string>();
  if (address("host", text).is_v4() && ipv6) reject("host", text, "an IPv6 address, as --ipv6 asks for");
  return text;
}

std::string client(const cxxopts::ParseResult& given, const std::string& host) {
  const bool ipv6 = address("host", host).is_v6();
  if (given.count("client") == 0) return loopback(ipv6);
  auto text = given["client"].as<std::string>();
  if (address("client", text).is_v6() != ipv6)
    reject("client", text, "of the same kind as the server's address " + host);
  return text;
}

}  // namespace

std::string_view to_string(Role role) {
  return role == Role::server ? "server" : "client";
}

std::uint16_t client_port(const Options& options) {
  return static_cast<std::uint16_t>(options.port < 65535 ? options.port + 1 : options.port - 1);
}

Options parse_options(Role role, const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"program"};
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  try {
    const auto given = described(role, "program").parse(static_cast<int>(argv.size()), argv.data());
    if (!given.unmatched().empty()) throw UsageError("'" + given.unmatched().front() + "' is not an option");
    Options options;
    options.help = given.count("help") > 0;
    options.host = host(given);
    options.client = client(given, options.host);
    const unsigned least_port = role == Role::server ? 0 : 1;
    options.port = static_cast<std::uint16_t>(number("port", given["port"].as<std::string>(), least_port, 65535));
    options.timeout = std::chrono::seconds(number("timeout", given["timeout"].as<std::string>(), 1, 86400));
    return options;
  } catch (const cxxopts::exceptions::exception& error) {
    throw UsageError(error.what());
  }
}

std::string help_text(Role role, const std::string& program) {
  return described(role, program).help();
}

}  // namespace tcplab
