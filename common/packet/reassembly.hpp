// IP packets that came in fragments, put together: a packet is told when the last of its fragments has come, with the
// frame and the time of that one. It needs the frames of one capture in their order, and all of them.
// It keeps bytes of unfinished packets, a few megabytes at most; whose fragments come too late, or too many others in
// between, is given up.
// RFC 791 section 3.2, RFC 8200 section 4.5; how long to wait: RFC 1122 section 3.3.2.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "packet/packet.hpp"

namespace tcplab {

class Reassembly {
 public:
  using Timestamp = std::chrono::sys_time<std::chrono::nanoseconds>;
  static constexpr std::chrono::seconds timeout{60};  ///< from the fragment of a packet that came first
  static constexpr std::size_t most_packets = 4096, most_bytes = 4 * 1024 * std::size_t{1024};

  /// Packets with TCP whose first fragment came, but not all others.
  struct Unfinished {
    std::uint64_t count = 0;
    std::uint64_t first_frame = 0;  ///< where the earliest of those fragments is
  };

  /// decode(), and settle() where that is needed.
  void decode(LinkType link, std::span<const std::uint8_t> bytes, std::uint32_t original_length_bytes, Timestamp time,
              std::uint64_t frame, Packet& packet, std::vector<std::uint8_t>& whole) {
    tcplab::decode(link, bytes, original_length_bytes, packet);
    if (packet.in_fragment) [[unlikely]]
      settle(time, frame, packet, whole);
  }

  /// Makes of a packet that decode() found to be in a fragment what there is to tell at this frame:
  /// - the packet that it completes, whose views then point into `whole`;
  /// - the packet as it is, if the fragment suffices to tell it, whatever becomes of the others;
  /// - or its IP header alone.
  void settle(Timestamp time, std::uint64_t frame, Packet& packet, std::vector<std::uint8_t>& whole);

  /// Of the frames so far, as if no more would follow.
  [[nodiscard]] Unfinished unfinished() const;

 private:
  /// RFC 791 has the protocol in it; RFC 8200 has not.
  struct Key {
    IpAddress source, destination;
    std::uint32_t identification = 0;
    std::uint8_t protocol = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Place {
    Key key;
    std::uint32_t begin = 0, end = 0;  ///< of the fragment's data in the packet's, in bytes
    bool is_last = false;
    std::uint8_t protocol = 0;  ///< of what is in the packet
  };

  /// What has come of one packet. Where fragments overlap, the bytes that came first count, as with Zeek; a fragment
  /// that contradicts the length of the packet does not count at all.
  class Partial {
   public:
    void add(const Fragment& fragment, const Place& place);
    /// From now on it only remembers which fragments have come.
    void forget_bytes();
    [[nodiscard]] bool is_complete() const { return covered_bytes_ == length_bytes_; }
    /// Copies what the packet would be had it come in one; false if no packet can be so long.
    [[nodiscard]] bool copy_whole(std::vector<std::uint8_t>& whole) const;
    [[nodiscard]] std::size_t kept_bytes() const;

    Timestamp begun;
    std::optional<std::uint64_t> withheld;  ///< the frame of the first fragment, if there is TCP in it
    /// By its first fragment, or whole. It stays as a mark, so that a fragment that comes again is no other packet's.
    bool is_told = false;
    bool follows_told = false;  ///< another of the same key was told: this one may be its fragments again
    std::list<Key>::iterator age;

   private:
    /// Data that have come; the parts do not overlap.
    struct Part {
      std::uint32_t begin = 0, end = 0;
      std::size_t at = 0;  ///< in bytes_
    };
    bool accept_end(const Place& place);
    void fill(std::uint32_t begin, std::uint32_t end, const Fragment& fragment, const Place& place);

    std::vector<std::uint8_t> headers_;  ///< of the first fragment
    std::vector<std::uint8_t> bytes_;
    std::vector<Part> parts_;                    ///< by where they begin
    std::optional<std::uint32_t> length_bytes_;  ///< of all data; the last fragment tells it
    std::uint32_t covered_bytes_ = 0, furthest_ = 0;
  };
  using Partials = std::map<Key, Partial>;

  static Place place_of(const Fragment& fragment);
  Partials::iterator partial_of(const Place& place, Timestamp time);
  bool complete(Timestamp time, std::uint64_t frame, Packet& packet, std::vector<std::uint8_t>& whole);
  void make_room(Timestamp time);
  void give_up(Partials::iterator partial);
  void forget(Partials::iterator partial);

  Partials partials_;
  std::list<Key> by_age_;  ///< the oldest first
  std::size_t kept_bytes_ = 0;
  Unfinished unfinished_;
};

/// "2 IP packets with TCP are left out: their fragments are not all in the capture, or contradict one another (the
/// first in frame 17)".
std::string to_string(const Reassembly::Unfinished& unfinished);

}  // namespace tcplab
