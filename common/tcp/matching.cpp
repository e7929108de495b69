#include "tcp/matching.hpp"

#include <algorithm>
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
  auto& lags = lags_[here_[here.front()].from];
  std::ranges::sort(lags);
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

using Places = std::vector<std::size_t>;

bool is_data(const Segment& segment) {
  return segment.protocol == Protocol::tcp && segment.length > 0 && !segment.has(syn) && !segment.has(rst);
}

/// Finds the pieces of a segment in another capture, each of which is taken once.
class Pieces {
 public:
  explicit Pieces(const std::vector<Segment>& segments) : segments_(segments), is_taken_(segments.size(), false) {
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (is_data(segments[i])) by_number_[{segments[i].from, segments[i].seq.value()}].push_back(i);
  }

  /// Their places, in order; none if they are not all there, or it is there as it is.
  Places take(const Segment& whole) {
    Places pieces;
    const SeqNum end = whole.seq + whole.length;
    for (SeqNum next = whole.seq; next != end;) {
      const auto piece = find(whole, next, pieces.size());
      if (!piece || segments_[*piece].length == whole.length) return {};
      pieces.push_back(*piece);
      next += segments_[*piece].length;
    }
    for (const std::size_t piece : pieces) is_taken_[piece] = true;
    return pieces;
  }

 private:
  /// A network card repeats the header, and counts the identification on; the FIN goes with the last.
  [[nodiscard]] std::optional<std::size_t> find(const Segment& whole, SeqNum first, std::size_t before) const {
    const auto here = by_number_.find({whole.from, first.value()});
    if (here == by_number_.end()) return std::nullopt;
    const auto fits = [&](std::size_t place) {
      const Segment& piece = segments_[place];
      const SeqNum piece_end = piece.seq + piece.length, end = whole.seq + whole.length;
      const auto counted = static_cast<std::uint16_t>(whole.ip_identification + before);
      const bool is_next = piece.ip_identification == counted || piece.ip_identification == whole.ip_identification;
      return !is_taken_[place] && piece_end <= end && piece.ack == whole.ack && piece.window == whole.window &&
             is_next && piece.has(fin) == (whole.has(fin) && piece_end == end);
    };
    const auto place = std::ranges::find_if(here->second, fits);
    return place == here->second.end() ? std::nullopt : std::optional(*place);
  }

  const std::vector<Segment>& segments_;
  std::map<std::pair<End, std::uint32_t>, Places> by_number_;
  std::vector<bool> is_taken_;
};

}  // namespace

std::size_t cut_alike(std::vector<Segment>& here, const std::vector<Segment>& there) {
  std::set<Identity> known;
  for (const Segment& segment : there) known.insert(identity(segment));
  Pieces pieces(there);
  std::size_t count = 0;
  std::vector<Segment> cut;
  cut.reserve(here.size());
  for (const Segment& segment : here) {
    const bool is_whole = !is_data(segment) || known.contains(identity(segment));
    const Places places = is_whole ? Places() : pieces.take(segment);
    if (places.empty()) {
      cut.push_back(segment);
      continue;
    }
    ++count;
    for (const std::size_t place : places) {
      cut.push_back(there[place]);
      cut.back().departed = segment.departed;
      cut.back().arrived = segment.arrived;
    }
  }
  here = std::move(cut);
  return count;
}

}  // namespace tcplab
