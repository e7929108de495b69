#include "compare/fields.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "ladder/row_facts.hpp"

namespace tcplab {
namespace {

std::string number_text(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : "none";
}

/// An option's name as tcpdump writes it: "wscale" of "wscale 7".
std::string name_of(const std::string& option) {
  return option.substr(0, option.find(' '));
}

std::optional<std::string> find_option(const Row& row, const std::string& name) {
  const auto found = std::ranges::find(row.options, name, name_of);
  return found == row.options.end() ? std::nullopt : std::optional(*found);
}

/// What each place is called of two that differ in it.
std::string place_text(Place place) {
  return place == Place::again ? "sent before" : place == Place::beyond ? "behind a gap" : "new";
}

/// Both partners, and where what is found goes.
class FieldComparison {
 public:
  FieldComparison(const Row& a, const Row& b, Tally& set_aside) : a_(a), b_(b), set_aside_(set_aside) {}

  void add(const char* name, const std::string& a, const std::string& b) {
    if (a != b) fields_.push_back({name, a, b});
  }

  void options() {
    std::set<std::string> names;
    for (const Row* row : {&a_, &b_}) {
      for (const std::string& option : row->options) names.insert(name_of(option));
    }
    for (const std::string& name : names) {
      if (name == "nop" || name == "eol") continue;
      option(name, find_option(a_, name), find_option(b_, name));
    }
  }

  std::vector<FieldDifference> take() { return std::move(fields_); }

 private:
  void option(const std::string& name, const std::optional<std::string>& a, const std::optional<std::string>& b) {
    if (a == b) return;
    if (name == "TS") return set_aside_.add("timestamps");
    const bool in_both = a && b;
    if (in_both && name == "mss") return set_aside_.add("MSS values");
    if (in_both && name == "wscale") return set_aside_.add("window scales");
    // Its numbers count from what may differ before it; that it reports a gap is what matters.
    if (in_both && name == "sack") return set_aside_.add("SACK blocks");
    if (in_both) return set_aside_.add("option values");
    fields_.push_back({"option " + name, a ? "there" : "none", b ? "there" : "none"});
  }

  const Row &a_, &b_;
  Tally& set_aside_;
  std::vector<FieldDifference> fields_;
};

std::string arrival_text(const SentSegment& sent) {
  return !sent.departs ? "nobody sent it" : sent.arrival_row ? "arrives" : "lost";
}

bool is_zero_window(const Row& row) {
  return row.window == 0U && !row.flags.has(TcpFlags::rst);
}

void compare_headers(const Segment& a, const Segment& b, Tally& set_aside) {
  if (a.ip_identification != b.ip_identification) set_aside.add("IP identifications");
  if (a.hop_limit != b.hop_limit) set_aside.add("hop limits");
}

}  // namespace

std::vector<FieldDifference> differing_fields(const Side& a, const SentSegment& in_a, const Side& b,
                                              const SentSegment& in_b, const Pairing& pairing, bool arrivals,
                                              Tally& set_aside, Tally& follows) {
  const Row &one = a.row_of(in_a), &other = b.row_of(in_b);
  compare_headers(a.segment_of(in_a), b.segment_of(in_b), set_aside);
  FieldComparison fields(one, other, set_aside);
  if (one.icmp && other.icmp) fields.add("ICMP type/code", icmp_text(*one.icmp), icmp_text(*other.icmp));
  fields.add("flags", to_string(one.flags), to_string(other.flags));
  if (arrivals) fields.add("arrival", arrival_text(in_a), arrival_text(in_b));
  if (one.length && other.length) fields.add("length", std::to_string(*one.length), std::to_string(*other.length));
  if (!one.seq || !other.seq) return fields.take();
  fields.add("length", std::to_string(one.seq->length), std::to_string(other.seq->length));
  fields.add("data", place_text(in_a.place), place_text(in_b.place));
  if (one.seq->first != other.seq->first && in_a.place == in_b.place) {
    if (in_a.place == Place::next || pairing.same_number(in_a.from, in_a.first, in_b.first))
      follows.add("sequence numbers");
    else
      fields.add("seq", range_text(*one.seq), range_text(*other.seq));
  }
  if (one.ack.has_value() != other.ack.has_value() ||
      (one.ack && !acknowledges_same(a, *one.ack, b, *other.ack, peer_of(in_a.from), pairing))) {
    fields.add("ack", number_text(one.ack), number_text(other.ack));
  } else if (one.ack != other.ack) {
    follows.add("acknowledgment numbers");
  }
  if (is_zero_window(one) != is_zero_window(other))
    fields.add("win", std::to_string(one.window.value_or(0)), std::to_string(other.window.value_or(0)));
  else if (one.window != other.window)
    set_aside.add("window sizes");
  const auto kind = [](const Row& row) {
    return std::pair(row.flags.has(TcpFlags::syn), row.flags.has(TcpFlags::rst));
  };
  if (kind(one) == kind(other)) fields.options();  // others carry others
  return fields.take();
}

std::vector<StateDifference> differing_states(const Side& a, const SentSegment& in_a, const Side& b,
                                              const SentSegment& in_b) {
  std::vector<StateDifference> found;
  const auto compare = [&](End end, std::size_t a_row, std::size_t b_row) {
    const auto state = end == End::client ? &Row::client : &Row::server;
    const auto one = a.row(a_row).*state, other = b.row(b_row).*state;
    if (!one || !other || one == other) return;
    found.push_back(
        {end,
         a_row,
         b_row,
         {std::string(to_string(end)) + "'s state", std::string(to_string(*one)), std::string(to_string(*other))}});
  };
  if (in_a.departs && in_b.departs) compare(in_a.from, in_a.row, in_b.row);
  if (in_a.arrival_row && in_b.arrival_row) compare(peer_of(in_a.from), *in_a.arrival_row, *in_b.arrival_row);
  return found;
}

void set_aside_ends(const Analysis& a, const Analysis& b, Tally& set_aside) {
  for (const End end : {End::client, End::server}) {
    const Endpoint &one = a.connection.address(end), &other = b.connection.address(end);
    if (a.connection.iss(end) != b.connection.iss(end)) set_aside.add("initial numbers");
    if (one.address != other.address) set_aside.add("addresses");
    if (one.port != other.port) set_aside.add("ports");
  }
}

}  // namespace tcplab
