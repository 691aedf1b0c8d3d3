#include "server/synth/codecs/codes.h"

#include "tests/catch.h"

using namespace ctgan::synth::codecs;

TEST_CASE("Category codes are as narrow as the count allows") {
  const auto bytes = [](std::size_t categories) {
    const Codes column = Codes::sized(categories, 1);
    return std::visit([](const auto& v) { return sizeof(v[0]); }, column.codes);
  };
  CHECK(bytes(1) == 1);
  CHECK(bytes(256) == 1);
  CHECK(bytes(257) == 2);
  CHECK(bytes(65'536) == 2);
  CHECK(bytes(65'537) == 4);
}

TEST_CASE("The last category of each width is kept") {
  for (const std::size_t categories : {1U, 256U, 257U, 65'536U, 65'537U}) {
    Codes column = Codes::sized(categories, 2);
    const auto last = static_cast<std::uint32_t>(categories - 1);
    column.set(1, last);
    CHECK(column.code(0) == 0);
    CHECK(column.code(1) == last);
    CHECK(column.rows() == 2);
  }
}
