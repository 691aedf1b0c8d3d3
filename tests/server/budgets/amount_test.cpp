// Amounts are what people write, added without a rounding; what cannot be held exactly is rounded on the safe side.
#include "server/budgets/amount.h"

#include <cmath>
#include <limits>

#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::server::budgets {
namespace {

Amount up(double number) {
  return Amount::rounded_up(exact_text(number));
}

Amount down(double number) {
  return Amount::rounded_down(exact_text(number));
}

}  // namespace

TEST_CASE("a tenth and two tenths are three tenths, and ten tenths are one") {
  CHECK(up(0.1) + up(0.2) == down(0.3));
  CHECK(up(0.1) + up(0.2) < down(0.1 + 0.2));
  Amount sum;
  for (int i = 0; i < 10; ++i) sum = sum + up(0.1);
  CHECK(sum == down(1));
  CHECK(sum.text() == "1");
}

TEST_CASE("the next double above an amount is more, the next below less") {
  for (const double number : {1e-9, 1e-6, 0.1, 0.3, 1.0, 3.0, 19.99, 1e9}) {
    CHECK(up(std::nextafter(number, 1e300)) > down(number));
    CHECK(up(std::nextafter(number, 0)) <= down(number));
    CHECK(up(number) == down(number));
  }
}

TEST_CASE("an amount is written with all its digits, and a double is taken by its shortest text") {
  CHECK(exact_text(1e-6) == "1e-06");
  CHECK(up(1e-6).text() == "0.000001");
  CHECK(up(0).text() == "0");
  CHECK(up(1e9).text() == "1000000000");
  CHECK(up(0.1 + 0.2).text() == "0.30000000000000004");
  CHECK(Amount::rounded_up("12.50").text() == "12.5");
  CHECK((up(1e9) + up(1e-27)).text() == "1000000000.000000000000000000000000001");
}

TEST_CASE("what has more than 27 decimals is rounded up where it is spent and down where it may be spent") {
  const double tiny = std::numeric_limits<double>::denorm_min();
  CHECK(up(tiny).text() == "0.000000000000000000000000001");
  CHECK(down(tiny) == Amount());
  CHECK(Amount::rounded_up("1.0000000000000000000000000001") > down(1));
  CHECK(Amount::rounded_down("1.0000000000000000000000000009") == down(1));
  CHECK(up(1e-28) > down(1e-28));
}

TEST_CASE("no less than nothing is left, and beyond what fits a sum stays more than any budget") {
  CHECK(up(1).without(up(3)) == Amount());
  CHECK(up(3).without(up(0.1)).text() == "2.9");
  Amount sum = up(1e308);
  CHECK(sum > down(1e11));
  CHECK(sum + up(1) == sum);
}

TEST_CASE("as a double an amount is not less, or not more, than it is") {
  for (const char* text : {"0.3", "0.1", "2.9", "0.000001", "0.12345678901234567890123", "3", "0"}) {
    const Amount amount = Amount::rounded_up(text);
    CHECK(up(amount.at_least()) >= amount);
    CHECK(down(amount.at_most()) <= amount);
  }
  CHECK((up(0.1) + up(0.2)).at_least() == 0.3);
  CHECK((up(0.1) + up(0.2)).at_most() == 0.3);
}

TEST_CASE("what is no decimal number is no amount") {
  for (const char* text : {"", ".", "-1", "nan", "inf", "1,5", "0x1", "1e", "1e1e1", "1.2.3", " 1", "1 "}) {
    INFO(text);
    CHECK(tests::raised([&] { Amount::rounded_up(text); }).kind() == errors::Kind::bad_data);
  }
}

}  // namespace ctgan::server::budgets
