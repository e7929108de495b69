#include "json/json_text.hpp"

#include <nlohmann/json.hpp>

namespace tcplab {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

template <typename Json>
std::string text_of(const Json& value, int indent, JsonLetters letters = JsonLetters::utf8) {
  return value.dump(indent, ' ', letters == JsonLetters::ascii, Json::error_handler_t::replace);
}

}  // namespace

json json_from(std::string_view text) {
  return json::parse(text);
}
json json_from(std::istream& stream) {
  return json::parse(stream);
}
ordered_json ordered_json_from(std::istream& stream) {
  return ordered_json::parse(stream);
}
json json_if_whole(std::string_view text) {
  return json::parse(text, nullptr, false);
}

std::string json_text(const json& value, int indent) {
  return text_of(value, indent);
}
std::string json_text(const ordered_json& value, int indent) {
  return text_of(value, indent);
}

std::string json_string(std::string_view text, JsonLetters letters) {
  return text_of(json(text), -1, letters);
}

}  // namespace tcplab
