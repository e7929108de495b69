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

std::string VerdictContext::both(Phrase one, Phrase other, Fillings fillings, End end) const {
  std::string text;
  text.reserve(longest_phrase);
  prose.say(text, one, end, fillings);
  prose.say(text, other, end, fillings);
  return text;
}

std::string VerdictContext::rows(std::vector<std::size_t> segments) const {
  for (std::size_t& segment : segments) segment = row(segment);
  std::ranges::sort(segments);
  return prose.text(RowList{segments});
}

bool has_fast_open(const Segment& segment) {
  return std::ranges::any_of(tcp_options(segment.options), [](const TcpOption& option) {
    const bool is_experiment = static_cast<unsigned>(option.kind) == 254 && option.value.size() >= 2 &&
                               option.value[0] == 0xf9 && option.value[1] == 0x89;
    return option.kind == TcpOptionKind::fast_open || is_experiment;
  });
}

namespace {

class Sentences {
 public:
  explicit Sentences(const VerdictContext& context)
      : context_(context), verdict_(context.verdict), prose_(context.prose) {}

  /// RFC 9293 section 3.5.
  [[nodiscard]] std::string opening() const {
    const auto syn = syn_of(End::client), answer = syn_of(End::server);
    if (!syn) return before_capture();
    switch (verdict_.opening) {
      case Opening::three_way:
        return three_way(*syn, verdict_.handshake[1]);
      case Opening::simultaneous:
        return answer ? simultaneous(*syn, *answer) : std::string();
      case Opening::split:
        return answer ? split(*syn, *answer) : std::string();
      case Opening::fast_open:
        return answer ? fast_open(*syn, *answer) : std::string();
      case Opening::refused:
        return verdict_.reset ? refused(*syn, verdict_.reset->segment) : std::string();
      case Opening::unanswered:
        if (verdict_.reset || !verdict_.stray_resets.empty() || !verdict_.disproved_resets.empty())
          return prose_.text(Phrase::opening_unanswered, {{"syn", context_.row(*syn)}});
        if (const auto error = first_error())
          return context_.both(Phrase::opening_unanswered, Phrase::not_refused_icmp,
                               {{"syn", context_.row(*syn)}, {"row", context_.row(*error)}});
        return context_.both(Phrase::opening_unanswered, Phrase::not_refused, {{"syn", context_.row(*syn)}});
      case Opening::half_open:
        return half_open(*syn, verdict_.handshake[1]);
      case Opening::before_capture:
        return before_capture();
    }
    return {};
  }

  [[nodiscard]] std::optional<std::size_t> first_error() const {
    const auto& segments = context_.connection.segments;
    const auto error = std::ranges::find(segments, Protocol::icmp, &Segment::protocol);
    return error == segments.end() ? std::nullopt : std::optional(static_cast<std::size_t>(error - segments.begin()));
  }

  /// RFC 768 has no more to tell than this; RFC 1122 sections 4.1.3.1 and 4.2.3.9 on the errors.
  [[nodiscard]] std::string errors() const {
    std::string text;
    bool told = false;
    const bool is_of_tcp = context_.connection.protocol == Protocol::tcp;
    const Quotes quotes(context_.connection);
    for (std::size_t i = 0; i < context_.connection.segments.size(); ++i) {
      const Segment& error = context_.segment(i);
      if (error.protocol != Protocol::icmp) continue;
      if (told) {
        prose_.say(text, Phrase::icmp_more);
        break;
      }
      told = true;
      const Endpoint& refused = context_.connection.address(error.from);
      const bool is_v6 = refused.address.version == 6;
      const std::string_view icmp = is_v6 ? "ICMPv6" : "ICMP";
      const bool is_of_port = error.icmp == (is_v6 ? IcmpKind{1, 4} : IcmpKind{3, 3});
      if (is_of_port && (is_of_tcp || error.is_from_end()))
        prose_.say(text, is_of_tcp ? Phrase::icmp_filtered : Phrase::icmp_port,
                   {{"icmp", icmp}, {"row", context_.row(i)}, {"port", refused.port}});
      else if (const auto quoted = quotes.quoted_by(i))
        prose_.say(text, Phrase::icmp_error_quoting,
                   {{"icmp", icmp},
                    {"row", context_.row(i)},
                    {"type", error.icmp.type},
                    {"code", error.icmp.code},
                    {"quoted", context_.row(*quoted)}});
      else
        prose_.say(text, Phrase::icmp_error,
                   {{"icmp", icmp}, {"row", context_.row(i)}, {"type", error.icmp.type}, {"code", error.icmp.code}});
    }
    return text;
  }

  /// From one point, nothing of the server's.
  [[nodiscard]] bool is_one_sided() const {
    const auto is_servers = [](const Segment& segment) {
      return segment.from == End::server && segment.protocol == Protocol::tcp;
    };
    return context_.connection.vantage == Vantage::one_point &&
           std::ranges::none_of(context_.connection.segments, is_servers);
  }

  /// What two captures show each in its own way.
  [[nodiscard]] std::string captures() const {
    const Connection& connection = context_.connection;
    if (connection.left_out) return prose_.text(Phrase::capture_left_out, *connection.left_out);
    if (connection.cut_on_way == 0) return {};
    return prose_.text(Phrase::cut_on_way, {{"Segments", Prose::segments(connection.cut_on_way)}});
  }

