#include "compare/align.hpp"

#include <numeric>
#include <string>

#include "support/catch.hpp"

using namespace tcplab;

namespace {

/// Two texts, letter by letter; another letter costs 3, so that it is dearer than neither partner nor two gaps.
Alignment align_texts(const std::string& a, const std::string& b) {
  return align(a.size(), b.size(), [&](std::size_t i, std::size_t j) { return a[i] == b[j] ? 0 : 3; });
}

/// "ab-c/a-bc": what stands for what.
std::string picture(const Alignment& alignment, const std::string& a, const std::string& b) {
  std::string above, below;
  for (const AlignedPair& pair : alignment.pairs) {
    above += pair.a ? a[*pair.a] : '-';
    below += pair.b ? b[*pair.b] : '-';
  }
  return above + "/" + below;
}

std::string picture(const std::string& a, const std::string& b) {
  return picture(align_texts(a, b), a, b);
}

std::vector<int> numbers(int count) {
  std::vector<int> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

Alignment align_numbers(const std::vector<int>& a, const std::vector<int>& b) {
  return align(a.size(), b.size(), [&](std::size_t i, std::size_t j) { return a[i] == b[j] ? 0 : never_paired; });
}

std::size_t without_partner(const Alignment& alignment) {
  std::size_t count = 0;
  for (const AlignedPair& pair : alignment.pairs) count += pair.a && pair.b ? 0U : 1U;
  return count;
}

}  // namespace

TEST_CASE("what is missing in one leaves the rest aligned") {
  CHECK(picture("abcde", "abcde") == "abcde/abcde");
  CHECK(picture("abcde", "abde") == "abcde/ab-de");
  CHECK(picture("abde", "abcde") == "ab-de/abcde");
  CHECK(picture("", "ab") == "--/ab");
  CHECK(picture("", "") == "/");
}

TEST_CASE("two that are alike enough are partners rather than alone") {
  CHECK(picture("abXde", "abYde") == "abXde/abYde");
  CHECK(picture("aaab", "aab") == "aaab/aa-b");
}

TEST_CASE("two that are never partners stay alone") {
  const std::vector<int> a = {1, 2, 3}, b = {1, 7, 3};
  CHECK(without_partner(align_numbers(a, b)) == 2);
}

TEST_CASE("long sequences are aligned in windows, and still find their partners") {
  const std::vector<int> all = numbers(20'000);
  std::vector<int> gaps;
  for (const int number : all) {
    if (number % 100 != 50) gaps.push_back(number);
  }
  const Alignment alignment = align_numbers(all, gaps);
  CHECK(alignment.in_windows);
  CHECK(without_partner(alignment) == 200);
  CHECK(alignment.pairs.size() == all.size());
  const Alignment mirrored = align_numbers(gaps, all);
  CHECK(without_partner(mirrored) == 200);
}

TEST_CASE("long sequences that begin and end alike are aligned as a whole") {
  const std::vector<int> all = numbers(20'000);
  std::vector<int> changed = all;
  changed[10'000] = -1;
  const Alignment alignment = align_numbers(all, changed);
  CHECK_FALSE(alignment.in_windows);
  CHECK(without_partner(alignment) == 2);
}

TEST_CASE("every position of both is in an alignment once and in order, however unlike they are") {
  const std::vector<int> a = numbers(5'000);
  std::vector<int> b = numbers(9'000);
  for (int& number : b) number += 1'000'000;
  const Alignment alignment = align_numbers(a, b);
  std::size_t next_a = 0, next_b = 0;
  for (const AlignedPair& pair : alignment.pairs) {
    if (pair.a) REQUIRE(*pair.a == next_a++);
    if (pair.b) REQUIRE(*pair.b == next_b++);
  }
  CHECK(next_a == a.size());
  CHECK(next_b == b.size());
}
