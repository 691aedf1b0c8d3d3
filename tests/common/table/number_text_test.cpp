#include "common/table/number_text.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "tests/catch.h"

namespace ctgan::table {

namespace {

std::string text_of(const PackedNumber& packed) {
  std::string out;
  append_number(packed, out);
  return out;
}

std::string real_text(double value, int decimals) {
  std::string out;
  append_real(value, decimals, out);
  return out;
}

std::uint64_t bits(double value) {
  std::uint64_t word = 0;
  std::memcpy(&word, &value, sizeof word);
  return word;
}

// Any spelling that looks like a number: spaces, sign, digits, point, exponent, each present or not.
std::string random_spelling(std::mt19937& random) {
  const auto digits = [&random](int most) {
    std::string text;
    for (int count = static_cast<int>(random() % static_cast<unsigned>(most + 1)); count > 0; --count) {
      text += static_cast<char>('0' + random() % 10);
    }
    return text;
  };
  std::string text(random() % 4 == 0 ? random() % 40 : 0, ' ');
  if (random() % 3 == 0) text += '-';
  text += digits(21);
  if (random() % 2 == 0) text += '.' + digits(21);
  if (random() % 5 == 0) text += (random() % 2 == 0 ? "e-" : "E") + digits(3);
  return text + std::string(random() % 4 == 0 ? random() % 20 : 0, ' ');
}

}  // namespace

TEST_CASE("integers: digits, a minus, blanks around; nothing that looks like a code") {
  for (const char* cell : {"0", "7", "-7", "42", " 42", "42 ", "\t42", "-0", "9223372036854775807",
                           "-9223372036854775808", "999999999999999999", "1000000000000000000"}) {
    INFO(cell);
    CHECK(read_number(cell).number);
    CHECK(read_number(cell).integer);
  }
  for (const char* cell : {"", " ", "-", "007", "-01", "00", "+1", "1,000", "1 000", "0x1F", "1_000", "- 1",
                           "--1", "1-", "\xc2\xa0\x31", "１"}) {
    INFO(cell);
    CHECK_FALSE(read_number(cell).number);
  }
}

TEST_CASE("reals: a point, an exponent, or more digits than int64 holds") {
  for (const char* cell : {"1.5", "-1.5", ".5", "5.", "0.0", "1e3", "1E+3", "1e-3", "9223372036854775808",
                           "123456789012345678901234567890", " 2.50 "}) {
    INFO(cell);
    CHECK(read_number(cell).number);
    CHECK_FALSE(read_number(cell).integer);
  }
  for (const char* cell :
       {".", "-.", "1.2.3", "1e", "1e+", "e5", "1e5.0", "01.5", "1.5x", "1.5e 3", "nan", "NaN", "NA"}) {
    INFO(cell);
    CHECK_FALSE(read_number(cell).number);
  }
}

TEST_CASE("digits after the point and exponents are counted") {
  CHECK(read_number("1.250").decimals == 3);
  CHECK(read_number("-.5").decimals == 1);
  CHECK(read_number("5.").decimals == 0);
  CHECK(read_number("12").decimals == 0);
  CHECK_FALSE(read_number("1.250").exponent);
  CHECK(read_number("1.25e2").exponent);
}

TEST_CASE("infinite: spelled, or larger than a double; a number too small is zero") {
  for (const char* cell :
       {"inf", "-inf", "Infinity", "-INFINITY", "1e999", "-1e400", "1e99999999999999999999", "0.001e400"}) {
    INFO(cell);
    CHECK(read_number(cell).infinite);
    CHECK(std::isinf(real_value(cell)));
    CHECK(std::signbit(real_value(cell)) == (cell[0] == '-'));
  }
  CHECK(read_number(std::string(400, '9')).infinite);
  for (const char* cell :
       {"1e-999", "0e999", "0.0e99999999999999999999", "1e-99999999999999999999", "1000e-400"}) {
    INFO(cell);
    CHECK(read_number(cell).number);
    CHECK_FALSE(read_number(cell).infinite);
    CHECK(real_value(cell) == 0.0);
  }
  CHECK_FALSE(read_number("info").number);
  CHECK_FALSE(read_number("infinit").number);
}

TEST_CASE("property: a packed number gives back every byte of its cell, and strtod's double") {
  std::mt19937 random(20260101);
  int packed = 0;
  int numbers = 0;
  for (int i = 0; i < 200'000; ++i) {
    const std::string cell = random_spelling(random);
    const NumberText text = read_number(cell);
    if (!text.number) continue;
    ++numbers;
    INFO("'" << cell << "'");
    const double expected = std::strtod(cell.c_str(), nullptr);
    REQUIRE(bits(real_value(cell)) == bits(expected));
    if (text.packed.form.unusual) continue;
    ++packed;
    REQUIRE(text_of(text.packed) == cell);
    REQUIRE(bits(real_value(text.packed)) == bits(expected));
  }
  CHECK(numbers > 100'000);
  CHECK(packed > 20'000);
}

TEST_CASE("integers of the whole range come back") {
  for (const std::int64_t value :
       {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0}, std::int64_t{1'000'000},
        std::numeric_limits<std::int64_t>::max()}) {
    std::string text;
    append_integer(value, text);
    CHECK(text == std::to_string(value));
    CHECK(integer_value(text) == value);
    CHECK(text_of(read_number(text).packed) == text);
  }
  CHECK(integer_value(" \t-12 ") == -12);
}

TEST_CASE("reals are written with their decimals, rounded to the nearest") {
  CHECK(real_text(3750, 1) == "3750.0");
  CHECK(real_text(0.5, 3) == "0.500");
  CHECK(real_text(-0.05, 2) == "-0.05");
  CHECK(real_text(2.675, 2) == "2.67");  // the double is below 2.675
  CHECK(real_text(0.1, 17) == "0.10000000000000001");
  CHECK(real_text(12, 0) == "12");
  CHECK(real_text(-0.0, 1) == "-0.0");
  CHECK(real_text(1e300, 2).size() == 304);
}

TEST_CASE("reals without decimals are written as short as possible, as Python does, and stay reals") {
  CHECK(real_text(1e5, -1) == "100000.0");
  CHECK(real_text(-123456789012345680, -1) == "-1.2345678901234568e+17");
  CHECK(real_text(1e16, -1) == "1e+16");
  CHECK(real_text(0.0001, -1) == "0.0001");
  CHECK(real_text(0.00001, -1) == "1e-05");
  CHECK(real_text(0.1, -1) == "0.1");
  CHECK(real_text(1000, -1) == "1000.0");
  CHECK(real_text(1e30, -1) == "1e+30");
  CHECK(real_text(-0.0, -1) == "-0.0");
}

TEST_CASE("property: any double written without decimals reads back to the same double") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t word = random();
    double value = 0;
    std::memcpy(&value, &word, sizeof value);
    if (!std::isfinite(value)) continue;
    const std::string text = real_text(value, -1);
    INFO(text);
    REQUIRE(read_number(text).number);
    REQUIRE_FALSE(read_number(text).integer);
    REQUIRE(bits(real_value(text)) == bits(value));
  }
}

TEST_CASE("property: a double with decimals is written as printf writes it") {
  std::mt19937_64 random(8);
  std::uniform_real_distribution<double> magnitude(-12, 12);
  for (int i = 0; i < 50'000; ++i) {
    const int decimals = static_cast<int>(random() % 18);
    const double value = (random() % 2 == 0 ? -1.0 : 1.0) * std::pow(10.0, magnitude(random));
    std::array<char, 64> expected{};
    std::snprintf(expected.data(), expected.size(), "%.*f", decimals, value);
    REQUIRE(real_text(value, decimals) == expected.data());
    const double rounded = std::strtod(expected.data(), nullptr);
    REQUIRE(std::strtod(real_text(rounded, decimals).c_str(), nullptr) == rounded);
  }
}

}  // namespace ctgan::table
