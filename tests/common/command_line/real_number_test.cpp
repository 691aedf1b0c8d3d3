#include "common/command_line/real_number.h"

#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::command_line {

TEST_CASE("a number is read to its last digit, with and without an exponent") {
  CHECK(real_number("3", "--epsilon") == 3);
  CHECK(real_number("0.1", "--epsilon") == 0.1);
  CHECK(real_number("1e-6", "--epsilon") == 1e-6);
  CHECK(real_number("-2.5", "--epsilon") == -2.5);
}

TEST_CASE("what is no finite number, or more than one, is refused by the name of its flag") {
  for (const char* text :
       {"", "many", "nan", "inf", "-inf", "1e999", "1,5", "0x10", " 1", "1 ", "1%", "1e", "+1"}) {
    INFO(text);
    const auto error = tests::raised([&] { real_number(text, "--epsilon"); });
    CHECK(error.kind() == errors::Kind::usage);
    CHECK_THAT(error.sentence(), Catch::Contains("'--epsilon' takes a number, not '"));
  }
}

}  // namespace ctgan::command_line
