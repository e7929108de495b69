// The sentences of a verdict on RSTs: who broke the connection off, why, what speaks for it, and what stays unproved.
#include <algorithm>

#include "report/verdict_context.hpp"

namespace tcplab {
namespace {

class ResetSentences {
 public:
  ResetSentences(LineBuffer& text, const VerdictContext& context)
      : text_(text), context_(context), verdict_(context.verdict), prose_(context.prose) {}

  void say_all() {
    if (verdict_.reset && verdict_.opening != Opening::refused) {
      const Reset& reset = *verdict_.reset;
      const bool changes_nothing = reset.after_close && reset.cause != ResetCause::time_wait_killed;
      if (changes_nothing) {
        prose_.say(text_, Phrase::reset_after_close, {{"reset", context_.row(reset.segment)}});
      } else {
        say_cause(reset);
        say_evidence(reset);
        say_unproved(reset);
      }
    }
    say_strays(verdict_.stray_resets, Phrase::stray_reset, Phrase::stray_resets);
    say_strays(verdict_.disproved_resets, Phrase::disproved_reset, Phrase::disproved_resets);
    std::vector<std::size_t> syns, answers;
    for (const std::size_t one : verdict_.foreign_syns)
      (context_.segment(one).has(TcpFlags::ack) ? answers : syns).push_back(one);
    say_strays(syns, Phrase::foreign_syn, Phrase::foreign_syns);
    say_strays(answers, Phrase::other_answer, Phrase::other_answers);
    if (!verdict_.challenges.empty()) {
      const auto challenges = context_.rows(verdict_.challenges);
      const std::string rows = capitalised(prose_.text(RowList{challenges}));
      prose_.say(text_, challenges.size() == 1 ? Phrase::challenge : Phrase::challenges, {{"Rows", rows}});
    }
  }

 private:
  /// With the cause that it is not.
  void say_cause(const Reset& reset) {
    const auto fin = fin_of(reset.by);
    const Fillings fillings = {{"reset", context_.row(reset.segment)}, {"fin", fin ? context_.row(*fin) : 0}};
    const auto say = [&](Phrase one, std::optional<Phrase> other = std::nullopt) {
      prose_.say(text_, one, reset.by, fillings);
      if (other) prose_.say(text_, *other, reset.by, fillings);
    };
    switch (reset.cause) {
      case ResetCause::closed_port:
        return say(Phrase::reset_closed_port);
      case ResetCause::bad_ack:
        return say(Phrase::reset_bad_ack);
      case ResetCause::write_after_close:
        return say(Phrase::reset_write_after_close);
      case ResetCause::half_open_peer:
        return fin ? say(Phrase::reset_half_open_peer)
                   : say(Phrase::reset_half_open_peer, verdict_.certainty == Certainty::seen
                                                           ? Phrase::not_write_after_close
                                                           : Phrase::not_write_after_close_seen);
      case ResetCause::linger_or_unread_data:
        return say(verdict_.fins[0] ? Phrase::reset_abort : Phrase::reset_abort_no_fin,
                   reset.has(ResetEvidence::has_ack) ? std::optional(Phrase::not_answer) : std::nullopt);
      case ResetCause::timed_out:
        return say(Phrase::reset_timed_out, Phrase::not_vanished_reset);
      case ResetCause::time_wait_killed:
        return say(Phrase::reset_time_wait, Phrase::not_abort_late);
      case ResetCause::forged:
        return say(Phrase::reset_forged, Phrase::not_own_reset);
      case ResetCause::unknown:
        return say(Phrase::reset_unexplained);
    }
  }

  [[nodiscard]] std::optional<std::size_t> fin_of(End end) const {
    for (const auto& fin : verdict_.fins) {
      if (fin && context_.segment(*fin).from == end) return fin;
    }
    return std::nullopt;
  }

  void say_evidence(const Reset& reset) {
    LineBuffer list;
    for (const ResetEvidence one : evidence_in(reset.evidence)) {
      if (!is_said_elsewhere(reset.cause, one)) prose_.add_clause(list, clause(reset, one));
    }
    if (list.size() > 0) prose_.say(text_, Phrase::evidence, {{"list", list.text()}});
  }

  /// The sentences on the cause, and on what is unproved, have it already.
  static bool is_said_elsewhere(ResetCause cause, ResetEvidence evidence) {
    if (evidence == ResetEvidence::had_closed) return cause == ResetCause::write_after_close;
    // It speaks against an end's own RST, not for any cause of one.
    if (evidence == ResetEvidence::number_not_expected) return cause != ResetCause::forged;
    return evidence == ResetEvidence::data_had_come || evidence == ResetEvidence::no_data_had_come;
  }

