#include "packet/reassembly.hpp"

#include <algorithm>
#include <iterator>

#include "packet/bytes.hpp"
#include "packet/fixed_headers.hpp"

namespace tcplab {
namespace {

constexpr std::size_t most_length = 0xffff;  ///< that the length fields of both versions of IP can state

bool is_ipv4(ByteView ip) {
  return ip[0] >> 4 == 4;
}

void put_be16(std::vector<std::uint8_t>& bytes, std::size_t at, std::size_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}

/// Makes the headers of a fragment those of a whole packet. The fragment header of IPv6 stays, and says just that.
void unfragment(std::vector<std::uint8_t>& whole, std::size_t headers_bytes) {
  if (is_ipv4(whole)) {
    put_be16(whole, 2, whole.size());
    put_be16(whole, 6, 0);
  } else {
    put_be16(whole, 4, whole.size() - ipv6_header_bytes);
    put_be16(whole, headers_bytes - fragment_header_bytes + 2, 0);
  }
}

/// Of any two times: no difference is formed that could be too large.
bool is_over(Reassembly::Timestamp begun, Reassembly::Timestamp time) {
  return time > begun && begun < Reassembly::Timestamp::max() - Reassembly::timeout &&
         time > begun + Reassembly::timeout;
}

/// What is left to tell of a frame whose packet is not told.
void keep_header_alone(Packet& packet) {
  packet.transport.emplace<std::monostate>();
  packet.problem.reset();
  packet.in_fragment = false;
}

}  // namespace

// --- One packet -----------------------------------------------------------------------------------------------------

/// Whether the fragment agrees with the others about where the packet ends.
bool Reassembly::Partial::accept_end(const Place& place) {
  const std::uint32_t least = length_bytes_.value_or(place.is_last ? furthest_ : place.end);
  const std::uint32_t most = length_bytes_.value_or(most_length);
  if (place.end > most || (place.is_last && place.end < least)) return false;
  if (place.is_last) length_bytes_ = place.end;
  furthest_ = std::max(furthest_, place.end);
  return true;
}

void Reassembly::Partial::add(const Fragment& fragment, const Place& place) {
  if (!accept_end(place)) return;
  if (place.begin == 0 && headers_.empty() && !is_told)
    headers_.assign(fragment.headers.begin(), fragment.headers.end());
  std::uint32_t at = place.begin;
  const auto first = std::ranges::upper_bound(parts_, at, {}, &Part::end);
  const auto behind = std::ranges::lower_bound(first, parts_.end(), place.end, {}, &Part::begin);
  for (const Part& other : std::vector<Part>(first, behind)) {  // a copy, as filling holes moves them
    if (other.begin > at) fill(at, other.begin, fragment, place);
    at = std::max(at, other.end);
  }
  if (at < place.end) fill(at, place.end, fragment, place);
}

void Reassembly::Partial::fill(std::uint32_t begin, std::uint32_t end, const Fragment& fragment, const Place& place) {
  const auto where = std::ranges::upper_bound(parts_, begin, {}, &Part::begin);
  parts_.insert(where, {begin, end, bytes_.size()});
  covered_bytes_ += end - begin;
  if (is_told) return;
  const ByteView data = ByteView(fragment.data).subspan(begin - place.begin, end - begin);
  bytes_.insert(bytes_.end(), data.begin(), data.end());
}

void Reassembly::Partial::forget_bytes() {
  headers_ = {};
  bytes_ = {};
}

bool Reassembly::Partial::copy_whole(std::vector<std::uint8_t>& whole) const {
  const std::size_t counted_headers = headers_.size() - (is_ipv4(headers_) ? 0 : ipv6_header_bytes);
  if (counted_headers + *length_bytes_ > most_length) return false;
  whole = headers_;
  for (const Part& part : parts_) {
    const ByteView data = ByteView(bytes_).subspan(part.at, part.end - part.begin);
    whole.insert(whole.end(), data.begin(), data.end());
  }
  unfragment(whole, headers_.size());
  return true;
}

std::size_t Reassembly::Partial::kept_bytes() const {
  return headers_.size() + bytes_.size() + parts_.size() * sizeof(Part);
}

// --- All of them ----------------------------------------------------------------------------------------------------

void Reassembly::settle(Timestamp time, std::uint64_t frame, Packet& packet, std::vector<std::uint8_t>& whole) {
  constexpr unsigned deepest = 8;  // fragments in fragments
  for (unsigned i = 0; i < deepest && packet.in_fragment; ++i) {
    const bool suffices = packet.fragment.suffices;
    if (!complete(time, frame, packet, whole)) return suffices ? void() : keep_header_alone(packet);
  }
  if (packet.in_fragment) keep_header_alone(packet);
}

/// Notes the fragment; if no other is missing now, `packet` becomes the packet.
bool Reassembly::complete(Timestamp time, std::uint64_t frame, Packet& packet, std::vector<std::uint8_t>& whole) {
  make_room(time);
  const Fragment fragment = packet.fragment;
  const Place place = place_of(fragment);
  if (place.begin == place.end) return false;
  const auto found = partial_of(place, time);
  Partial& partial = found->second;
  kept_bytes_ -= partial.kept_bytes();
  partial.add(fragment, place);
  const bool has_tcp = packet.tcp() != nullptr || place.protocol == protocol_tcp;
  if (place.begin == 0 && has_tcp && !partial.withheld && !partial.follows_told) partial.withheld = frame;
  const bool is_whole = !partial.is_told && partial.is_complete();
  const bool is_possible = !is_whole || partial.copy_whole(whole);
  if (fragment.suffices || (is_whole && is_possible)) {
    partial.is_told = true;
    partial.withheld.reset();
    partial.forget_bytes();
  }
  kept_bytes_ += partial.kept_bytes();
  if (!is_possible) give_up(found);
  if (!is_whole || !is_possible) return false;
  tcplab::decode(LinkType::raw, whole, static_cast<std::uint32_t>(whole.size()), packet);
  if (packet.problem) packet.problem->is_in_whole = true;
  packet.tunnels = static_cast<std::uint8_t>(packet.tunnels + fragment.tunnels);
  packet.fragment.tunnels = static_cast<std::uint8_t>(packet.fragment.tunnels + fragment.tunnels);
  return true;
}

Reassembly::Place Reassembly::place_of(const Fragment& fragment) {
  const ByteView headers = fragment.headers;
  IpHeader ip;
  std::uint8_t protocol = 0;
  if (is_ipv4(headers)) {
    read_ipv4(headers, ip);
    protocol = ip.protocol;
  } else {
    read_ipv6(headers, ip);
    const ByteView fragment_header = headers.last(fragment_header_bytes);
    read_fragment_header(fragment_header, ip);
    protocol = fragment_header[0];
    ip.protocol = 0;
  }
  const auto length_bytes = static_cast<std::uint32_t>(fragment.data.size());
  return {.key = {ip.source, ip.destination, ip.identification, ip.protocol},
          .begin = ip.fragment_offset_bytes,
          .end = ip.fragment_offset_bytes + length_bytes,
          .is_last = !ip.more_fragments,
          .protocol = protocol};
}

/// What was told may be told again, as any packet, when its first fragment comes: its number may be another's now.
Reassembly::Partials::iterator Reassembly::partial_of(const Place& place, Timestamp time) {
  auto found = partials_.find(place.key);
  const bool is_stale =
      found != partials_.end() && (is_over(found->second.begun, time) || (found->second.is_told && place.begin == 0));
  if (found != partials_.end() && !is_stale) return found;
  const bool follows_told = is_stale && found->second.is_told;
  if (is_stale) give_up(found);
  if (partials_.size() == most_packets) give_up(partials_.find(by_age_.front()));
  found = partials_.try_emplace(place.key).first;
  found->second.begun = time;
  found->second.follows_told = follows_told;
  found->second.age = by_age_.insert(by_age_.end(), place.key);
  return found;
}

/// For the data of one fragment more.
void Reassembly::make_room(Timestamp time) {
  while (!partials_.empty()) {
    const auto oldest = partials_.find(by_age_.front());
    if (kept_bytes_ <= most_bytes - most_length && !is_over(oldest->second.begun, time)) return;
    give_up(oldest);
  }
}

void Reassembly::give_up(Partials::iterator partial) {
  if (const auto frame = partial->second.withheld) {
    unfinished_.first_frame = unfinished_.count == 0 ? *frame : std::min(unfinished_.first_frame, *frame);
    ++unfinished_.count;
  }
  forget(partial);
}

void Reassembly::forget(Partials::iterator partial) {
  kept_bytes_ -= partial->second.kept_bytes();
  by_age_.erase(partial->second.age);
  partials_.erase(partial);
}

Reassembly::Unfinished Reassembly::unfinished() const {
  Unfinished all = unfinished_;
  for (const auto& [key, partial] : partials_) {
    if (!partial.withheld) continue;
    all.first_frame = all.count == 0 ? *partial.withheld : std::min(all.first_frame, *partial.withheld);
    ++all.count;
  }
  return all;
}

std::string to_string(const Reassembly::Unfinished& unfinished) {
  const bool is_one = unfinished.count == 1;
  return std::to_string(unfinished.count) + (is_one ? " IP packet with TCP is" : " IP packets with TCP are") +
         " left out: " + (is_one ? "its" : "their") +
         " fragments are not all in the capture, or contradict one another (the first in frame " +
         std::to_string(unfinished.first_frame) + ")";
}

}  // namespace tcplab
