#include "tcp/matching.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <tuple>
#include <utility>

#include "tcp/identity.hpp"

namespace tcplab {

using enum TcpFlags::Bit;

// --- The same packet ---------------------------------------------------------------------------------------------

Matching::Matching(const std::vector<Segment>& here, const std::vector<Segment>& there) : here_(here), there_(there) {
  std::map<Identity, std::pair<Places, Places>> groups;
  for (std::size_t i = 0; i < here.size(); ++i) groups[identity(here[i])].first.push_back(i);
  for (std::size_t i = 0; i < there.size(); ++i) groups[identity(there[i])].second.push_back(i);
  matched_.resize(here.size());
  for (const auto& [key, group] : groups) {
    if (group.first.size() == group.second.size()) match_in_order(group.first, group.second);
  }
  for (auto& [end, lags] : lags_) std::ranges::sort(lags);
  for (const auto& [key, group] : groups) {
    if (group.first.size() != group.second.size()) match_by_time(group.first, group.second);
  }
  match_changed_syns();
}

void Matching::match(std::size_t here, std::size_t there) {
  matched_[here] = there;
  lags_[here_[here].from].push_back(lag(here, there));
}

/// How much later `there` shows it than `here`: the way, and how much the two clocks differ.
std::chrono::nanoseconds Matching::lag(std::size_t here, std::size_t there) const {
  return there_[there].sighting().time - here_[here].sighting().time;
}

void Matching::match_in_order(const Places& here, const Places& there) {
  for (std::size_t i = 0; i < here.size(); ++i) match(here[i], there[i]);
}

/// Some of several equal ones were lost: those that came are the ones whose lag is most like that of others which
/// went the same way.
void Matching::match_by_time(const Places& here, const Places& there) {
  if (here.empty() || there.empty()) return;
  const auto& lags = lags_[here_[here.front()].from];
  const bool is_known = !lags.empty();
  const nanoseconds usual = is_known ? lags[lags.size() / 2] : nanoseconds(0);
  const bool few_are_here = here.size() < there.size();
  const Places &few = few_are_here ? here : there, &many = few_are_here ? there : here;
  const auto unlike = [&](std::size_t of_few, std::size_t of_many) {
    const nanoseconds found = few_are_here ? lag(of_few, of_many) : lag(of_many, of_few);
    return is_known ? std::max(found - usual, usual - found) : nanoseconds(0);
  };
  std::size_t next =
      0;  // in many: both are in the order of time, so the best for one lies behind the best for those before
  for (std::size_t i = 0; i < few.size(); ++i) {
    const std::size_t last = many.size() - (few.size() - i);
    while (next < last && unlike(few[i], many[next + 1]) < unlike(few[i], many[next])) ++next;
    (few_are_here ? matched_[few[i]] : matched_[many[next]]) = few_are_here ? many[next] : few[i];
    ++next;
  }
}

/// A router may lower the MSS of a SYN, or take options away. Of what is left over, as many on both sides are the same.
void Matching::match_changed_syns() {
  std::vector<bool> is_matched(there_.size(), false);
  for (const auto& one : matched_)
    if (one) is_matched[*one] = true;
  const auto numbers = [](const Segment& syn) {
    return std::tuple(syn.from, syn.flags.bits(), syn.seq.value(), syn.ack.value(), syn.length);
  };
  std::map<decltype(numbers(here_.front())), std::pair<Places, Places>> groups;
  for (std::size_t i = 0; i < here_.size(); ++i)
    if (here_[i].has(syn) && !matched_[i]) groups[numbers(here_[i])].first.push_back(i);
  for (std::size_t i = 0; i < there_.size(); ++i)
    if (there_[i].has(syn) && !is_matched[i]) groups[numbers(there_[i])].second.push_back(i);
  for (const auto& [key, group] : groups) {
    if (group.first.size() == group.second.size()) match_in_order(group.first, group.second);
  }
}

// --- The same in pieces ------------------------------------------------------------------------------------------

namespace {

bool is_data(const Segment& segment) {
  return segment.protocol == Protocol::tcp && segment.length > 0 && !segment.has(syn) && !segment.has(rst);
}

/// What may be pieces of other segments: data of a capture that the other does not show as it is.
class Pieces {
 public:
  Pieces(const std::vector<Segment>& segments, const std::set<Identity>& known) : segments_(segments) {
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (is_data(segments[i]) && !known.contains(identity(segments[i])))
        places_[key_of(segments[i], segments[i].seq)].push_back(i);
    for (auto& [key, places] : places_) std::ranges::reverse(places);
  }

