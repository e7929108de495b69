#include "compare/text.hpp"

#include <algorithm>

#include "ladder/print.hpp"
#include "report/text.hpp"
#include "report/wrap.hpp"

namespace tcplab {
namespace {

std::string counted(std::size_t count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

std::string labelled(const std::string& label, const std::string& text) {
  return wrapped(label + text, 4);
}

std::string tally_text(const char* label, const Tally& tally) {
  if (tally.entries().empty()) return "";
  std::string text = label;
  const char* separator = ": ";
  for (const auto& [kind, count] : tally.entries()) {
    text += separator + kind + " " + std::to_string(count);
    separator = ", ";
  }
  return wrapped(text + ".");
}

std::string outcome_text(const std::vector<OutcomeLine>& outcome) {
  if (outcome.empty()) return "";
  std::size_t width_a = 1, width_b = 1;
  for (const OutcomeLine& line : outcome) {
    width_a = std::max(width_a, line.a.size());
    width_b = std::max(width_b, line.b.size());
  }
  std::string text = std::string(16, ' ') + padded("A", width_a + 3) + "B\n";
  for (const OutcomeLine& line : outcome) {
    const std::string left = "  " + padded(line.name, 14) + padded(line.a, width_a + 3);
    text += left + (line.differs ? padded(line.b, width_b + 3) + "differs" : line.b) + "\n";
  }
  return text + "\n";
}

/// The rows of both, their columns aligned.
std::string rows_text(const PairDifference& difference, const Analysis& a, const Analysis& b) {
  Ladder ladder;
  std::vector<std::string> labels;
  const auto take = [&](const char* name, const Analysis& from, const std::vector<std::size_t>& rows) {
    for (const std::size_t index : rows) {
      ladder.rows.push_back(from.ladder.rows[index]);
      ladder.rows.back().note.clear();
      ladder.rows.back().remarks.clear();
      labels.push_back(std::string("    ") + name + " " + padded(std::to_string(index + 1), 3));
    }
  };
  take("A", a, difference.a_rows);
  take("B", b, difference.b_rows);
  if (ladder.rows.empty()) return "";
  const bool window = std::ranges::any_of(difference.fields, [](const auto& field) { return field.name == "win"; });
  const std::string table = print(ladder, {.numbers = false, .window = window});
  std::string text;
  std::size_t at = table.find('\n') + 1;  // behind the line of titles
  for (const std::string& label : labels) {
    const std::size_t end = table.find('\n', at);
    text += label + table.substr(at + 2, end - at - 2) + "\n";
    at = end + 1;
  }
  if (difference.a_rows.empty()) text.insert(0, "    A      no such row\n");
  if (difference.b_rows.empty()) text += "    B      no such row\n";
  return text;
}

std::string list_text(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + text;
  return list.empty() ? "nothing" : list;
}

/// What the programs are known to have called.
std::string recorded_text(const PairDifference& difference) {
  if (difference.a_calls == difference.b_calls) return "";
  std::string text;
  if (!difference.a_rows.empty()) text += "A " + list_text(difference.a_calls);
  if (!difference.b_rows.empty()) text += (text.empty() ? "B " : "; B ") + list_text(difference.b_calls);
  return labelled("recorded before it: ", text);
}

std::string difference_text(std::size_t number, const PairDifference& difference, const Analysis* a,
                            const Analysis* b) {
  std::string text = wrapped(std::to_string(number) + ". " + difference.what);
  if (a != nullptr && b != nullptr) text += rows_text(difference, *a, *b);
  std::string fields;
  for (const FieldDifference& field : difference.fields)
    fields += (fields.empty() ? "" : "; ") + field.name + ": A " + field.a + ", B " + field.b;
  if (!fields.empty()) text += labelled("differs: ", fields);
  if (!difference.why.cause.empty()) text += labelled("cause: ", difference.why.cause);
  if (!difference.why.call.empty()) text += labelled("calls: ", difference.why.call);
  text += recorded_text(difference);
  return text + "\n";
}

std::string view_text(const ConnectionComparison& connection) {
  if (connection.both_ends) return "as seen at both ends";
  const std::string seen =
      connection.seen_at ? std::string(" at the ") + to_string(*connection.seen_at) + "'s end" : "";
  return "as seen from one point" + seen + ": only what each end sent, in its order";
}

const Analysis* side_of(const std::vector<Analysis>& connections, std::optional<std::size_t> index) {
  return index ? &connections[*index] : nullptr;
}

std::string heading_text(const char* name, const Analysis& analysis) {
  std::string text = wrapped(heading(analysis), 3);
  return text.replace(0, 1, name);
}

std::string connection_text(const ConnectionComparison& connection, const ComparedRecordings& recordings) {
  const Analysis *a = side_of(*recordings.a, connection.a), *b = side_of(*recordings.b, connection.b);
  std::string text;
  if (a != nullptr) text += heading_text("A", *a);
  if (b != nullptr) text += heading_text("B", *b);
  text += "\n" + outcome_text(connection.outcome);
  std::size_t number = 0;
  for (const PairDifference& difference : connection.differences) text += difference_text(++number, difference, a, b);
  if (a != nullptr && b != nullptr) text += wrapped("Compared " + view_text(connection) + ".");
  if (connection.in_windows)
    text += wrapped(
        "So long that they were aligned window by window: behind a long stretch that only one has, partners "
        "may be missed.");
  text += tally_text("Only following from these", connection.follows);
  return text + tally_text("Set aside, since it does not matter", connection.set_aside);
}

std::string summary(const Comparison& comparison) {
  const auto& all = comparison.connections;
  const auto differing =
      static_cast<std::size_t>(std::ranges::count_if(all, [](const auto& one) { return !one.same(); }));
  const std::string of =
      all.size() == 1 ? "" : " in " + std::to_string(differing) + " of " + counted(all.size(), "connection");
  if (all.empty()) return "Neither holds a connection: there is nothing to compare.\n";
  if (differing == 0)
    return wrapped("The same: " + counted(all.size(), "connection") + ", compared " + view_text(all.front()) + ".");
  if (comparison.differences() == 0)
    return wrapped("They differ in what became of them" + of + ", segment by segment the same.");
  return wrapped("They differ: " + counted(comparison.differences(), "difference") + of + ".");
}

}  // namespace

std::string comparison_text(const Comparison& comparison, const ComparedRecordings& recordings) {
  std::string text = "A: " + recordings.a_name + "\nB: " + recordings.b_name + "\n\n";
  Tally set_aside;
  for (const ConnectionComparison& connection : comparison.connections) {
    if (!connection.same())
      text += connection_text(connection, recordings) + (connection.a && connection.b ? "\n" : "");
    else
      set_aside.add(connection.set_aside);
  }
  const bool some_are_same = std::ranges::any_of(comparison.connections, &ConnectionComparison::same);
  text += summary(comparison);
  if (!some_are_same) return text;
  return text +
         tally_text(comparison.same() ? "Set aside, since it does not matter" : "Set aside in those that are the same",
                    set_aside);
}

}  // namespace tcplab
