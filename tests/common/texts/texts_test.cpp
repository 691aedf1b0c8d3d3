#include "common/texts/texts.h"

#include "tests/catch.h"

using namespace ctgan::texts;

TEST_CASE("blanks at the ends go, those within stay, and a text of blanks is empty") {
  CHECK(trimmed(" \ta b\t ") == "a b");
  CHECK(trimmed("ab") == "ab");
  CHECK(trimmed(" \t ").empty());
  CHECK(trimmed("").empty());
}

TEST_CASE("ends of lines are blanks where somebody says so") {
  CHECK(trimmed(" a\r\n") == "a\r\n");
  CHECK(trimmed(" \v a\r\n", k_blanks_and_ends) == "a");
}

TEST_CASE("capitals of ASCII become small, and all else stays byte for byte") {
  CHECK(in_small_letters("MST-Z9[\xc3\x84") == "mst-z9[\xc3\x84");
}
