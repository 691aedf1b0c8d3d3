#include "common/command_line/whole_number.h"
#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::command_line {

TEST_CASE("bytes are digits, or digits and a unit of thousands") {
  CHECK(byte_count("0", "--bytes") == 0);
  CHECK(byte_count("1500", "--bytes") == 1500);
  CHECK(byte_count("2K", "--bytes") == 2000);
  CHECK(byte_count("10G", "--bytes") == 10'000'000'000);
  CHECK(byte_count("3T", "--bytes") == 3'000'000'000'000);
  for (const char* bad : {"", "G", "1.5G", "-1", "10g", "10GB", "99999999T", "18446744073709551616"}) {
    INFO(bad);
    const auto error = tests::raised([&] { byte_count(bad, "--bytes"); });
    CHECK(error.kind() == errors::Kind::usage);
    CHECK_THAT(error.sentence(), Catch::Contains("--bytes"));
  }
}

}  // namespace ctgan::command_line
