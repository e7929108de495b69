// The letters in which Zeek tells what it saw of a connection: upper case for the originator, lower for the responder.
// It keeps them; which segment earns which letter is zeek.hpp's business.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "packet/seq_num.hpp"
#include "tcp/end.hpp"

namespace tcplab {

/// Two words where there are at most twelve letters, none of them counted twice: nearly always. Else it allocates.
class ZeekHistory {
 public:
  ZeekHistory() = default;
  ZeekHistory(const ZeekHistory& other);
  ZeekHistory& operator=(const ZeekHistory& other);
  ZeekHistory(ZeekHistory&&) noexcept = default;
  ZeekHistory& operator=(ZeekHistory&&) noexcept = default;
  ~ZeekHistory() = default;

  /// Of which only the first is written, then the 10th, the 100th, and so on, of each end.
  enum class Counted : std::uint8_t { bad_checksum, gap, retransmission, zero_window };

  /// One of "shadfrcgtwiq", in the case that is meant, or '^'.
  void add(char letter);
  void count(Counted what, End end, bool is_originator);
  /// Whether `number` is another than that of the latest SYN which `end` sent after it had closed.
  bool is_new_late_syn(End end, SeqNum number);
  /// What is known of each end is the other's. The letters stay: they speak of originator and responder.
  void swap_ends();
  [[nodiscard]] std::string text() const;

 private:
  struct More {
    std::string text;  ///< behind the letters in place
    std::array<std::array<std::uint32_t, 4>, 2> counts{};
    std::array<std::optional<SeqNum>, 2> late_syn{};
  };
  More& more();
  [[nodiscard]] char in_place(unsigned index) const;
  [[nodiscard]] bool has(char letter) const;
  [[nodiscard]] unsigned size_in_place() const { return static_cast<unsigned>(letters_ >> count_shift); }

  static constexpr unsigned bits_each = 5, most_in_place = 12, count_shift = bits_each * most_in_place;
  std::uint64_t letters_ = 0;  ///< five bits a letter from the lowest on; how many, in the top four
  std::unique_ptr<More> more_;
};

}  // namespace tcplab
