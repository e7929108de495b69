// The two formats of capture files behind one interface.
// Private to capture/. A format reads its file from a source and keeps what the reader tells of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "capture/reader.hpp"
#include "capture/source.hpp"
#include "packet/bytes.hpp"

namespace tcplab {

/// No frame is longer, and a longer record or block is not believed.
constexpr std::uint32_t max_record_bytes = 16 * 1024 * 1024;

/// Integers in the byte order of the machine that wrote a file.
struct ByteOrder {
  bool big_endian = false;
  [[nodiscard]] std::uint16_t u16(ByteView bytes, std::size_t at) const {
    return big_endian ? be16(bytes, at) : le16(bytes, at);
  }
  [[nodiscard]] std::uint32_t u32(ByteView bytes, std::size_t at) const {
    return big_endian ? be32(bytes, at) : le32(bytes, at);
  }
  [[nodiscard]] std::uint64_t u64(ByteView bytes, std::size_t at) const {
    const std::uint64_t first = u32(bytes, at), second = u32(bytes, at + 4);
    return big_endian ? first << 32 | second : second << 32 | first;
  }
};

class CaptureReader::Format {
 public:
  /// Whichever the first bytes tell; throws std::runtime_error if they are of neither.
  static std::unique_ptr<Format> of(Source source);

  explicit Format(Source source) : source_(std::move(source)) {}
  virtual ~Format() = default;

  /// As CaptureReader's.
  virtual std::size_t next(std::span<CaptureRecord> records) = 0;
  /// CaptureReader::next_chunk(): how many records there are in the format that is then in `chunk`, 0 at the end.
  virtual std::size_t take_out(std::unique_ptr<Format>& chunk, std::size_t max_bytes) = 0;
  [[nodiscard]] const std::optional<CaptureProblem>& problem() const { return problem_; }
  [[nodiscard]] const std::string& name() const { return source_.name(); }

 protected:
  /// Another part of the same file, whose records are counted on from `number`.
  Format(Source source, std::uint64_t number) : source_(std::move(source)), number_(number) {}

  /// Ends the reading: there is no telling where the next record would begin. False, for advance() to return.
  bool stop(std::uint64_t offset, const std::string& what);
  /// Notes what was wrong with a record or block that could be stepped over; the first of them is told.
  void pass_over(std::uint64_t offset, const std::string& what);
  [[nodiscard]] bool stopped() const { return stopped_; }

  /// DLT_RAW has two more numbers, its own on BSD and on Linux, which should not be in files but are.
  static LinkType link_type(std::uint16_t number);
  static std::string cut_off(const std::string& what, std::uint64_t there, std::uint64_t wanted);

  static Source& source_of(Format& format) { return format.source_; }

  Source source_;
  std::uint64_t number_ = 0;  ///< of records given so far

 private:
  std::optional<CaptureProblem> problem_;
  bool stopped_ = false;
};

/// What both formats do alike. `Derived` has
///   std::size_t read_here(std::span<CaptureRecord>)  as many of the next records as lie whole in the source's window,
///                    with every field set; how many;
///   bool advance()   makes way for read_here(): waits for bytes, reads or passes over what is no record; false at the
///                    end of the file and where it cannot be read further;
/// and a constructor from a Derived that was read so far, a source and the number of records before it.
template <typename Derived>
class CaptureReader::FormatOf : public CaptureReader::Format {
 public:
  using Format::Format;

  std::size_t next(std::span<CaptureRecord> records) final {
    if (stopped() || records.empty()) return 0;
    std::size_t count = 0;
    do {
      count = derived().read_here(records);
    } while (count == 0 && derived().advance());
    return count;
  }

  std::size_t take_out(std::unique_ptr<Format>& chunk, std::size_t max_bytes) final {
    auto spare = chunk != nullptr ? source_of(*chunk).take_buffer() : Source::Buffer();
    chunk.reset();
    if (stopped()) return 0;
    std::size_t count = 0;
    ByteView before;
    do {
      before = source_.window();
      count = count_here(max_bytes);
    } while (count == 0 && derived().advance());
    if (count == 0) return 0;
    const std::size_t bytes = before.size() - source_.window().size();
    chunk = std::make_unique<Derived>(derived(), source_.split(before.first(bytes), std::move(spare)), number_ - count);
    return count;
  }

 private:
  Derived& derived() { return static_cast<Derived&>(*this); }

  std::size_t count_here(std::size_t max_bytes) {
    const std::uint64_t begin = source_.offset();
    std::size_t count = 0;
    CaptureRecord record;
    while (source_.offset() - begin < max_bytes && derived().read_here({&record, 1}) == 1) ++count;
    return count;
  }
};

}  // namespace tcplab
