// The segments that one end has sent and the other is not known to have received.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "packet/seq_num.hpp"

namespace tcplab {

/// Segments on their way to one end, in the order of their departure.
class UnderWay {
 public:
  UnderWay() { waiting_.reserve(8); }  // few connections have more at a time
  /// True only where none waits, as most of the time.
  [[nodiscard]] bool is_empty() const { return waiting_.empty(); }
  /// `least_ack`: the least acknowledgment that shows its receipt.
  void push(std::size_t segment, SeqNum least_ack, SeqNum end) {
    if (first_ == waiting_.size()) ends_.reset();
    waiting_.push_back({segment, least_ack, end, false});
    widen(waiting_.back());
  }
  /// False if an acknowledgment of `number` shows the receipt of none, which needs no look at each: they may be many.
  [[nodiscard]] bool may_be_acknowledged(SeqNum number) const {
    return ends_ && (ends_->are_far_apart || !is_just_before(number, ends_->least_ack));
  }
  /// False if all end before `number`.
  [[nodiscard]] bool may_go_beyond(SeqNum number) const {
    return ends_ && (ends_->are_far_apart || !is_just_before(ends_->greatest, number));
  }
  /// Takes out those, from the first on, of which received(segment) says that they came: of all, or up to one that has
  /// not. `anew`: it would not say of all that it was asked about before the same again.
  template <typename Received>
  void take_all(Received received, bool anew) {
    std::size_t left = anew ? first_ : std::max(first_, asked_);
    asked_first_ = std::min(asked_first_, left);
    if (left == first_) ends_.reset();
    for (std::size_t i = left; i < waiting_.size(); ++i) {
      const Waiting waiting = waiting_[i];
      if (waiting.is_taken || received(waiting.segment)) continue;
      waiting_[left++] = waiting;
      widen(waiting);
    }
    waiting_.resize(left);
    asked_ = left;
  }
  /// What take_all() was asked about may have come by now.
  void ask_anew() { asked_ = first_; }
  template <typename Received>
  void take_in_row(Received received) {
    while (first_ < waiting_.size() && (waiting_[first_].is_taken || received(waiting_[first_].segment))) ++first_;
    if (first_ < waiting_.size()) return;
    waiting_.clear();
    first_ = asked_ = asked_first_ = 0;
    ends_.reset();
  }
  /// Takes out the first of which came(segment) says so, of those before the first of which is_too_late(segment) does.
  /// Those that it was asked about before are not looked at again, until take_all() has been asked.
  template <typename IsTooLate, typename Came>
  std::optional<std::size_t> take_first(IsTooLate is_too_late, Came came) {
    for (asked_first_ = std::max(asked_first_, first_); asked_first_ < waiting_.size(); ++asked_first_) {
      Waiting& waiting = waiting_[asked_first_];
      if (is_too_late(waiting.segment)) break;
      if (waiting.is_taken || !came(waiting.segment)) continue;
      waiting.is_taken = true;
      return waiting.segment;
    }
    return std::nullopt;
  }
  /// Whether one ends before `number`, or there. When too many were looked at for that, it says no.
  [[nodiscard]] bool has_before(SeqNum number) {
    constexpr std::size_t most_looked_at = std::size_t{1} << 26U;
    if (!may_be_acknowledged(number) || looked_at_ > most_looked_at) return false;
    looked_at_ += waiting_.size() - first_;
    return std::any_of(waiting_.begin() + static_cast<std::ptrdiff_t>(first_), waiting_.end(),
                       [&](const Waiting& waiting) { return !waiting.is_taken && waiting.end <= number; });
  }

 private:
  struct Waiting {
    std::size_t segment;
    SeqNum least_ack, end;
    bool is_taken = false;  ///< by take_first()
  };
  /// Of all that wait, and perhaps of some that waited.
  struct Ends {
    SeqNum least_ack, greatest;
    bool are_far_apart = false;  ///< so that which is before which says little
  };
  static constexpr std::int32_t far = 1 << 29;
  [[nodiscard]] static bool is_just_before(SeqNum one, SeqNum other) { return one < other && other - one < far; }
  void widen(const Waiting& waiting) {
    if (!ends_) ends_ = {waiting.least_ack, waiting.end};
    ends_->least_ack = std::min(ends_->least_ack, waiting.least_ack);
    ends_->greatest = std::max(ends_->greatest, waiting.end);
    const std::int32_t distance = ends_->greatest - ends_->least_ack;
    ends_->are_far_apart = ends_->are_far_apart || distance < 0 || distance >= far;
  }

  std::vector<Waiting> waiting_;
  std::size_t first_ = 0;        ///< those before it are not there any more
  std::size_t asked_ = 0;        ///< take_all() was asked about those before it
  std::size_t asked_first_ = 0;  ///< and take_first() about those before this one
  std::size_t looked_at_ = 0;    ///< by has_before()
  std::optional<Ends> ends_;
};

}  // namespace tcplab
