#include "capture/foreign_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace tcplab {
namespace {

using namespace std::string_view_literals;

struct Known {
  std::string_view beginning;
  std::string_view what;
};

constexpr std::array known = {
    Known{"\x1f\x8b"sv, "it is compressed with gzip; unpack it first with gunzip"},
    Known{"\x28\xb5\x2f\xfd"sv, "it is compressed with zstd; unpack it first with unzstd"},
    Known{"\xfd"
          "7zXZ\0"sv,
          "it is compressed with xz; unpack it first with unxz"},
    Known{"BZh"sv, "it is compressed with bzip2; unpack it first with bunzip2"},
    Known{"\x04\x22\x4d\x18"sv, "it is compressed with lz4; unpack it first with unlz4"},
    Known{"PK\x03\x04"sv, "it is a zip archive; unpack it first with unzip"},
    Known{"snoop\0\0\0"sv, "it is a snoop capture; convert it with editcap -F pcap"},
    Known{"GMBU"sv, "it is a Microsoft Network Monitor capture; convert it with editcap -F pcap"},
    Known{"RTSS"sv, "it is a Microsoft Network Monitor capture; convert it with editcap -F pcap"},
    Known{"XCP\0"sv, "it is a NetXRay or Sniffer capture; convert it with editcap -F pcap"},
    Known{"TRSNIFF data"sv, "it is a Sniffer capture; convert it with editcap -F pcap"},
    Known{"btsnoop\0"sv, "it is a Bluetooth capture (btsnoop), which holds no TCP"},
    Known{"\xa1\x2b\x3c\x4d"sv, "it is a pcap file of Navtel's kind; convert it with editcap -F pcap"},
    Known{"\x4d\x3c\x2b\xa1"sv, "it is a pcap file of Navtel's kind; convert it with editcap -F pcap"},
    Known{"\xa1\xe2\xcb\x12"sv, "it is a pcap file of Navtel's kind; convert it with editcap -F pcap"},
    Known{"\x12\xcb\xe2\xa1"sv, "it is a pcap file of Navtel's kind; convert it with editcap -F pcap"},
    Known{"#separator"sv, "it is a Zeek log; give the capture that Zeek read"},
    Known{"{"sv, "it is JSON text, not a capture"},
    Known{"<"sv, "it is XML or HTML, not a capture"},
    Known{"version https://git-lfs"sv, "it is a Git LFS pointer; fetch the file with git lfs pull"},
};

bool is_text(ByteView bytes) {
  return std::ranges::all_of(
      bytes, [](std::uint8_t byte) { return byte < 0x80 && (std::isprint(byte) || std::isspace(byte)); });
}

std::string hexadecimal(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) (text += digits[byte >> 4]) += digits[byte & 0x0f];
  return text;
}

}  // namespace

std::string foreign_file(ByteView beginning) {
  if (beginning.empty()) return "it is empty";
  const std::string_view text(reinterpret_cast<const char*>(beginning.data()), beginning.size());
  for (const Known& file : known) {
    if (text.starts_with(file.beginning)) return std::string(file.what);
  }
  if (is_text(beginning)) return "it is text, not a capture";
  return "it is neither pcap nor pcapng (it begins with " +
         hexadecimal(beginning.first(std::min<std::size_t>(4, beginning.size()))) + ")";
}

}  // namespace tcplab
