#include "report/verdict_text.hpp"

#include <algorithm>

#include "packet/tcp_options.hpp"
#include "report/verdict_context.hpp"
#include "tcp/quotes.hpp"

namespace tcplab {

VerdictContext::VerdictContext(const Connection& connection_, const Verdict& verdict_, const Ladder& ladder_,
                               Language language)
    : connection(connection_),
      verdict(verdict_),
      ladder(ladder_),
      prose(language),
      row_of_(connection_.segments.size(), 0) {
  for (std::size_t i = 0; i < ladder.rows.size(); ++i) {
    const Row& row = ladder.rows[i];
    if (!row.segment) continue;
    if (row_of_[*row.segment] == 0) row_of_[*row.segment] = i + 1;
    if (row.leg == Leg::lost) lost_.push_back(*row.segment);
  }
  for (std::size_t i = 0; i < connection.segments.size(); ++i) {
    const Segment& segment = connection.segments[i];
    auto& first = first_fins_[index_of(segment.from)];
    if (segment.has(TcpFlags::fin) && segment.departed && !first) first = i;
  }
}

void VerdictContext::say_both(LineBuffer& text, Phrase one, Phrase other, Fillings fillings, End end) const {
  prose.say(text, one, end, fillings);
  prose.say(text, other, end, fillings);
}

std::vector<std::size_t> VerdictContext::rows(std::vector<std::size_t> segments) const {
  for (std::size_t& segment : segments) segment = row(segment);
  std::ranges::sort(segments);
  return segments;
}

bool has_fast_open(const Segment& segment) {
  const OptionBytes& options = segment.options;
  if (!options.may_have(TcpOptionKind::fast_open) && !options.may_have(fast_open_experiment)) return false;
  return std::ranges::any_of(tcp_options(options), [](const TcpOption& option) {
    const bool is_experiment = option.kind == fast_open_experiment && option.value.size() >= 2 &&
                               option.value[0] == 0xf9 && option.value[1] == 0x89;
    return option.kind == TcpOptionKind::fast_open || is_experiment;
  });
}

namespace {

/// All but those that have a file of their own.
class Sentences {
 public:
  Sentences(LineBuffer& text, const VerdictContext& context)
      : text_(text), context_(context), verdict_(context.verdict) {}

  /// RFC 9293 section 3.5.
  void say_opening() {
    const auto syn = syn_of(End::client), answer = syn_of(End::server);
    if (!syn) return say_before_capture();
    switch (verdict_.opening) {
      case Opening::three_way:
        return say_three_way(*syn, verdict_.handshake[1]);
      case Opening::simultaneous:
        return answer ? say_simultaneous(*syn, *answer) : void();
      case Opening::split:
        return answer ? say_split(*syn, *answer) : void();
      case Opening::fast_open:
        return answer ? say_fast_open(*syn, *answer) : void();
      case Opening::refused:
        return verdict_.reset ? say_refused(*syn, verdict_.reset->segment) : void();
      case Opening::unanswered:
        return say_unanswered(*syn);
      case Opening::half_open:
        return say_half_open(*syn, verdict_.handshake[1]);
      case Opening::before_capture:
        return say_before_capture();
    }
  }

  /// RFC 768 has no more to tell than this; RFC 1122 sections 4.1.3.1 and 4.2.3.9 on the errors.
  void say_errors() {
    const auto first = first_error();
    if (!first) return;
    const bool is_of_tcp = context_.connection.protocol == Protocol::tcp;
    const Quotes quotes(context_.connection);
    for (std::size_t i = *first; i < context_.connection.segments.size(); ++i) {
      const Segment& error = context_.segment(i);
      if (error.protocol != Protocol::icmp) continue;
      if (i > *first) return say(Phrase::icmp_more);
      const Endpoint& refused = context_.connection.address(error.from);
      const bool is_v6 = refused.address.version == 6;
      const std::string_view icmp = is_v6 ? "ICMPv6" : "ICMP";
      const bool is_of_port = error.icmp == (is_v6 ? IcmpKind{1, 4} : IcmpKind{3, 3});
      if (is_of_port && (is_of_tcp || error.is_from_end()))
        say(is_of_tcp ? Phrase::icmp_filtered : Phrase::icmp_port,
            {{"icmp", icmp}, {"row", context_.row(i)}, {"port", refused.port}});
      else if (const auto quoted = quotes.quoted_by(i))
        say(Phrase::icmp_error_quoting, {{"icmp", icmp},
                                         {"row", context_.row(i)},
                                         {"type", error.icmp.type},
                                         {"code", error.icmp.code},
                                         {"quoted", context_.row(*quoted)}});
      else
        say(Phrase::icmp_error,
            {{"icmp", icmp}, {"row", context_.row(i)}, {"type", error.icmp.type}, {"code", error.icmp.code}});
    }
  }

