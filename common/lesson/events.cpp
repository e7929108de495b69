#include "lesson/events.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "json/json_text.hpp"
#include "packet/number_text.hpp"
#include "packet/printable.hpp"

namespace tcplab {
namespace {

using Json = nlohmann::json;

template <typename Value, std::size_t size>
using Words = std::array<std::pair<std::string_view, Value>, size>;

constexpr Words<WireDeed, 14> deeds = {{{"departed", WireDeed::departed},
                                        {"arrived", WireDeed::arrived},
                                        {"dropped", WireDeed::dropped},
                                        {"lost", WireDeed::lost},
                                        {"delayed", WireDeed::delayed},
                                        {"held", WireDeed::held},
                                        {"released", WireDeed::released},
                                        {"swallowed", WireDeed::swallowed},
                                        {"swapped", WireDeed::swapped},
                                        {"marked", WireDeed::marked},
                                        {"duplicated", WireDeed::duplicated},
                                        {"copied", WireDeed::copied},
                                        {"replayed", WireDeed::replayed},
                                        {"forged", WireDeed::forged}}};

constexpr Words<HostAction::Kind, 7> actions = {{{"killed", HostAction::Kind::killed},
                                                 {"rebooted", HostAction::Kind::rebooted},
                                                 {"run", HostAction::Kind::run},
                                                 {"enter", HostAction::Kind::enter},
                                                 {"cut", HostAction::Kind::cut},
                                                 {"mended", HostAction::Kind::mended},
                                                 {"stopped", HostAction::Kind::stopped}}};

template <typename Value, std::size_t size>
Value value_of(std::string_view word, const Words<Value, size>& words, const char* what) {
  const auto found = std::ranges::find(words, word, &std::pair<std::string_view, Value>::first);
  if (found == words.end()) throw std::runtime_error(std::string("unknown ") + what + " '" + std::string(word) + "'");
  return found->second;
}

/// The fields of one object. What is missing, or of another type, is an error that names it.
class Fields {
 public:
  explicit Fields(const Json& object) : object_(object) {}

  [[nodiscard]] bool has(const char* key) const { return object_.contains(key); }

  [[nodiscard]] std::string text(const char* key) const {
    if (!has(key) || !object_[key].is_string()) throw std::runtime_error(std::string("no text '") + key + "'");
    return printable(object_[key].get_ref<const std::string&>());
  }
  [[nodiscard]] std::string text_or_nothing(const char* key) const { return has(key) ? text(key) : ""; }

  [[nodiscard]] std::uint32_t number(const char* key) const {
    if (!has(key) || !object_[key].is_number_unsigned() || object_[key].get<std::uint64_t>() > 0xffffffff)
      throw std::runtime_error(std::string("no 32-bit number '") + key + "'");
    return object_[key].get<std::uint32_t>();
  }

  [[nodiscard]] Fields object(const char* key) const {
    if (!has(key) || !object_[key].is_object()) throw std::runtime_error(std::string("no object '") + key + "'");
    return Fields(object_[key]);
  }

  /// Seconds with nine decimals.
  [[nodiscard]] Timestamp time() const {
    const std::string written = text("time");
    const std::size_t point = written.find('.');
    if (point != std::string::npos && written.size() - point == 10 && written.find_first_of("0123456789") == 0) {
      const auto nanoseconds = number_in<std::int64_t>(written.substr(0, point) + written.substr(point + 1));
      if (nanoseconds) return Timestamp(std::chrono::nanoseconds(*nanoseconds));
    }
    throw std::runtime_error("'" + written + "' is no time: seconds with nine decimals");
  }

  [[nodiscard]] End host() const {
    const std::string name = text("host");
    if (name == "client") return End::client;
    if (name == "server") return End::server;
    throw std::runtime_error("unknown host '" + name + "'");
  }

  [[nodiscard]] State state() const {
    const auto state = parse_state(text("state"));
    if (!state) throw std::runtime_error("unknown state '" + text("state") + "'");
    return *state;
  }

 private:
  const Json& object_;
};

void read_call(const Fields& fields, Events& events) {
  const End host = fields.host();
  const std::string name = fields.text("name"), phase = fields.text("phase");
  if (phase == "begin") {
    events.calls.push_back({.host = host,
                            .name = name,
                            .began = fields.time(),
                            .ended = {},
                            .outcome = {},
                            .state = {},
                            .local = {},
                            .remote = {}});
    return;
  }
  if (phase != "end") throw std::runtime_error("unknown phase '" + phase + "'");
  const auto call = std::find_if(events.calls.rbegin(), events.calls.rend(), [&](const Call& begun) {
    return begun.host == host && begun.name == name && !begun.ended;
  });
  if (call == events.calls.rend()) throw std::runtime_error("the call '" + name + "' ends and never began");
  call->ended = fields.time();
  call->outcome = fields.text("outcome");
  if (fields.has("state")) call->state = fields.state();
  call->local = fields.text_or_nothing("local");
  call->remote = fields.text_or_nothing("remote");
}

WirePacket packet_from(const Fields& fields) {
  WirePacket packet;
  packet.protocol = fields.text("protocol");
  packet.source = fields.text("source");
  packet.destination = fields.text("destination");
  if (fields.has("flags")) {
    const auto flags = parse_tcp_flags(fields.text("flags"));
    if (!flags) throw std::runtime_error("unknown flags '" + fields.text("flags") + "'");
    packet.flags = *flags;
  }
  if (fields.has("seq")) packet.seq = SeqNum(fields.number("seq"));
  if (fields.has("ack")) packet.ack = SeqNum(fields.number("ack"));
  if (fields.has("length")) packet.length = fields.number("length");
  if (fields.has("id")) packet.id = fields.number("id");
  if (fields.has("type")) packet.type = fields.number("type");
  if (fields.has("code")) packet.code = fields.number("code");
  return packet;
}

void read_event(const Fields& fields, Events& events) {
  const std::string kind = fields.text("kind");
  if (kind == "call") {
    read_call(fields, events);
  } else if (kind == "state") {
    events.states.push_back(
        {fields.time(), fields.host(), fields.state(), fields.text("local"), fields.text("remote")});
  } else if (kind == "wire") {
    events.wire.push_back({fields.time(), fields.host(), value_of(fields.text("event"), deeds, "wire event"),
                           fields.text_or_nothing("rule"), packet_from(fields.object("segment"))});
  } else if (kind == "action") {
    const bool is_wire = fields.text("host") == "wire";
    events.actions.push_back({fields.time(), is_wire ? std::nullopt : std::optional(fields.host()),
                              value_of(fields.text("event"), actions, "action"), fields.text_or_nothing("rule")});
  } else {
    throw std::runtime_error("unknown kind '" + kind + "'");
  }
}

}  // namespace

Events read_events(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot read the recording's events, " + file.string());
  return read_events(stream, file.string());
}

Events read_events(std::istream& stream, const std::string& name) {
  Events events;
  std::size_t number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    try {
      const Json object = json_if_whole(line);
      if (!object.is_object()) throw std::runtime_error("no JSON object");
      read_event(Fields(object), events);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(name + ":" + std::to_string(number) + ": " + error.what());
    }
  }
  return events;
}

}  // namespace tcplab
