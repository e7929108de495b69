// Wireless LAN: data frames, bare or behind the notes of the card that received them.
// Encrypted frames are passed over; of an aggregate (A-MSDU) the first packet is read.
// IEEE 802.11 section 9.2 and 9.3, radiotap.org, the PPI specification 1.0.10.
#include "packet/decoder.hpp"

namespace tcplab {
namespace {

/// The frame control field's two bytes.
struct FrameControl {
  std::uint8_t kind, flags;

  [[nodiscard]] bool is_data() const { return (kind & 0x0c) == 0x08 && (kind & 0x40) == 0; }
  [[nodiscard]] bool has_qos() const { return (kind & 0x80) != 0; }
  [[nodiscard]] bool has_four_addresses() const { return (flags & 0x03) == 0x03; }
  [[nodiscard]] bool is_encrypted() const { return (flags & 0x40) != 0; }
  [[nodiscard]] bool has_ht_control() const { return has_qos() && (flags & 0x80) != 0; }
  [[nodiscard]] std::size_t address_bytes() const { return has_four_addresses() ? 30 : 24; }
  [[nodiscard]] std::size_t header_bytes() const {
    return address_bytes() + (has_qos() ? 2 : 0) + (has_ht_control() ? 4 : 0);
  }
};

/// Radiotap's flags field, if the header has one: the first two fields stand behind all the words that say which.
std::uint8_t radiotap_flags(ByteView header) {
  constexpr std::uint32_t has_time = 1, has_flags = 2, has_another_word = 0x80000000;
  std::size_t at = 4;
  const std::uint32_t present = le32(header, at);
  for (std::uint32_t word = present; (word & has_another_word) != 0; word = le32(header, at)) {
    at += 4;
    if (at + 4 > header.size()) return 0;
  }
  at += 4;
  if ((present & has_time) != 0) at = (at + 7) / 8 * 8 + 8;
  return (present & has_flags) != 0 && at < header.size() ? header[at] : std::uint8_t{0};
}

}  // namespace

void Decoder::ieee802_11(bool padded_to_words) {
  constexpr std::uint8_t is_aggregate = 0x80;
  constexpr std::size_t aggregate_header_bytes = 14;
  if (!has(2, "802.11 header is cut off")) return;
  const FrameControl control{rest_[0], rest_[1]};
  if (!control.is_data() || control.is_encrypted()) return;
  std::size_t header_bytes = control.header_bytes();
  if (!has(header_bytes, "802.11 header is cut off")) return;
  const bool has_aggregate = control.has_qos() && (rest_[control.address_bytes()] & is_aggregate) != 0;
  if (padded_to_words) header_bytes = (header_bytes + 3) / 4 * 4;
  if (has_aggregate) header_bytes += aggregate_header_bytes;
  if (!has(header_bytes, "802.11 header is cut off")) return;
  take(header_bytes);
  llc();
}

void Decoder::radiotap() {
  constexpr std::uint8_t header_is_padded = 0x20;
  if (!has(8, "radiotap header is cut off")) return;
  const std::size_t header_bytes = le16(rest_, 2);
  if (header_bytes < 8) return problem(2, "radiotap header length is below 8 bytes");
  if (!has(header_bytes, "radiotap header is cut off")) return;
  const std::uint8_t flags = radiotap_flags(rest_.first(header_bytes));
  take(header_bytes);
  ieee802_11((flags & header_is_padded) != 0);
}

/// It names the link type of what follows.
void Decoder::per_packet_information() {
  if (!has(8, "PPI header is cut off")) return;
  const std::size_t header_bytes = le16(rest_, 2);
  const std::uint32_t type = le32(rest_, 4);
  if (header_bytes < 8) return problem(2, "PPI header length is below 8 bytes");
  if (!has(header_bytes, "PPI header is cut off") || !may_nest()) return;
  take(header_bytes);
  if (type <= 0xffff) link(LinkType{static_cast<std::uint16_t>(type)});
}

}  // namespace tcplab
