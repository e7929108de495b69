#include "cli/pieces.hpp"

#include <atomic>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "support/catch.hpp"

using namespace tcplab;
using namespace tcplab::cli;

namespace {

/// Some are empty, most small, some larger than what is written at once, and one larger than a piece may be held.
std::string text_of(std::size_t piece) {
  const std::size_t size = piece == 40 ? 3'000'000 : piece % 17 == 3 ? 150'000 : piece % 5 * 700;
  std::string text(size, static_cast<char>('a' + piece % 26));
  return text;
}

void make(std::size_t piece, LineBuffer& text, const Spill& spill) {
  const std::string whole = text_of(piece);
  for (std::size_t at = 0; at < whole.size(); at += 1000) {
    text.append(whole.substr(at, 1000));
    spill();
  }
}

/// Takes so many bytes, and no more.
class FullDisk : public std::stringbuf {
 public:
  explicit FullDisk(std::streamsize room) : room_(room) {}

 protected:
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    if (size > room_) return 0;
    room_ -= size;
    return std::stringbuf::xsputn(text, size);
  }

 private:
  std::streamsize room_;
};

/// Takes in nothing until others have begun so many pieces; `waited_in_vain` if they do not.
class SlowReader : public std::stringbuf {
 public:
  void await(const std::atomic<std::size_t>& begun, std::size_t count) { begun_ = &begun, count_ = count; }
  bool waited_in_vain = false;

 protected:
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!waited_in_vain && *begun_ < count_) {
      waited_in_vain = std::chrono::steady_clock::now() > until;
      std::this_thread::yield();
    }
    return std::stringbuf::xsputn(text, size);
  }

 private:
  const std::atomic<std::size_t>* begun_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace

TEST_CASE("pieces come out whole and in order, with any number of threads") {
  constexpr std::size_t pieces = 200;
  std::string expected;
  for (std::size_t piece = 0; piece < pieces; ++piece) expected += text_of(piece);
  for (const std::size_t threads : {0U, 1U, 2U, 3U, 8U}) {
    INFO(threads);
    std::ostringstream out;
    write_pieces(out, threads, pieces, make);
    CHECK(out.str() == expected);
  }
}

TEST_CASE("while one thread waits for who reads, the others go on") {
  SlowReader reader;
  std::ostream out(&reader);
  std::atomic<std::size_t> begun = 0;
  reader.await(begun, 8);
  const auto make_large = [&](std::size_t, LineBuffer& text, const Spill&) {
    ++begun;
    text.append(std::string(20'000, 'a'));
  };
  write_pieces(out, 2, 20, make_large);
  CHECK_FALSE(reader.waited_in_vain);
  CHECK(reader.str().size() == 20 * 20'000);
}

TEST_CASE("of no pieces nothing is written") {
  std::ostringstream out;
  write_pieces(out, 2, 0, make);
  CHECK(out.str().empty());
}

TEST_CASE("what a piece throws comes out of all threads, and nothing behind it is written") {
  for (const std::size_t threads : {1U, 2U, 4U}) {
    INFO(threads);
    std::ostringstream out;
    const auto fail = [](std::size_t piece, LineBuffer& text, const Spill& spill) {
      if (piece == 20) throw std::runtime_error("no more memory");
      make(piece, text, spill);
    };
    CHECK_THROWS_WITH(write_pieces(out, threads, 200, fail), "no more memory");
    std::string before;
    for (std::size_t piece = 0; piece < 20; ++piece) before += text_of(piece);
    CHECK(before.starts_with(out.str()));
  }
}

TEST_CASE("when nothing can be written any more, no further piece is begun") {
  for (const std::size_t threads : {1U, 2U, 4U}) {
    INFO(threads);
    FullDisk disk(500'000);
    std::ostream out(&disk);
    std::atomic<std::size_t> made = 0;
    const auto count = [&](std::size_t piece, LineBuffer& text, const Spill& spill) {
      ++made;
      make(piece, text, spill);
    };
    write_pieces(out, threads, 10'000, count);
    CHECK_FALSE(out);
    CHECK(made < 1000);
  }
}

TEST_CASE("when nothing can be written of a piece that grows, nobody waits for those behind it") {
  for (const std::size_t threads : {1U, 2U, 4U}) {
    INFO(threads);
    FullDisk disk(10);
    std::ostream out(&disk);
    const auto grow = [](std::size_t piece, LineBuffer& text, const Spill& spill) {
      for (int i = 0; i < (piece == 0 ? 3000 : 1); ++i) {
        text.append(std::string(1000, 'a'));
        spill();
      }
    };
    write_pieces(out, threads, 10'000, grow);
    CHECK_FALSE(out);
  }
}
