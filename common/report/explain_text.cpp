#include "report/explain_text.hpp"

#include "ladder/print.hpp"
#include "report/row_prose.hpp"
#include "report/text.hpp"
#include "report/wrap.hpp"

namespace tcplab {

void append_explain_text(LineBuffer& text, const Analysis& analysis, Language language, const Spill& spill) {
  const LadderLines lines(analysis.ladder);
  RowProse prose(analysis, language);
  LineBuffer sentences;
  append_wrapped(text, heading(analysis, language));
  text.append('\n');
  lines.append_head(text);
  for (std::size_t i = 0; i < analysis.ladder.rows.size(); ++i) {
    text.append('\n');
    lines.append_row(text, i);
    sentences.clear();
    prose.append_next(sentences);
    if (sentences.size() > 0) append_wrapped(text, sentences.text(), lines.margin());
    spill();
  }
  lines.append_closing(text);
  text.append('\n');
  append_verdict(text, analysis, language);
}

std::string explain_text(const Analysis& analysis, Language language) {
  LineBuffer text;
  append_explain_text(text, analysis, language, [] {});
  return std::string(text.text());
}

}  // namespace tcplab
