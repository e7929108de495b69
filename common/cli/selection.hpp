// The options that `show` and `explain` share: which connections of a capture, with what, and in which language.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "cli/command.hpp"
#include "cli/reading.hpp"
#include "report/catalogue.hpp"
#include "report/flow_filter.hpp"

namespace tcplab::cli {

void add_selection_options(cxxopts::OptionAdder add);

/// What was selected. Most connections are analysed only when they are visited: there may be very many.
class Selection {
 public:
  explicit Selection(Captured captured)
      : captured_(std::move(captured.connections)), frames_(captured.frames), damaged_(captured.damaged) {}
  /// Of a recording's folder: analysed already, and annotated.
  explicit Selection(Reading reading)
      : analysed_(std::move(reading.connections)), frames_(reading.frames), damaged_(reading.damaged) {}

  [[nodiscard]] std::size_t size() const { return captured_.size() + analysed_.size(); }
  [[nodiscard]] std::uint64_t frames() const { return frames_; }
  [[nodiscard]] bool damaged() const { return damaged_; }

  std::size_t leave_out_udp() { return cli::leave_out_udp(captured_) + cli::leave_out_udp(analysed_); }
  void keep(const EndpointPattern& endpoint);
  /// `number` is from 1 to size().
  void keep_only(std::size_t number);
  /// How many segments the one at `index` has.
  [[nodiscard]] std::size_t segments(std::size_t index) const;
  /// Those from `begin` to `end` are visited next.
  void expect(std::size_t begin, std::size_t end) const {
    if (analysed_.empty()) captured_.expect(begin, end);
  }
  /// Calls visit(analysis) for the one at `index`, of which the rows may have no texts of their options; once each, and
  /// several threads may visit different ones.
  template <typename Visit>
  void visit(std::size_t index, Visit visit) {
    if (index < analysed_.size()) return visit(std::as_const(analysed_[index]));
    visit(analyse(captured_.take(index - analysed_.size()), OptionTexts::left_out));
  }

 private:
  StoredConnections captured_;  ///< empty, or analysed_ is
  std::vector<Analysis> analysed_;
  std::uint64_t frames_;
  bool damaged_;
};

/// Reads the operands' captures, with what a recording's folder knows beside them unless `bare`, and keeps those that
/// the options ask for; says on standard error what is left out. Throws UsageError.
Selection read_selected(const Arguments& arguments, bool bare);

/// Of --lang. Throws UsageError.
Language language_of(const Arguments& arguments);

}  // namespace tcplab::cli
