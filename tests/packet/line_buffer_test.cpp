#include "packet/line_buffer.hpp"

#include <string>

#include "support/catch.hpp"

using namespace tcplab;

TEST_CASE("what is appended to a line buffer stands behind what it holds, however long it is") {
  LineBuffer lines;
  std::string expected;
  for (std::size_t size = 0; size < 3000; size = 2 * size + 7) {
    const std::string word(size, 'x');
    lines.append(word);
    lines.append_blanks(size % 40);
    lines.append('|');
    expected += word + std::string(size % 40, ' ') + '|';
    CHECK(lines.text() == expected);
  }
  lines.clear();
  lines.append_blanks(0);
  lines.append("");
  CHECK(lines.text().empty());
}

TEST_CASE("blanks and words may be put over what was put in steps") {
  LineBuffer lines;
  lines.make_room(100);
  LineEnd out = lines.end();
  out.put_blanks(3);
  out.put("three");
  out.put_blanks(17);
  out.put(ShortWord("short"));
  out.put_blanks(0);
  out.put('.');
  lines.set_end(out);
  CHECK(lines.text() == "   three" + std::string(17, ' ') + "short.");
}
