#include "lesson/wire_notes.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

namespace tcplab {
namespace {

/// Short: a row of 80 columns has room for about eleven letters.
std::string_view note_of(WireDeed deed) {
  switch (deed) {
    case WireDeed::departed:
    case WireDeed::arrived:
    case WireDeed::released:
      return {};
    case WireDeed::dropped:
      return "dropped";
    case WireDeed::lost:
      return "cut off";
    case WireDeed::delayed:
      return "delayed";
    case WireDeed::held:
      return "held";
    case WireDeed::swallowed:
      return "repeated";
    case WireDeed::swapped:
      return "swapped";
    case WireDeed::marked:
      return "CE";
    case WireDeed::duplicated:
      return "doubled";
    case WireDeed::copied:
      return "copied";
    case WireDeed::replayed:
      return "replayed";
    case WireDeed::forged:
      return "forged";
  }
  return {};
}

using Identity = std::tuple<std::string, std::string, std::string, std::uint16_t, std::uint32_t, std::uint32_t,
                            std::uint32_t, std::uint32_t>;

Identity identity_of(const WirePacket& packet) {
  return {packet.protocol,
          packet.source,
          packet.destination,
          packet.flags.bits(),
          packet.seq.value(),
          packet.ack.value(),
          packet.protocol == "ICMP" ? 0 : packet.length,
          packet.id};
}

Identity identity_of(const Connection& connection, const Segment& segment) {
  const Endpoint &source = connection.address(segment.from), &destination = connection.address(peer_of(segment.from));
  if (segment.protocol == Protocol::icmp)
    return {to_string(segment.protocol),
            to_string(source.address),
            to_string(destination.address),
            std::uint16_t{0},
            0U,
            0U,
            0U,
            segment.ip_identification};
  return {to_string(segment.protocol), to_string(source),   to_string(destination), segment.flags.bits(),
          segment.seq.value(),         segment.ack.value(), segment.length,         segment.ip_identification};
}

class WireNotes {
 public:
  explicit WireNotes(std::vector<Analysis>& connections) {
    for (Analysis& analysis : connections) {
      const auto& segments = analysis.connection.segments;
      for (std::size_t i = 0; i < segments.size(); ++i)
        alike_[identity_of(analysis.connection, segments[i])].push_back({&analysis, i, false});
    }
    for (auto& [identity, places] : alike_)
      std::ranges::stable_sort(places, {}, [](const Place& place) { return place.segment().sighting().time; });
  }

  void add(const WireEvent& event) {
    const Identity identity = identity_of(event.packet);
    const auto places = alike_.find(identity);
    if (places == alike_.end()) return;
    std::size_t& departures = departures_[identity];
    if (event.deed == WireDeed::departed) ++departures;
    if (note_of(event.deed).empty()) return;
    const bool appears = event.deed == WireDeed::replayed || event.deed == WireDeed::forged;
    Place* const place = appears ? next_arrival(places->second, event.time) : departed(places->second, departures);
    if (place != nullptr) place->note(note_of(event.deed));
    if (event.deed == WireDeed::duplicated) {
      if (Place* const copy = next_arrival(places->second, event.time)) copy->note("copy");
    }
  }

 private:
  struct Place {
    Analysis* analysis;
    std::size_t index;
    bool is_noted;
    [[nodiscard]] const Segment& segment() const { return analysis->connection.segments[index]; }
    void note(std::string_view text) {
      is_noted = true;
      const auto row = std::ranges::find(analysis->ladder.rows, index, &Row::segment);
      if (row == analysis->ladder.rows.end()) return;
      row->note += (row->note.empty() ? "" : ", ") + std::string(text);
    }
  };

  /// The `number`th, from 1, that its sender sent.
  static Place* departed(std::vector<Place>& places, std::size_t number) {
    for (Place& place : places) {
      if (place.segment().departed && number-- <= 1) return &place;
    }
    return nullptr;
  }

  /// The next after `time` that arrived without having been sent. Where only its receiver's capture has a connection,
  /// departures are the receiver's times as well.
  static Place* next_arrival(std::vector<Place>& places, Timestamp time) {
    const auto found = std::ranges::find_if(places, [&](const Place& place) {
      const Segment& segment = place.segment();
      const bool was_sent = segment.departed && segment.departed->time < time;
      return !place.is_noted && !was_sent && segment.arrived && segment.arrived->time >= time;
    });
    return found == places.end() ? nullptr : &*found;
  }

  std::map<Identity, std::vector<Place>> alike_;
  std::map<Identity, std::size_t> departures_;
};

}  // namespace

void add_wire_notes(std::vector<Analysis>& connections, const std::vector<WireEvent>& events) {
  std::vector<WireEvent> in_order = events;
  std::ranges::stable_sort(in_order, {}, &WireEvent::time);
  WireNotes notes(connections);
  for (const WireEvent& event : in_order) notes.add(event);
}

}  // namespace tcplab
