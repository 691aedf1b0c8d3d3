#include "common/conditions/comparison.h"

#include "tests/catch.h"

namespace ctgan::conditions {
namespace {

std::optional<Ordered::Kind> kind_of(std::string_view text) {
  const auto ordered = read_ordered(text);
  return ordered ? std::optional(ordered->kind) : std::nullopt;
}

long double value_of(std::string_view text) {
  return read_ordered(text).value().value;
}

}  // namespace

TEST_CASE("numbers, ISO dates and times have an order; other texts have none") {
  using Kind = Ordered::Kind;
  for (const char* number : {"65", "-0.5", " 7 ", "007", "+49", "1e3", ".5", "9223372036854775807"}) {
    INFO(number);
    CHECK(kind_of(number) == Kind::number);
  }
  for (const char* date :
       {"2026-11-21", " 2026-11-21", "2026-11-21T07:45", "2026-11-21 07:45:30", "2026-11-21T07:45:30.125Z",
        "2026-11-21 07:45:30 +02:00", "2024-02-29", "2026-11-21T07:45-0130"}) {
    INFO(date);
    CHECK(kind_of(date) == Kind::date);
  }
  for (const char* time : {"07:45", "23:59:59", "00:00:00.5"}) {
    INFO(time);
    CHECK(kind_of(time) == Kind::time);
  }
  for (const char* text :
       {"", " ", "Rome", "nan", "inf", "1,000", "2026-13-01", "2025-02-29", "2026-1-2", "7:45", "07:60",
        "2026-11-21T", "2026-11-21T07:45+", "21/11/2026", "0x1F", "1 2", "--1", "2026-11-21x"}) {
    INFO(text);
    CHECK_FALSE(kind_of(text));
  }
}

TEST_CASE("integers keep every digit, and a real is the double that a cell holds") {
  CHECK(value_of("9007199254740993") > value_of("9007199254740992"));
  CHECK(value_of("9223372036854775807") == static_cast<long double>(INT64_MAX));
  CHECK(value_of("0.1") == static_cast<long double>(0.1));
}

TEST_CASE("dates are instants: zones count, and a date alone is its midnight in UTC") {
  CHECK(value_of("1970-01-01") == 0);
  CHECK(value_of("1970-01-02T01:00:01") == 86'400 + 3601);
  CHECK(value_of("2026-11-21T07:45+02:00") == value_of("2026-11-21T05:45Z"));
  CHECK(value_of("2026-11-21T07:45-01:30") == value_of("2026-11-21 09:15"));
  CHECK(value_of("1969-12-31") == -86'400);
  CHECK(value_of("2026-11-21T00:00:00.25") - value_of("2026-11-21") == 0.25L);
}

TEST_CASE("each comparison holds for exactly its orders") {
  const auto row = [](Comparison comparison) {
    return std::array{holds(comparison, 1, 2), holds(comparison, 2, 2), holds(comparison, 3, 2)};
  };
  CHECK(row(Comparison::equal) == std::array{false, true, false});
  CHECK(row(Comparison::not_equal) == std::array{true, false, true});
  CHECK(row(Comparison::less) == std::array{true, false, false});
  CHECK(row(Comparison::less_equal) == std::array{true, true, false});
  CHECK(row(Comparison::greater) == std::array{false, false, true});
  CHECK(row(Comparison::greater_equal) == std::array{false, true, true});
}

}  // namespace ctgan::conditions
