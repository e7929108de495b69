// tcpdump's text of a TCP option, as its print-tcp.c writes it.
// It differs where tcpdump names kinds that no RFC of ours does (obsolete, multipath, experiments: unknown here), where
// tcpdump 4.99 prints a stray space in "tfo  cookie" or asks for the MD5 secret, and in how a wrong length is told.
#include "packet/bytes.hpp"
#include "packet/tcp_options.hpp"

namespace tcplab {
namespace {

std::string name_of(TcpOptionKind kind) {
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
  return "unknown-" + std::to_string(static_cast<unsigned>(kind));
}

std::string hexadecimal(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 0x0f];
  }
  return text;
}

std::string sack_text(ByteView value, SeqNum relative_to) {
  std::string text = " " + std::to_string(value.size() / 8) + " ";
  for (std::size_t at = 0; at < value.size(); at += 8) {
    const std::uint32_t left = be32(value, at) - relative_to.value(), right = be32(value, at + 4) - relative_to.value();
    text += "{" + std::to_string(left) + ":" + std::to_string(right) + "}";
  }
  return text;
}

std::string tcp_ao_text(ByteView value) {
  std::string text = " keyid " + std::to_string(value[0]) + " rnextkeyid " + std::to_string(value[1]);
  if (value.size() > 2) text += " mac 0x" + hexadecimal(value.subspan(2));
  return text;
}

/// Of a well-formed option, with the space that parts it from the name.
std::string value_text(TcpOptionKind kind, ByteView value, SeqNum relative_to) {
  switch (kind) {
    case TcpOptionKind::end_of_list:
    case TcpOptionKind::no_operation:
    case TcpOptionKind::sack_permitted:
      return {};
    case TcpOptionKind::maximum_segment_size:
      return " " + std::to_string(be16(value, 0));
    case TcpOptionKind::window_scale:
      return " " + std::to_string(value[0]);
    case TcpOptionKind::sack:
      return sack_text(value, relative_to);
    case TcpOptionKind::timestamps:
      return " val " + std::to_string(be32(value, 0)) + " ecr " + std::to_string(be32(value, 4));
    case TcpOptionKind::md5_signature:
      return " " + hexadecimal(value);
    case TcpOptionKind::tcp_ao:
      return tcp_ao_text(value);
    case TcpOptionKind::fast_open:
      return value.empty() ? " cookiereq" : " cookie " + hexadecimal(value);
  }
  return value.empty() ? "" : " 0x" + hexadecimal(value);
}

}  // namespace

std::string to_string(const TcpOption& option, SeqNum relative_to) {
  if (!option.malformed) return name_of(option.kind) + value_text(option.kind, option.value, relative_to);
  if (option.length_bytes != option.value.size() + 2) return "[bad opt]";
  return name_of(option.kind) + "[len " + std::to_string(option.length_bytes) + "]";
}

}  // namespace tcplab