  [[nodiscard]] std::string clause(const Reset& reset, ResetEvidence evidence) const {
    switch (evidence) {
      case ResetEvidence::answers_syn:
        return prose_.text(Phrase::evidence_answers_syn, reset.by);
      case ResetEvidence::answers_syn_ack:
        return prose_.text(Phrase::evidence_answers_syn_ack, reset.by);
      case ResetEvidence::answers_segment:
        return prose_.text(Phrase::evidence_answers_segment, reset.by);
      case ResetEvidence::has_ack:
        return prose_.text(Phrase::evidence_has_ack, reset.by);
      case ResetEvidence::data_had_come:
      case ResetEvidence::no_data_had_come:
        return {};
      case ResetEvidence::had_closed:
        return prose_.text(Phrase::evidence_had_closed, reset.by);
      case ResetEvidence::was_unanswered:
        return prose_.text(Phrase::evidence_was_unanswered, reset.by);
      case ResetEvidence::hop_limit_differs:
        return prose_.text(Phrase::evidence_hop_limit, reset.by,
                           {{"ttl", context_.segment(reset.segment).hop_limit}, {"usual", usual_hop_limit(reset.by)}});
      case ResetEvidence::number_not_expected:
        return prose_.text(Phrase::evidence_number, reset.by);
      case ResetEvidence::sender_went_on:
        return prose_.text(Phrase::evidence_went_on, reset.by);
      case ResetEvidence::not_sent:
        return prose_.text(Phrase::evidence_not_sent, reset.by);
      case ResetEvidence::in_burst:
        return prose_.text(Phrase::evidence_in_burst, reset.by);
    }
    return {};
  }

  [[nodiscard]] unsigned usual_hop_limit(End end) const {
    for (const Segment& segment : context_.connection.segments) {
      if (segment.from == end && segment.protocol == Protocol::tcp && !segment.has(TcpFlags::rst))
        return segment.hop_limit;
    }
    return 0;
  }

  /// Whether a timer may have dropped who sent the RST since its FIN. Linux waits 60 s, or as a program or the system
  /// has set it, in seconds.
  [[nodiscard]] bool may_have_timed_out(const Reset& reset) const {
    constexpr std::chrono::seconds least{1};
    const auto fin = fin_of(reset.by);
    if (!fin) return false;
    return context_.segment(reset.segment).sighting().time - context_.segment(*fin).sighting().time >= least;
  }

  void say_unproved(const Reset& reset) {
    const auto say = [&](Phrase phrase) { prose_.say(text_, phrase, reset.by); };
    switch (reset.cause) {
      case ResetCause::linger_or_unread_data:
        if (reset.has(ResetEvidence::data_had_come)) return say(Phrase::unproved_linger_or_unread);
        return say(verdict_.opening == Opening::before_capture ? Phrase::unproved_abort : Phrase::unproved_linger);
      case ResetCause::write_after_close:
        return say(may_have_timed_out(reset) ? Phrase::unproved_write_after_close
                                             : Phrase::unproved_write_soon_after_close);
      case ResetCause::half_open_peer:
        return say(reset.has(ResetEvidence::answers_syn_ack) ? Phrase::unproved_scan
                   : may_have_timed_out(reset)               ? Phrase::unproved_closed_peer
                                                             : Phrase::unproved_half_open_peer);
      case ResetCause::timed_out:
        return say(Phrase::unproved_timed_out);
      case ResetCause::forged:
        return say(Phrase::unproved_forged);
      case ResetCause::bad_ack:
        return say(Phrase::unproved_bad_ack);
      case ResetCause::closed_port:
      case ResetCause::time_wait_killed:
      case ResetCause::unknown:
        return;
    }
  }

  void say_strays(const std::vector<std::size_t>& segments, Phrase one, Phrase many) {
    if (segments.empty()) return;
    const auto rows = context_.rows(segments);
    prose_.say(text_, rows.size() == 1 ? one : many, context_.segment(segments.front()).from,
               {{"rows", RowList{rows}}});
  }

  LineBuffer& text_;
  const VerdictContext& context_;
  const Verdict& verdict_;
  const Prose& prose_;
};

}  // namespace

void say_resets(LineBuffer& text, const VerdictContext& context) {
  ResetSentences(text, context).say_all();
}

}  // namespace tcplab
