#include "report/prose.hpp"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "report/catalogue.hpp"
#include "report/wrap.hpp"
#include "support/catch.hpp"

using namespace tcplab;

namespace {

std::vector<Phrase> all_phrases() {
  std::vector<Phrase> phrases;
  for (std::size_t i = 0; i < phrase_count; ++i) phrases.push_back(static_cast<Phrase>(i));
  return phrases;
}

std::set<std::string> placeholders(std::string_view text) {
  std::set<std::string> names;
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1))
    names.insert(std::string(text.substr(open + 1, text.find('}', open) - open - 1)));
  return names;
}

/// Which end is meant matters, not whether it begins the sentence.
std::set<std::string> in_lower_case(const std::set<std::string>& names) {
  std::set<std::string> lower;
  for (std::string name : names) {
    if (name == "End" || name == "Peer") name[0] = static_cast<char>(name[0] + 32);
    lower.insert(name);
  }
  return lower;
}

std::string sources_below(const std::filesystem::path& folder) {
  std::ostringstream all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp")
      all << std::ifstream(entry.path()).rdbuf();
  }
  return all.str();
}

}  // namespace

TEST_CASE("every phrase stands in every language, with the same placeholders") {
  for (const Phrase phrase : all_phrases()) {
    INFO(phrase_name(phrase));
    const std::string_view english = phrase_text(Language::english, phrase);
    const std::string_view chinese = phrase_text(Language::chinese, phrase);
    CHECK_FALSE(english.empty());
    CHECK_FALSE(chinese.empty());
    CHECK(in_lower_case(placeholders(english)) == in_lower_case(placeholders(chinese)));
  }
}

