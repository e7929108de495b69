// Capture files, read record by record from a file or standard input: pcap and pcapng, every byte order and time
// resolution. It knows nothing of what the frames hold, but for their link type. Formats: draft-ietf-opsawg-pcap,
// draft-ietf-opsawg-pcapng.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "packet/packet.hpp"

namespace tcplab {

using Timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;

/// One captured frame. The views are good until the reader's next call of next() or next_chunk().
struct CaptureRecord {
  Timestamp time;  ///< 1970 where the record states none (pcapng's simple packet block)
  LinkType link{};
  std::span<const std::uint8_t> bytes;  ///< what was captured
  std::uint32_t original_length_bytes = 0;
  std::uint32_t interface = 0;  ///< pcapng: counted through all sections; pcap: 0
  std::string_view comment;     ///< pcapng: the record's first comment, else empty
  std::uint64_t offset = 0;     ///< of the record in the file, in bytes
  std::uint64_t number = 0;     ///< from 1, as Wireshark numbers frames
};

/// What ended the reading before the end of the file, or was passed over: "at byte 1234: record is cut off (40 of 74
/// bytes)".
struct CaptureProblem {
  std::uint64_t offset = 0;
  std::string what;
};

class CaptureChunk;

class CaptureReader {
 public:
  /// Opens `path`, or standard input for "-". Throws std::system_error ("cannot open capture x.pcap") when that fails
  /// and std::runtime_error when it is no capture file (naming what its first bytes are, where that is known).
  static CaptureReader open(const std::string& path);
  /// Reads a capture held in memory; `name` stands for the path in messages. `bytes` must outlive the reader.
  static CaptureReader from_memory(std::span<const std::uint8_t> bytes, std::string name);

  CaptureReader(CaptureReader&&) noexcept;
  CaptureReader& operator=(CaptureReader&&) noexcept;
  ~CaptureReader();

  /// The next frame; nothing at the end, or where the file cannot be read further: problem() then says why.
  std::optional<CaptureRecord> next();
  /// The same into a record that may have been used before; false at the end.
  bool next(CaptureRecord& record);
  /// As many as there are without waiting for more of the file, one at least; 0 at the end. Their views are good
  /// together. `records` must not be empty.
  std::size_t next(std::span<CaptureRecord> records);
  /// Takes whole records out of the file, about `max_bytes` of them, into `chunk`, whose earlier content is dropped and
  /// whose storage is used again. It finds where records begin and leaves it to the chunk to read them, so that threads
  /// can share that work. False at the end.
  bool next_chunk(CaptureChunk& chunk, std::size_t max_bytes = 256 * std::size_t{1024});
  [[nodiscard]] const std::optional<CaptureProblem>& problem() const;
  [[nodiscard]] const std::string& name() const;

 private:
  friend class CaptureChunk;
  class Source;
  class Format;
  template <typename Derived>
  class FormatOf;
  class Pcap;
  class Pcapng;
  explicit CaptureReader(std::unique_ptr<Format> format);
  std::unique_ptr<Format> format_;
};

/// A run of a capture's records with the bytes that they lie in (except those of from_memory(), which it only views):
/// it needs its reader no more, and may be read in another thread. Problems are told by the reader.
class CaptureChunk {
 public:
  CaptureChunk();
  CaptureChunk(CaptureChunk&&) noexcept;
  CaptureChunk& operator=(CaptureChunk&&) noexcept;
  ~CaptureChunk();

  /// As the reader's; the views are good until the chunk is given to next_chunk() again, or destroyed.
  bool next(CaptureRecord& record);
  std::size_t next(std::span<CaptureRecord> records);
  [[nodiscard]] std::size_t record_count() const { return record_count_; }  ///< of all, read or not

 private:
  friend class CaptureReader;
  std::unique_ptr<CaptureReader::Format> format_;
  std::size_t record_count_ = 0;
};

}  // namespace tcplab
