#include "endpoint/hint.hpp"

#include <asio/error.hpp>
#include <cerrno>
#include <filesystem>

#include "endpoint/failure.hpp"
#include "endpoint/system.hpp"

namespace tcplab {
namespace {

// Options that make the other program meet this one.
std::string matching_options(const Options& options) {
  std::string text = " --port " + std::to_string(options.port);
  if (options.host == "::1") return text + " --ipv6";
  if (options.host != "127.0.0.1") return text + " --host " + options.host;
  return text;
}

std::string hint_for_bind(const std::error_code& error, Role role, const Options& options) {
  const auto number = role == Role::client ? client_port(options) : options.port;
  const std::string port = std::to_string(number);
  if (error == asio::error::address_in_use)
    return "see who holds it: " + who_holds(number) + "\n      or use another port, for both programs: --port N";
  if (error == asio::error::access_denied)
    return "port " + port + " is reserved or in use; use another, for both programs: --port N";
  constexpr int windows_address_not_available = 10049;  // Asio has no name for either
  if (error.value() == EADDRNOTAVAIL || error.value() == windows_address_not_available)
    return std::string(role == Role::client ? "--client" : "--host") + " must be an address of this machine";
  return {};
}

}  // namespace

std::string hint_for(std::string_view step, const std::error_code& error, Role role, const Options& options,
                     const std::string& program) {
  if (step == "bind") return hint_for_bind(error, role, options);
  if (step != "connect" || !refused.includes(error)) return {};
  const std::filesystem::path path = program;
  if (role == Role::server)  // a client that listens for nobody, but connects as well
    return "both ends must connect at the same moment: scripts/record " + path.parent_path().filename().string();
  return "start the server first: " + std::filesystem::path(path).replace_filename("server").string() +
         matching_options(options);
}

}  // namespace tcplab
