// What standard output and error need before text goes to them: on Windows, bytes as they are, shown as UTF-8.
// Elsewhere there is nothing to do. It knows no colours and no widths.
#pragma once

namespace tcplab {

/// While it lives, lines end with \n, as on every system, and a Windows console takes them for UTF-8.
/// main() has one, before the first output; afterwards the console reads as it did before.
class Console {
 public:
  Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;
  ~Console();  // NOLINT(performance-trivially-destructible): on Windows it is not

 private:
  [[maybe_unused]] unsigned code_page_before_ = 0;  ///< 0: there is none to go back to
};

}  // namespace tcplab
