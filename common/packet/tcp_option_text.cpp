// tcpdump's text of a TCP option, as its print-tcp.c writes it.
// It differs where tcpdump names kinds that no RFC of ours does (obsolete, multipath, experiments: unknown here), where
// tcpdump 4.99 prints a stray space in "tfo  cookie" or asks for the MD5 secret, and in how a wrong length is told.
#include <array>
#include <charconv>
#include <string_view>

#include "packet/bytes.hpp"
#include "packet/tcp_options.hpp"

namespace tcplab {
namespace {

std::string_view name_of(TcpOptionKind kind) {
  switch (kind) {
    case TcpOptionKind::end_of_list:
      return "eol";
    case TcpOptionKind::no_operation:
      return "nop";
    case TcpOptionKind::maximum_segment_size:
      return "mss";
    case TcpOptionKind::window_scale:
      return "wscale";
    case TcpOptionKind::sack_permitted:
      return "sackOK";
    case TcpOptionKind::sack:
      return "sack";
    case TcpOptionKind::timestamps:
      return "TS";
    case TcpOptionKind::md5_signature:
      return "md5";
    case TcpOptionKind::tcp_ao:
      return "tcp-ao";
    case TcpOptionKind::fast_open:
      return "tfo";
  }
  return {};
}

void append_number(std::string& text, std::uint32_t number) {
  std::array<char, 10> digits;
  text.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

void append_name(std::string& text, TcpOptionKind kind) {
  const std::string_view name = name_of(kind);
  text += name.empty() ? "unknown-" : name;
  if (name.empty()) append_number(text, static_cast<std::uint32_t>(kind));
}

void append_hexadecimal(std::string& text, ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 0x0f];
  }
}

void append_sack(std::string& text, ByteView value, SeqNum relative_to) {
  text += ' ';
  append_number(text, static_cast<std::uint32_t>(value.size() / 8));
  text += ' ';
  for (std::size_t at = 0; at < value.size(); at += 8) {
    text += '{';
    append_number(text, be32(value, at) - relative_to.value());
    text += ':';
    append_number(text, be32(value, at + 4) - relative_to.value());
    text += '}';
  }
}

void append_tcp_ao(std::string& text, ByteView value) {
  text += " keyid ";
  append_number(text, value[0]);
  text += " rnextkeyid ";
  append_number(text, value[1]);
  if (value.size() <= 2) return;
  text += " mac 0x";
  append_hexadecimal(text, value.subspan(2));
}

void append_timestamps(std::string& text, ByteView value) {
  text += " val ";
  append_number(text, be32(value, 0));
  text += " ecr ";
  append_number(text, be32(value, 4));
}

/// Of a well-formed option, with the space that parts it from the name.
void append_value(std::string& text, TcpOptionKind kind, ByteView value, SeqNum relative_to) {
  switch (kind) {
    case TcpOptionKind::end_of_list:
    case TcpOptionKind::no_operation:
    case TcpOptionKind::sack_permitted:
      return;
    case TcpOptionKind::maximum_segment_size:
      text += ' ';
      return append_number(text, be16(value, 0));
    case TcpOptionKind::window_scale:
      text += ' ';
      return append_number(text, value[0]);
    case TcpOptionKind::sack:
      return append_sack(text, value, relative_to);
    case TcpOptionKind::timestamps:
      return append_timestamps(text, value);
    case TcpOptionKind::md5_signature:
      text += ' ';
      return append_hexadecimal(text, value);
    case TcpOptionKind::tcp_ao:
      return append_tcp_ao(text, value);
    case TcpOptionKind::fast_open:
      text += value.empty() ? " cookiereq" : " cookie ";
      return append_hexadecimal(text, value);
  }
  if (!value.empty()) text += " 0x";
  append_hexadecimal(text, value);
}

}  // namespace

void append_text(std::string& text, const TcpOption& option, SeqNum relative_to) {
  if (!option.malformed) {
    append_name(text, option.kind);
    return append_value(text, option.kind, option.value, relative_to);
  }
  if (option.length_bytes != option.value.size() + 2) {
    text += "[bad opt]";
    return;
  }
  append_name(text, option.kind);
  text += "[len ";
  append_number(text, option.length_bytes);
  text += ']';
}

std::string to_string(const TcpOption& option, SeqNum relative_to) {
  std::string text;
  append_text(text, option, relative_to);
  return text;
}

}  // namespace tcplab
