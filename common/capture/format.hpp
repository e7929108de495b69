// The two formats of capture files behind one interface.
// Private to capture/. A format reads its file from a source and keeps what the reader tells of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
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

  virtual std::optional<CaptureRecord> next() = 0;
  [[nodiscard]] const std::optional<CaptureProblem>& problem() const { return problem_; }
  [[nodiscard]] const std::string& name() const { return source_.name(); }

 protected:
  /// Ends the reading: there is no telling where the next record would begin.
  std::nullopt_t stop(std::uint64_t offset, const std::string& what);
  /// Notes what was wrong with a record or block that could be stepped over; the first of them is told.
  void pass_over(std::uint64_t offset, const std::string& what);
  [[nodiscard]] bool stopped() const { return stopped_; }

  /// DLT_RAW has two more numbers, its own on BSD and on Linux, which should not be in files but are.
  static LinkType link_type(std::uint16_t number);
  static std::string cut_off(const std::string& what, std::uint64_t there, std::uint64_t wanted);

  Source source_;
  std::uint64_t number_ = 0;  ///< of records given so far

 private:
  std::optional<CaptureProblem> problem_;
  bool stopped_ = false;
};

}  // namespace tcplab