  /// What two captures show each in its own way.
  void say_captures() {
    const Connection& connection = context_.connection;
    if (connection.left_out) return context_.prose.say(text_, Phrase::capture_left_out, *connection.left_out);
    if (connection.cut_on_way > 0) say(Phrase::cut_on_way, {{"Segments", Prose::segments(connection.cut_on_way)}});
  }

  void say_certainty() {
    switch (verdict_.certainty) {
      case Certainty::seen:
        if (verdict_.opening == Opening::unanswered && is_one_sided()) return say(Phrase::certainty_no_answer);
        return say(context_.connection.vantage == Vantage::both_ends ? Phrase::certainty_seen
                                                                     : Phrase::certainty_seen_one);
      case Certainty::inferred:
        return say(Phrase::certainty_inferred);
      case Certainty::guess:
        return say(Phrase::certainty_guess);
    }
  }

 private:
  void say(Phrase phrase, Fillings fillings = {}) { context_.prose.say(text_, phrase, fillings); }
  void say_both(Phrase one, Phrase other, Fillings fillings) { context_.say_both(text_, one, other, fillings); }

  /// From one point, nothing of the server's.
  [[nodiscard]] bool is_one_sided() const {
    const auto is_servers = [](const Segment& segment) {
      return segment.from == End::server && segment.protocol == Protocol::tcp;
    };
    return context_.connection.vantage == Vantage::one_point &&
           std::ranges::none_of(context_.connection.segments, is_servers);
  }

  [[nodiscard]] std::optional<std::size_t> first_error() const {
    const auto& segments = context_.connection.segments;
    const auto error = std::ranges::find(segments, Protocol::icmp, &Segment::protocol);
    return error == segments.end() ? std::nullopt : std::optional(static_cast<std::size_t>(error - segments.begin()));
  }

  /// The one that the verdict names, else the end's first.
  [[nodiscard]] std::optional<std::size_t> syn_of(End end) const {
    const auto& named = verdict_.handshake[end == End::client ? 0 : 1];
    if (named) return named;
    return first_of(end, [](const Segment& segment) { return segment.has(TcpFlags::syn); });
  }

