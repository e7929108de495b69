// The letters in which Zeek tells what it saw of a connection: upper case for the originator, lower for the responder.
// It keeps them; which segment earns which letter is zeek.hpp's business.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "packet/seq_num.hpp"
#include "tcp/end.hpp"

namespace tcplab {

/// One word where there are at most eleven letters, none of them counted twice: nearly always. Else it allocates.
class ZeekHistory {
 public:
  ZeekHistory() = default;
  ZeekHistory(const ZeekHistory& other);
  ZeekHistory(ZeekHistory&& other) noexcept : word_(std::exchange(other.word_, no_letters)) {}
  ZeekHistory& operator=(ZeekHistory other) noexcept {  // NOLINT(*-assign*): a copy serves both ways
    std::swap(word_, other.word_);
    return *this;
  }
  ~ZeekHistory() {
    if (!is_in_place()) delete &allocated();
  }

  /// Of which only the first is written, then the 10th, the 100th, and so on, of each end.
  enum class Counted : std::uint8_t { bad_checksum, gap, retransmission, zero_window };

  /// One of "shadfrcgtwiq", in the case that is meant, or '^'.
  void add(char letter);
  void count(Counted what, End end, bool is_originator);
  /// Whether `number` is another than that of the latest SYN which `end` sent after it had closed.
  bool is_new_late_syn(End end, SeqNum number);

  /// Room for the number of an RST that `end` sent, beside a FIN.
  [[nodiscard]] SeqNum& rst(End end) { return more().rst[index_of(end)]; }

  /// Data that `end` sent behind a hole.
  struct Island {
    SeqNum first, end;
  };
  /// In order, with holes between them.
  [[nodiscard]] std::vector<Island>& islands(End end) { return more().islands[index_of(end)]; }
  /// What is known of each end is the other's. The letters stay: they speak of originator and responder.
  void swap_ends();
  [[nodiscard]] std::string text() const;
  /// The same, written to where there is room for so many letters; says where it ends.
  char* write(char* at) const;
  [[nodiscard]] std::size_t room() const { return is_in_place() ? most_in_place : allocated().text.size(); }

 private:
  struct More {
    std::string text;
    std::array<std::array<std::uint32_t, 4>, 2> counts{};
    std::array<std::optional<SeqNum>, 2> late_syn{};
    std::array<SeqNum, 2> rst{};
    std::array<std::vector<Island>, 2> islands{};
  };
  [[nodiscard]] bool is_in_place() const { return (word_ & 1U) != 0; }
  [[nodiscard]] More& allocated() const {
    return *reinterpret_cast<More*>(static_cast<std::uintptr_t>(word_));  // NOLINT(performance-no-int-to-ptr)
  }
  More& more();
  [[nodiscard]] std::size_t size_in_place() const { return word_ >> 1U & count_mask; }
  [[nodiscard]] bool has(char letter) const;

  static constexpr unsigned bits_each = 5, most_in_place = 11, letters_shift = 5;
  static constexpr std::uint64_t no_letters = 1, count_mask = 15, letter_mask = (1U << bits_each) - 1;
  /// Where the lowest bit is set, the letters: how many, in the next four bits, and five bits a letter from there on.
  /// Else the address of a More.
  std::uint64_t word_ = no_letters;
};

}  // namespace tcplab
