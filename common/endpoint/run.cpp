// A lab program's main(): options, the Lab, and one printer for what went wrong.
#include <vector>

#include "console/console.hpp"
#include "endpoint/interrupt.hpp"
#include "endpoint/lab.hpp"

namespace tcplab {
namespace {

void print_error(const std::string& what, const std::string& hint) {
  std::cerr << "error: " + what + '\n' + (hint.empty() ? "" : "hint: " + hint + '\n');
}

int run(Role role, int argc, char* argv[], void (*program)(Lab&)) {
  const Console console;
  const std::string path = argc > 0 ? argv[0] : std::string(to_string(role));
  try {
    const auto options = parse_options(role, {argv + (argc > 0 ? 1 : 0), argv + argc});
    if (options.help) {
      std::cout << help_text(role, path) << std::flush;
      return 0;
    }
    catch_interrupt();
    Lab lab(role, options, path);
    program(lab);
    return 0;
  } catch (const UsageError& error) {
    print_error(error.what(), path + " --help lists the options");
    return 2;
  } catch (const StepError& error) {
    print_error(error.what(), error.hint());
  } catch (const std::exception& error) {
    print_error(error.what(), {});
  }
  return 1;
}

}  // namespace

int run_client(int argc, char* argv[], void (*program)(Lab&)) {
  return run(Role::client, argc, argv, program);
}
int run_server(int argc, char* argv[], void (*program)(Lab&)) {
  return run(Role::server, argc, argv, program);
}

}  // namespace tcplab