  template <typename Condition>
  [[nodiscard]] std::optional<std::size_t> first_of(End end, Condition condition) const {
    const auto& segments = context_.connection.segments;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (segments[i].from == end && segments[i].protocol == Protocol::tcp && condition(segments[i])) return i;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<std::size_t> syn_ack_of(End end) const {
    return first_of(end, [](const Segment& one) { return one.has(TcpFlags::syn) && one.has(TcpFlags::ack); });
  }

  void say_three_way(std::size_t syn, std::optional<std::size_t> answer) {
    const auto completion = verdict_.handshake[2];
    if (!answer || !completion) return say(Phrase::opening_three_way_gaps, {{"syn", context_.row(syn)}});
    const auto rows = context_.rows({syn, *answer, *completion});
    say(Phrase::opening_three_way, {{"rows", RowList{rows}}});
    const bool had_data = context_.segment(syn).length > 0;
    say(had_data ? Phrase::not_fast_open : Phrase::not_simultaneous_open,
        {{"syn", context_.row(syn)}, {"answer", context_.row(*answer)}});
  }

  void say_simultaneous(std::size_t syn, std::size_t answer) {
    if (context_.connection.is_with_itself()) return say(Phrase::opening_with_itself, {{"syn", context_.row(syn)}});
    const auto rows = context_.rows({syn, answer});
    say(Phrase::opening_simultaneous, {{"rows", RowList{rows}}});
    const auto acknowledgment = syn_ack_of(End::server);
    if (context_.connection.vantage == Vantage::one_point)
      say(Phrase::perhaps_split);
    else if (acknowledgment)
      say(Phrase::not_split, {{"answer", context_.row(*acknowledgment)}});
  }

  void say_split(std::size_t syn, std::size_t answer) {
    say(Phrase::opening_split, {{"syn", context_.row(syn)}, {"answer", context_.row(answer)}});
    if (context_.connection.vantage == Vantage::one_point)
      say(Phrase::perhaps_simultaneous);
    else if (const auto joined = syn_ack_of(End::client))
      say(Phrase::not_simultaneous_split, {{"row", context_.row(*joined)}});
  }

  void say_fast_open(std::size_t syn, std::size_t answer) {
    const bool has_option = has_fast_open(context_.segment(syn));
    say_both(has_option ? Phrase::opening_fast_open : Phrase::opening_early_data, Phrase::not_three_way,
             {{"syn", context_.row(syn)},
              {"answer", context_.row(answer)},
              {"bytes", Prose::bytes(context_.segment(syn).length)}});
  }

  void say_refused(std::size_t syn, std::size_t reset) {
    say_both(Phrase::opening_refused, Phrase::not_abort,
             {{"syn", context_.row(syn)}, {"reset", context_.row(reset)}, {"port", context_.connection.server.port}});
    if (!context_.segment(reset).departed) say(Phrase::refused_on_way, {{"reset", context_.row(reset)}});
  }

  void say_unanswered(std::size_t syn) {
    if (verdict_.reset || !verdict_.stray_resets.empty() || !verdict_.disproved_resets.empty())
      return say(Phrase::opening_unanswered, {{"syn", context_.row(syn)}});
    const auto error = first_error();
    say_both(Phrase::opening_unanswered, error ? Phrase::not_refused_icmp : Phrase::not_refused,
             {{"syn", context_.row(syn)}, {"row", error ? context_.row(*error) : 0}});
  }

  void say_half_open(std::size_t syn, std::optional<std::size_t> answer) {
    const Phrase opened =
        verdict_.server == State::syn_received ? Phrase::opening_half_open : Phrase::opening_half_open_over;
    if (answer)
      say_both(opened, Phrase::not_unanswered, {{"syn", context_.row(syn)}, {"answer", context_.row(*answer)}});
    else
      say(Phrase::opening_half_open_gaps, {{"syn", context_.row(syn)}});
    // From both ends it is seen that nobody sent the SYN which arrived.
    if (!context_.segment(syn).departed) say(Phrase::old_syn, {{"syn", context_.row(syn)}});
  }

  void say_before_capture() { say_both(Phrase::opening_before, Phrase::not_opened_here, {{"row", 1}}); }

  LineBuffer& text_;
  const VerdictContext& context_;
  const Verdict& verdict_;
};

/// Behind each paragraph comes `separator`.
LineBuffer verdict_with(std::string_view separator, const VerdictContext& context) {
  LineBuffer text;
  Sentences sentences(text, context);
  const auto tell = [&](auto say) {
    const std::size_t begin = text.size();
    say();
    if (text.size() == begin) return;
    text.make_room(separator.size());
    text.put(separator);
  };
  if (context.connection.protocol == Protocol::udp) {
    tell([&] {
      context.prose.say(text, Phrase::datagrams);
      sentences.say_errors();
    });
    return text;
  }
  tell([&] { sentences.say_opening(); });
  tell([&] { say_ending(text, context); });
  tell([&] { say_resets(text, context); });
  tell([&] { say_repetitions(text, context); });
  tell([&] { sentences.say_errors(); });
  tell([&] { sentences.say_captures(); });
  tell([&] { sentences.say_certainty(); });
  return text;
}

}  // namespace

std::string verdict_text(const Connection& connection, const Verdict& verdict, const Ladder& ladder,
                         Language language) {
  return std::string(verdict_with("", VerdictContext(connection, verdict, ladder, language)).text());
}

LineBuffer verdict_paragraphs(const Connection& connection, const Verdict& verdict, const Ladder& ladder,
                              Language language) {
  return verdict_with("\n", VerdictContext(connection, verdict, ladder, language));
}

}  // namespace tcplab
