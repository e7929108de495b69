#include "cli/pieces.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "worker/worker.hpp"

namespace tcplab::cli {
namespace {

/// Less is not worth a call of the system's; so much is written at once; and so much a piece may hold before it must
/// wait for its turn.
constexpr std::size_t small = std::size_t{16} * 1024, much = 4 * small, very_much = 16 * much;

class Pieces {
 public:
  Pieces(std::ostream& out, std::size_t count, const MakePiece& make) : out_(out), count_(count), make_(make) {}

  void run(std::size_t threads) {
    most_waiting_ = 16 * threads;
    {
      const auto others = start_workers(threads - 1, [this] { work(); });
      work();
    }
    if (failure_) std::rethrow_exception(failure_);
    if (out_) write(gathered_);
  }

 private:
  void work() {
    try {
      LineBuffer text;
      text.make_room(2 * much);
      for (std::size_t piece = next_++; piece < count_; piece = next_++) {
        make_(piece, text, [&] { write_part(piece, text); });
        if (!finish(piece, text)) return;
      }
    } catch (...) {
      const std::scoped_lock lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      is_over_ = true;
      changed_.notify_all();
    }
  }

  /// In its turn a piece is written as it grows; before that, it waits when it has grown large.
  void write_part(std::size_t piece, LineBuffer& text) {
    if (text.size() < much || (turn_ != piece && text.size() < very_much)) return;
    if (turn_ != piece) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return is_over_ || turn_ == piece; });
    }
    if (!is_over_) put(text);
    text.clear();
  }

  /// The piece is whole. What is in `text` afterwards is room for another. False: it is over.
  bool finish(std::size_t piece, LineBuffer& text) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return is_over_ || turn_ == piece || waiting_.size() < most_waiting_; });
    if (is_over_) return false;
    if (turn_ != piece) {
      waiting_.emplace(piece, std::exchange(text, room()));
      return true;
    }
    put_in_turn(text, lock);
    text.clear();
    std::size_t turn = piece + 1;
    for (auto next = waiting_.extract(turn); next; next = waiting_.extract(turn)) {
      changed_.notify_all();
      put_in_turn(next.mapped(), lock);
      spare_.push_back(std::move(next.mapped()));
      ++turn;
    }
    turn_ = turn;
    changed_.notify_all();
    return !is_over_;
  }

  /// Nobody else writes in this turn, and none has to wait for a slow reader but those whose texts there is no room
  /// for.
  void put_in_turn(const LineBuffer& text, std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    if (!is_over_) put(text);
    lock.lock();
  }

  LineBuffer room() {
    if (spare_.empty()) return {};
    LineBuffer text = std::move(spare_.back());
    spare_.pop_back();
    text.clear();
    return text;
  }

  /// What is small is gathered first; what is not, is not worth being copied.
  void put(const LineBuffer& text) {
    if (text.size() < small) gathered_.append(text.text());
    if (text.size() >= small || gathered_.size() >= much) {
      write(gathered_);
      gathered_.clear();
    }
    if (text.size() >= small) write(text);
  }
  void write(const LineBuffer& text) {
    if (text.size() == 0 || out_.write(text.text().data(), static_cast<std::streamsize>(text.size()))) return;
    const std::scoped_lock lock(mutex_);
    is_over_ = true;
    changed_.notify_all();
  }

  std::ostream& out_;
  const std::size_t count_;
  const MakePiece& make_;
  std::size_t most_waiting_ = 0;
  std::atomic<std::size_t> next_ = 0;  ///< the first piece that nobody makes yet

  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<std::size_t> turn_ = 0;          ///< of that piece, which alone writes; changed under the lock
  std::map<std::size_t, LineBuffer> waiting_;  ///< whole, but not in turn yet
  std::vector<LineBuffer> spare_;
  LineBuffer gathered_;                ///< on its way, in order: of whose turn it is
  std::atomic<bool> is_over_ = false;  ///< before the end; changed under the lock
  std::exception_ptr failure_;
};

}  // namespace

void write_pieces(std::ostream& out, std::size_t threads, std::size_t pieces, const MakePiece& make) {
  Pieces(out, pieces, make).run(std::max<std::size_t>(threads, 1));
}

}  // namespace tcplab::cli
