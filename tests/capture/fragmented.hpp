// A capture as it would be had every IP packet been cut into fragments on its way.
// Frames of Ethernet without tags; the fragments have their packet's time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <vector>

#include "capture/files.hpp"
#include "support/fragments.hpp"

namespace tcplab::test {

/// The frame in fragments with `piece_bytes` of the packet each; the frame itself if it holds no IP packet.
inline std::vector<Bytes> fragmented_frames(const Bytes& frame, std::size_t piece_bytes, std::uint16_t identification) {
  constexpr std::ptrdiff_t ethernet_bytes = 14;
  const bool is_ip = (frame.at(12) == 0x08 && frame.at(13) == 0x00) || (frame.at(12) == 0x86 && frame.at(13) == 0xdd);
  if (!is_ip) return {frame};
  const Bytes packet(frame.begin() + ethernet_bytes, frame.end());
  std::vector<Bytes> frames = fragments_of(packet, piece_bytes, identification);
  for (Bytes& one : frames) one = join({Bytes(frame.begin(), frame.begin() + ethernet_bytes), one});
  return frames;
}

/// A pcap file of them. The last fragment of each packet comes after the others of the next `lag` packets.
inline Bytes fragmented_pcap(const std::vector<Record>& records, std::size_t piece_bytes, std::size_t lag = 0) {
  constexpr std::uint32_t nanoseconds = 0xa1b23c4d, second = 1'000'000'000;
  Bytes file = Writer{}.pcap_header(nanoseconds);
  const auto append = [&](const Record& record, const Bytes& frame) {
    const auto time = static_cast<std::uint64_t>(record.nanoseconds);
    const Bytes written = Writer{}.pcap_record(static_cast<std::uint32_t>(time / second),
                                               static_cast<std::uint32_t>(time % second), frame);
    file.insert(file.end(), written.begin(), written.end());
  };
  struct Last {
    const Record* record;
    Bytes frame;
  };
  std::deque<Last> held;
  const auto append_held = [&](std::size_t but) {
    for (; held.size() > but; held.pop_front()) append(*held.front().record, held.front().frame);
  };
  std::uint16_t identification = 0;
  for (const Record& record : records) {
    std::vector<Bytes> frames = fragmented_frames(record.bytes, piece_bytes, ++identification);
    for (std::size_t i = 0; i + 1 < frames.size(); ++i) append(record, frames[i]);
    held.push_back({&record, frames.back()});
    append_held(lag);
  }
  append_held(0);
  return file;
}

}  // namespace tcplab::test
