// pcap files: a header, then records one after the other.
// It reads both byte orders, micro- and nanoseconds, and the longer records of Kuznetzov's libpcap (old Red Hat,
// a1b2cd34). draft-ietf-opsawg-pcap.
#pragma once

#include "capture/format.hpp"

namespace tcplab {

class CaptureReader::Pcap final : public CaptureReader::FormatOf<CaptureReader::Pcap> {
 public:
  /// Whether a file that begins with these bytes is one.
  static bool begins(ByteView beginning);
  explicit Pcap(Source source);
  Pcap(const Pcap& so_far, Source rest, std::uint64_t number);

  std::size_t read_here(std::span<CaptureRecord> records);
  bool advance();

 private:
  ByteOrder order_;
  std::uint32_t nanoseconds_per_unit_ = 1000;
  std::size_t record_header_bytes_ = 16;
  LinkType link_{};
};

}  // namespace tcplab
