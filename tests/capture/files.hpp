// Builds capture files for tests, in either byte order, block by block.
// It shares no code with capture/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "capture/reader.hpp"
#include "support/frames.hpp"

namespace tcplab::test {

/// Integers as a machine of one byte order writes them.
struct Writer {
  bool big_endian = false;

  [[nodiscard]] Bytes integer(std::uint64_t value, std::size_t size) const {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) {
      bytes[big_endian ? size - 1 - i : i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
    return bytes;
  }
  [[nodiscard]] Bytes u16(std::uint64_t value) const { return integer(value, 2); }
  [[nodiscard]] Bytes u32(std::uint64_t value) const { return integer(value, 4); }
  [[nodiscard]] Bytes u64(std::uint64_t value) const { return integer(value, 8); }

  // pcap
  [[nodiscard]] Bytes pcap_header(std::uint32_t magic = 0xa1b2c3d4, std::uint32_t link = 1) const {
    return join({u32(magic), u16(2), u16(4), u32(0), u32(0), u32(262144), u32(link)});
  }
  [[nodiscard]] Bytes pcap_record(std::uint32_t seconds, std::uint32_t fraction, const Bytes& bytes,
                                  std::size_t snapped_bytes = 0) const {
    return join({u32(seconds), u32(fraction), u32(bytes.size()), u32(bytes.size() + snapped_bytes), bytes});
  }

  // pcapng
  [[nodiscard]] static Bytes padded(Bytes bytes) {
    while (bytes.size() % 4 != 0) bytes.push_back(0);
    return bytes;
  }
  [[nodiscard]] Bytes block(std::uint32_t type, const Bytes& body) const {
    const Bytes length = u32(12 + padded(body).size());
    return join({u32(type), length, padded(body), length});
  }
  [[nodiscard]] Bytes option(std::uint16_t code, const Bytes& value) const {
    return join({u16(code), u16(value.size()), padded(value)});
  }
  [[nodiscard]] Bytes section(std::uint16_t major = 1) const {
    return block(0x0a0d0d0a, join({u32(0x1a2b3c4d), u16(major), u16(0), u64(~std::uint64_t{0})}));
  }
  [[nodiscard]] Bytes interface(std::uint16_t link = 1, const Bytes& options = {},
                                std::uint32_t snap_length = 262144) const {
    return block(1, join({u16(link), u16(0), u32(snap_length), options}));
  }
  [[nodiscard]] Bytes enhanced(std::uint32_t interface, std::uint64_t units, const Bytes& bytes,
                               const Bytes& options = {}, std::size_t snapped_bytes = 0) const {
    return block(6, join({u32(interface), u32(units >> 32), u32(units), u32(bytes.size()),
                          u32(bytes.size() + snapped_bytes), padded(bytes), options}));
  }
  [[nodiscard]] Bytes simple(std::size_t original_length, const Bytes& bytes) const {
    return block(3, join({u32(original_length), bytes}));
  }
  [[nodiscard]] Bytes old(std::uint16_t interface, std::uint64_t units, const Bytes& bytes) const {
    return block(2, join({u16(interface), u16(7), u32(units >> 32), u32(units), u32(bytes.size()), u32(bytes.size()),
                          padded(bytes)}));
  }
};

/// What the reader gave, copied out of its buffer.
struct Record {
  std::int64_t nanoseconds = 0;
  LinkType link{};
  Bytes bytes;
  std::uint32_t original_length_bytes = 0, interface = 0;
  std::string comment;
  std::uint64_t offset = 0, number = 0;

  friend bool operator==(const Record&, const Record&) = default;
};

inline Record copy_of(const CaptureRecord& record) {
  return {record.time.time_since_epoch().count(),
          record.link,
          {record.bytes.begin(), record.bytes.end()},
          record.original_length_bytes,
          record.interface,
          std::string(record.comment),
          record.offset,
          record.number};
}

inline std::vector<Record> read_all(CaptureReader& reader) {
  std::vector<Record> records;
  while (const auto record = reader.next()) records.push_back(copy_of(*record));
  return records;
}

/// The records of a file held in memory, and where reading it stopped.
struct ReadFile {
  std::vector<Record> records;
  std::optional<CaptureProblem> problem;
};
inline ReadFile read_file(const Bytes& file) {
  CaptureReader reader = CaptureReader::from_memory(file, "test.pcap");
  ReadFile read;
  read.records = read_all(reader);
  read.problem = reader.problem();
  return read;
}

}  // namespace tcplab::test
