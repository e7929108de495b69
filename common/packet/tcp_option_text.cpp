// tcpdump's text of a TCP option, as its print-tcp.c writes it.
// It differs where tcpdump names kinds that no RFC of ours does (obsolete, multipath, experiments: unknown here), where
// tcpdump 4.99 prints a stray space in "tfo  cookie" or asks for the MD5 secret, and in how a wrong length is told.
#include <array>
#include <cstring>
#include <string_view>

#include "packet/bytes.hpp"
#include "packet/decimal.hpp"
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

char* put(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

char* put_name(char* at, TcpOptionKind kind) {
  const std::string_view name = name_of(kind);
  return name.empty() ? put_decimal(put(at, "unknown-"), static_cast<std::uint8_t>(kind)) : put(at, name);
}

char* put_hexadecimal(char* at, ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    *at++ = digits[byte >> 4];
    *at++ = digits[byte & 0x0f];
  }
  return at;
}

char* put_sack(char* at, ByteView value, SeqNum relative_to) {
  *at++ = ' ';
  at = put_decimal(at, value.size() / 8);
  *at++ = ' ';
  for (std::size_t i = 0; i < value.size(); i += 8) {
    *at++ = '{';
    at = put_decimal(at, be32(value, i) - relative_to.value());
    *at++ = ':';
    at = put_decimal(at, be32(value, i + 4) - relative_to.value());
    *at++ = '}';
  }
  return at;
}

char* put_tcp_ao(char* at, ByteView value) {
  at = put_decimal(put(at, " keyid "), value[0]);
  at = put_decimal(put(at, " rnextkeyid "), value[1]);
  return value.size() <= 2 ? at : put_hexadecimal(put(at, " mac 0x"), value.subspan(2));
}

char* put_timestamps(char* at, ByteView value) {
  at = put_decimal(put(at, " val "), be32(value, 0));
  return put_decimal(put(at, " ecr "), be32(value, 4));
}

/// Of a well-formed option, with the space that parts it from the name.
char* put_value(char* at, TcpOptionKind kind, ByteView value, SeqNum relative_to) {
  switch (kind) {
    case TcpOptionKind::end_of_list:
    case TcpOptionKind::no_operation:
    case TcpOptionKind::sack_permitted:
      return at;
    case TcpOptionKind::maximum_segment_size:
      return put_decimal(put(at, " "), be16(value, 0));
    case TcpOptionKind::window_scale:
      return put_decimal(put(at, " "), value[0]);
    case TcpOptionKind::sack:
      return put_sack(at, value, relative_to);
    case TcpOptionKind::timestamps:
      return put_timestamps(at, value);
    case TcpOptionKind::md5_signature:
      return put_hexadecimal(put(at, " "), value);
    case TcpOptionKind::tcp_ao:
      return put_tcp_ao(at, value);
    case TcpOptionKind::fast_open:
      return put_hexadecimal(put(at, value.empty() ? " cookiereq" : " cookie "), value);
  }
  return value.empty() ? at : put_hexadecimal(put(at, " 0x"), value);
}

}  // namespace

char* write_text(char* at, const TcpOption& option, SeqNum relative_to) {
  if (!option.malformed) return put_value(put_name(at, option.kind), option.kind, option.value, relative_to);
  if (option.length_bytes != option.value.size() + 2) return put(at, "[bad opt]");
  return put(put_decimal(put(put_name(at, option.kind), "[len "), option.length_bytes), "]");
}

std::string to_string(const TcpOption& option, SeqNum relative_to) {
  std::array<char, option_text_bytes> text;
  return {text.data(), write_text(text.data(), option, relative_to)};
}

}  // namespace tcplab