  [[nodiscard]] std::string certainty() const {
    switch (verdict_.certainty) {
      case Certainty::seen:
        if (verdict_.opening == Opening::unanswered && is_one_sided())
          return prose_.text(Phrase::certainty_no_answer, End::client);
        return prose_.text(context_.connection.vantage == Vantage::both_ends ? Phrase::certainty_seen
                                                                             : Phrase::certainty_seen_one);
      case Certainty::inferred:
        return prose_.text(Phrase::certainty_inferred);
      case Certainty::guess:
        return prose_.text(Phrase::certainty_guess);
    }
    return {};
  }

 private:
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

  [[nodiscard]] std::string three_way(std::size_t syn, std::optional<std::size_t> answer) const {
    const auto completion = verdict_.handshake[2];
    if (!answer || !completion) return prose_.text(Phrase::opening_three_way_gaps, {{"syn", context_.row(syn)}});
    const std::string rows = context_.rows({syn, *answer, *completion});
    std::string text = prose_.text(Phrase::opening_three_way, {{"rows", rows}});
    const bool had_data = context_.segment(syn).length > 0;
    prose_.say(text, had_data ? Phrase::not_fast_open : Phrase::not_simultaneous_open,
               {{"syn", context_.row(syn)}, {"answer", context_.row(*answer)}});
    return text;
  }

  [[nodiscard]] std::string simultaneous(std::size_t syn, std::size_t answer) const {
    if (context_.connection.is_with_itself())
      return prose_.text(Phrase::opening_with_itself, {{"syn", context_.row(syn)}});
    std::string text = prose_.text(Phrase::opening_simultaneous, {{"rows", context_.rows({syn, answer})}});
    const auto acknowledgment = syn_ack_of(End::server);
    if (context_.connection.vantage == Vantage::one_point)
      prose_.say(text, Phrase::perhaps_split);
    else if (acknowledgment)
      prose_.say(text, Phrase::not_split, {{"answer", context_.row(*acknowledgment)}});
    return text;
  }

  [[nodiscard]] std::string split(std::size_t syn, std::size_t answer) const {
    std::string text =
        prose_.text(Phrase::opening_split, {{"syn", context_.row(syn)}, {"answer", context_.row(answer)}});
    if (context_.connection.vantage == Vantage::one_point)
      prose_.say(text, Phrase::perhaps_simultaneous);
    else if (const auto joined = syn_ack_of(End::client))
      prose_.say(text, Phrase::not_simultaneous_split, {{"row", context_.row(*joined)}});
    return text;
  }

  [[nodiscard]] std::string fast_open(std::size_t syn, std::size_t answer) const {
    const bool has_option = has_fast_open(context_.segment(syn));
    return context_.both(has_option ? Phrase::opening_fast_open : Phrase::opening_early_data, Phrase::not_three_way,
                         {{"syn", context_.row(syn)},
                          {"answer", context_.row(answer)},
                          {"bytes", Prose::bytes(context_.segment(syn).length)}});
  }

  [[nodiscard]] std::string refused(std::size_t syn, std::size_t reset) const {
    std::string text = context_.both(
        Phrase::opening_refused, Phrase::not_abort,
        {{"syn", context_.row(syn)}, {"reset", context_.row(reset)}, {"port", context_.connection.server.port}});
    if (!context_.segment(reset).departed) prose_.say(text, Phrase::refused_on_way, {{"reset", context_.row(reset)}});
    return text;
  }

  [[nodiscard]] std::string half_open(std::size_t syn, std::optional<std::size_t> answer) const {
    const Phrase opened =
        verdict_.server == State::syn_received ? Phrase::opening_half_open : Phrase::opening_half_open_over;
    std::string text = answer ? context_.both(opened, Phrase::not_unanswered,
                                              {{"syn", context_.row(syn)}, {"answer", context_.row(*answer)}})
                              : prose_.text(Phrase::opening_half_open_gaps, {{"syn", context_.row(syn)}});
    // From both ends it is seen that nobody sent the SYN which arrived.
    if (!context_.segment(syn).departed) prose_.say(text, Phrase::old_syn, {{"syn", context_.row(syn)}});
    return text;
  }

  [[nodiscard]] std::string before_capture() const {
    return context_.both(Phrase::opening_before, Phrase::not_opened_here, {{"row", 1}});
  }

  const VerdictContext& context_;
  const Verdict& verdict_;
  const Prose& prose_;
};

}  // namespace

std::vector<std::string> verdict_paragraphs(const Connection& connection, const Verdict& verdict, const Ladder& ladder,
                                            Language language) {
  const VerdictContext context(connection, verdict, ladder, language);
  const Sentences sentences(context);
  constexpr std::size_t most = 7;
  std::vector<std::string> paragraphs;
  paragraphs.reserve(most);
  const auto add = [&](std::string paragraph) {
    if (!paragraph.empty()) paragraphs.push_back(std::move(paragraph));
  };
  if (connection.protocol == Protocol::udp) {
    std::string text = context.prose.text(Phrase::datagrams);
    add_sentence(text, sentences.errors());
    add(text);
    return paragraphs;
  }
  add(sentences.opening());
  add(ending_sentences(context));
  add(reset_sentences(context));
  add(repetition_sentences(context));
  add(sentences.errors());
  add(sentences.captures());
  add(sentences.certainty());
  return paragraphs;
}

std::string verdict_text(const Connection& connection, const Verdict& verdict, const Ladder& ladder,
                         Language language) {
  constexpr std::size_t enough = 1024;  // for most
  std::string text;
  text.reserve(enough);
  for (const std::string& paragraph : verdict_paragraphs(connection, verdict, ladder, language))
    add_sentence(text, paragraph);
  return text;
}

}  // namespace tcplab
