// The options that every lab program has.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tcplab {

enum class Role { client, server };

std::string_view to_string(Role role);

struct Options {
  std::string host;        ///< an IP address: where the server listens
  std::string client;      ///< an IP address of the same kind: the client's, where a lab must know it beforehand
  std::uint16_t port = 0;  ///< 0, for a server only: any free port
  std::chrono::seconds timeout{};
  bool help = false;
};

/// The port behind the server's (the one before it, if that is the last): where a client connects from that binds.
std::uint16_t client_port(const Options& options);

/// A command line that cannot be obeyed; what() names the option and the value.
class UsageError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// `arguments` are those after the program's name. Throws UsageError.
Options parse_options(Role role, const std::vector<std::string>& arguments);

/// What --help prints.
std::string help_text(Role role, const std::string& program);

}  // namespace tcplab
