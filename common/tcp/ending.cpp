#include "tcp/ending.hpp"

#include <array>
#include <bit>

namespace tcplab {
namespace {

constexpr std::array<std::string_view, 8> openings = {"three-way", "simultaneous", "split",     "fast-open",
                                                      "refused",   "unanswered",   "half-open", "before-capture"};
constexpr std::array<std::string_view, 10> endings = {"four-segment", "three-segment", "half-close", "fin-with-data",
                                                      "simultaneous", "abort",         "refused",    "unanswered",
                                                      "vanished",     "open"};
constexpr std::array<std::string_view, 9> causes = {"closed-port",
                                                    "bad-ack",
                                                    "write-after-close",
                                                    "half-open-peer",
                                                    "linger-or-unread-data",
                                                    "timed-out",
                                                    "time-wait-killed",
                                                    "forged",
                                                    "unknown"};
constexpr std::array<std::string_view, 13> evidence_words = {
    "answers-syn",      "answers-syn-ack", "answers-segment", "has-ack",           "data-had-come",
    "no-data-had-come", "had-closed",      "was-unanswered",  "hop-limit-differs", "number-not-expected",
    "sender-went-on",   "not-sent",        "in-burst"};
constexpr std::array<std::string_view, 3> certainties = {"seen", "inferred", "guess"};

template <typename Word, std::size_t count>
std::vector<Word> all_of(const std::array<std::string_view, count>& /*words*/) {
  std::vector<Word> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(static_cast<Word>(i));
  return all;
}

}  // namespace

std::string_view to_string(Opening opening) {
  return openings.at(static_cast<std::size_t>(opening));
}
std::string_view to_string(Ending ending) {
  return endings.at(static_cast<std::size_t>(ending));
}
std::string_view to_string(ResetCause cause) {
  return causes.at(static_cast<std::size_t>(cause));
}
std::string_view to_string(ResetEvidence evidence) {
  return evidence_words.at(static_cast<std::size_t>(std::countr_zero(bit(evidence))));
}
std::string_view to_string(Certainty certainty) {
  return certainties.at(static_cast<std::size_t>(certainty));
}

std::vector<Opening> all_openings() {
  return all_of<Opening>(openings);
}
std::vector<Ending> all_endings() {
  return all_of<Ending>(endings);
}
std::vector<ResetCause> all_reset_causes() {
  return all_of<ResetCause>(causes);
}

}  // namespace tcplab