  /// The pieces of a segment and what is missing of it, in order; none if there are none. Each piece is taken once.
  std::vector<Segment> take(const Segment& whole) {
    std::vector<Segment> pieces;
    SeqNum next = whole.seq;
    const SeqNum end = whole.seq + whole.length;
    for (unsigned counted = 0; next != end && pieces.size() < most_pieces;) {
      const auto place = behind(whole, next);
      if (place == places_.end()) break;
      const Segment& piece = segments_[place->second.back()];
      const unsigned steps = identification_steps(whole, piece);
      if (!is_piece(piece, whole, next) || !is_counted(steps, counted, piece.seq != next)) break;
      if (piece.seq != next) pieces.push_back(part_of(whole, next, piece.seq));
      pieces.push_back(piece);
      next = piece.seq + piece.length;
      counted = steps + 1;
      place->second.pop_back();
      if (place->second.empty()) places_.erase(place);
    }
    if (!pieces.empty() && next != end) pieces.push_back(part_of(whole, next, end));
    return pieces;
  }

 private:
  /// By what a network card repeats in each piece, and then by number.
  using Key = std::tuple<End, std::uint32_t, std::uint16_t, std::uint32_t>;
  using Places = std::map<Key, std::vector<std::size_t>>;
  static Key key_of(const Segment& segment, SeqNum number) {
    return {segment.from, segment.ack.value(), segment.window, number.value()};
  }
  /// Where the next number is that there is, be it behind the largest.
  Places::iterator behind(const Segment& whole, SeqNum number) {
    const auto is_like = [&](Places::iterator place) {
      return place != places_.end() && key_of(whole, SeqNum(std::get<3>(place->first))) == place->first;
    };
    const auto place = places_.lower_bound(key_of(whole, number));
    if (is_like(place)) return place;
    const auto wrapped = places_.lower_bound(key_of(whole, SeqNum(0)));
    return is_like(wrapped) ? wrapped : places_.end();
  }
  static unsigned identification_steps(const Segment& whole, const Segment& piece) {
    return static_cast<std::uint16_t>(piece.ip_identification - whole.ip_identification);
  }
  /// A network card counts the identification on, or repeats it.
  static bool is_counted(unsigned steps, unsigned expected, bool is_behind_hole) {
    return steps == 0 || (is_behind_hole ? steps > expected && steps < most_pieces : steps == expected);
  }
  /// The FIN goes with the last.
  static bool is_piece(const Segment& piece, const Segment& whole, SeqNum next) {
    const SeqNum piece_end = piece.seq + piece.length, end = whole.seq + whole.length;
    return piece.seq >= next && piece_end <= end && piece.length < whole.length &&
           piece.has(fin) == (whole.has(fin) && piece_end == end);
  }
  static Segment part_of(const Segment& whole, SeqNum first, SeqNum end) {
    Segment part = whole;
    part.seq = first;
    part.length = static_cast<std::uint32_t>(end - first);
    constexpr unsigned only_at_end = (TcpFlags::psh | TcpFlags(TcpFlags::fin)).bits();
    if (end != whole.seq + whole.length)
      part.flags = TcpFlags(static_cast<std::uint16_t>(part.flags.bits() & ~only_at_end));
    return part;
  }

  /// 64 kB in pieces of the smallest MSS that is usual.
  static constexpr std::size_t most_pieces = 128;
  const std::vector<Segment>& segments_;
  Places places_;  ///< the earliest last
};

}  // namespace

std::size_t cut_alike(std::vector<Segment>& here, const std::vector<Segment>& there) {
  const std::set<Identity> known = identities(there);
  Pieces pieces(there, identities(here));
  std::size_t count = 0;
  std::vector<Segment> cut;
  cut.reserve(here.size());
  for (const Segment& segment : here) {
    const bool is_whole = !is_data(segment) || known.contains(identity(segment));
    const std::vector<Segment> parts = is_whole ? std::vector<Segment>() : pieces.take(segment);
    if (parts.empty()) {
      cut.push_back(segment);
      continue;
    }
    ++count;
    for (const Segment& part : parts) {
      cut.push_back(part);
      cut.back().departed = segment.departed;
      cut.back().arrived = segment.arrived;
    }
  }
  here = std::move(cut);
  return count;
}

}  // namespace tcplab
