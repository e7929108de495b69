// JSON as text, both ways: what is written takes any bytes, and the reader and writer of nlohmann/json, which is all
// header, are compiled here only.
#pragma once

#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace tcplab {

/// Throws nlohmann::json::parse_error, which names the byte.
nlohmann::json json_from(std::string_view text);
nlohmann::json json_from(std::istream& stream);
/// The same, with the members of each object in their order.
nlohmann::ordered_json ordered_json_from(std::istream& stream);
/// A discarded value (`is_discarded()`) instead of the error.
nlohmann::json json_if_whole(std::string_view text);

/// On one line; with an indent, on as many as it takes. Bytes that are no UTF-8 become U+FFFD: never throws for a text.
std::string json_text(const nlohmann::json& value, int indent = -1);
std::string json_text(const nlohmann::ordered_json& value, int indent = -1);

enum class JsonLetters { utf8, ascii };

/// The text as a JSON string, with its quotes.
std::string json_string(std::string_view text, JsonLetters letters = JsonLetters::utf8);

}  // namespace tcplab