TEST_CASE("no key of the catalogue is there twice, or for nothing") {
  const std::string sources = sources_below(TCPLAB_REPORT_SOURCES);
  REQUIRE(sources.size() > 10'000);
  std::set<std::string_view> names;
  for (const Phrase phrase : all_phrases()) {
    const std::string use = "Phrase::" + std::string(phrase_name(phrase));
    INFO(use);
    CHECK(names.insert(phrase_name(phrase)).second);
    bool is_used = false;
    for (std::size_t at = sources.find(use); at != std::string::npos; at = sources.find(use, at + 1)) {
      const char next = sources[at + use.size()];
      is_used = is_used || !(std::isalnum(static_cast<unsigned char>(next)) || next == '_');
    }
    CHECK(is_used);
  }
}

TEST_CASE("the Chinese texts are Chinese, and the English ones ASCII") {
  for (const Phrase phrase : all_phrases()) {
    INFO(phrase_name(phrase));
    const std::string_view english = phrase_text(Language::english, phrase);
    CHECK(std::all_of(english.begin(), english.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
    const std::string_view chinese = phrase_text(Language::chinese, phrase);
    const bool is_sentence = english.ends_with(".");
    CHECK(chinese.ends_with("。") == (is_sentence && !english.ends_with("?")));
  }
}

TEST_CASE("placeholders are filled in, and the ends named as the place in the sentence asks") {
  const Prose english(Language::english), chinese(Language::chinese);
  CHECK(english.text(Phrase::reset_closed_port, End::server, {{"reset", 7}}) ==
        "The server answered the SYN by an RST (row 7; RFC 9293 section 3.5.2).");
  CHECK(chinese.text(Phrase::reset_closed_port, End::server, {{"reset", 7}}) ==
        "服务器用 RST 应答了 SYN（第 7 行；RFC 9293 第 3.5.2 节）。");
  CHECK(english.text(Prose::bytes(1)) == "1 byte");
  CHECK(english.text(Prose::bytes(0)) == "0 bytes");
  CHECK(english.text(Prose::numbers(1, 1)) == "number 1");
  CHECK(english.text(Prose::numbers(1, 17)) == "numbers 1 to 17");
}

TEST_CASE("rows are listed as a person would, and many of them cut short") {
  const Prose english(Language::english), chinese(Language::chinese);
  CHECK(english.text(RowList{std::vector<std::size_t>{4}}) == "row 4");
  CHECK(english.text(RowList{std::vector<std::size_t>{4, 6}}) == "rows 4 and 6");
  CHECK(english.text(RowList{std::vector<std::size_t>{4, 6, 9}}) == "rows 4, 6 and 9");
  CHECK(english.text(RowList{std::vector<std::size_t>{4, 6, 9, 12}, 3}) == "rows 4, 6, 9 and others");
  CHECK(chinese.text(RowList{std::vector<std::size_t>{4, 6, 9}}) == "第 4、6、9 行");
}

TEST_CASE("what is longer than most is filled in whole") {
  const std::string long_text(5000, 'x');
  const std::vector<std::size_t> many(1000, 7);
  const Prose english(Language::english);
  CHECK(english.text(Phrase::reset_closed_port, {{"reset", long_text}}).size() > long_text.size());
  CHECK(english.text(RowList{many, many.size()}).size() > 3 * many.size());
  CHECK(english.text(Phrase::reset_closed_port, {{"reset", INT64_MIN}}).find("-9223372036854775808") !=
        std::string::npos);
  LineBuffer text;
  english.say(text, Phrase::reset_closed_port, End::server, {{"reset", long_text}});
  english.say(text, Phrase::fin_leaves_other);
  CHECK(text.text() == english.text(Phrase::reset_closed_port, End::server, {{"reset", long_text}}) +
                           " The other direction stays open.");
}

TEST_CASE("sentences follow one another with a blank in English and without one in Chinese") {
  const Prose in_english(Language::english), in_chinese(Language::chinese);
  LineBuffer english, chinese;
  in_english.say(english, Phrase::fin_leaves_other);
  CHECK(english.text() == "The other direction stays open.");
  in_english.say(english, Phrase::fin_leaves_other);
  CHECK(english.text() == "The other direction stays open. The other direction stays open.");
  for (int i = 0; i < 2; ++i) in_chinese.say(chinese, Phrase::fin_leaves_other);
  CHECK(chinese.text() == "另一个方向仍然打开。另一个方向仍然打开。");
}

TEST_CASE("clauses are put together by what the language has between them") {
  LineBuffer english, chinese;
  Prose(Language::english).add_clause(english, "one");
  Prose(Language::english).add_clause(english, Phrase::option_sack);
  CHECK(english.text() == "one; it understands selective acknowledgments (sackOK)");
  Prose(Language::chinese).add_clause(chinese, "一");
  Prose(Language::chinese).add_clause(chinese, "二");
  CHECK(chinese.text() == "一；二");
}

TEST_CASE("a Chinese character takes two columns, and lines break between them") {
  CHECK(columns_of("SYN：第 3 行") == 12);
  CHECK(wrapped("一二三四五", 0, 6) == "一二三\n四五\n");
  CHECK(wrapped("一二 SYN 三", 2, 8) == "  一二\n  SYN 三\n");
  CHECK(wrapped("一   SYN  ", 0, 79) == "一 SYN\n");
}

TEST_CASE("lines break at blanks, of which none is left at either end, and a word that is too long has a line") {
  CHECK(wrapped("one two three", 2, 9) == "  one two\n  three\n");
  CHECK(wrapped("  one     two  ", 0, 6) == "one\ntwo\n");
  CHECK(wrapped("a bcdefghijkl m", 0, 4) == "a\nbcdefghijkl\nm\n");
  CHECK(wrapped("a b c d e f", 0, 1) == "a\nb\nc\nd\ne\nf\n");
  CHECK(wrapped("a b", 4, 2) == "    a\n    b\n");
  CHECK(wrapped("", 2, 9) == "  \n");
}

TEST_CASE("no line begins with a closing mark or ends with an opening one") {
  CHECK(wrapped("一二三。四", 0, 6) == "一二\n三。四\n");
  CHECK(wrapped("一二（三）四", 0, 6) == "一二\n（三）\n四\n");
}

TEST_CASE("bytes that are no UTF-8 are passed on one by one") {
  CHECK(columns_of("\xff\xe4\xb8") == 3);
  CHECK(wrapped("一\xff二", 0, 79) == "一\xff二\n");
}

TEST_CASE("a duration is rounded as a double is, to tenths of a millisecond or hundredths of a second") {
  const auto text = [](std::int64_t nanoseconds) { return Prose::duration(std::chrono::nanoseconds(nanoseconds)); };
  CHECK(text(0) == "0.0 ms");
  CHECK(text(49'999) == "0.0 ms");
  CHECK(text(50'000) == "0.1 ms");   // a double is a little more
  CHECK(text(150'000) == "0.1 ms");  // a little less
  CHECK(text(250'000) == "0.2 ms");  // just between: the even one
  CHECK(text(103'200'000) == "103.2 ms");
  CHECK(text(999'949'999) == "999.9 ms");
  CHECK(text(999'999'999) == "1000.0 ms");
  CHECK(text(1'000'000'000) == "1.00 s");
  CHECK(text(1'014'999'999) == "1.01 s");
  CHECK(text(1'999'000'000) == "2.00 s");
  CHECK(text(3'600'000'000'000) == "3600.00 s");
  CHECK(text(2'000'000'000'000'000) == "2000000.00 s");
  CHECK(text(-1'500'000) == "-1.5 ms");
}
