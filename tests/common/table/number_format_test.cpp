#include "common/table/number_format.h"

#include <cmath>
#include <random>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::table {
namespace {

std::vector<TextCount> counted(const std::vector<std::string>& texts) {
  std::vector<TextCount> counts;
  for (const std::string& text : texts) counts.push_back({text, 1});
  return counts;
}

std::string inferred(const std::vector<std::string>& texts) {
  const auto format = NumberFormat::infer(counted(texts));
  return format ? format->pattern() : "none";
}

std::string written(const NumberFormat& format, double value, int decimals = -1) {
  std::string out;
  format.append(value, decimals, out);
  return out;
}

// The pattern, once every text was read and written back byte for byte, by the format and by its pattern.
std::string exact(const std::vector<std::string>& texts) {
  const auto format = NumberFormat::infer(counted(texts));
  if (!format) return "none";
  const NumberFormat again(format->pattern());
  for (const std::string& text : texts) {
    INFO(text << " as " << format->pattern());
    const auto value = format->read(text);
    REQUIRE(value);
    const int decimals = format->parts().padded ? shown_decimals(text, format->parts().point) : -1;
    CHECK(written(*format, *value, decimals) == text);
    CHECK(written(again, *value, decimals) == text);
    CHECK(again.read(text) == value);
  }
  return format->pattern();
}

}  // namespace

TEST_CASE("numbers in print have a format that writes all of them back") {
  CHECK(exact({"$1,234.50", "$12.00", "-$3.99"}) == "$#,##0.00");
  CHECK(exact({"$1,234.50", "$-3.99"}) == "$#,##0.00;$-#,##0.00");
  CHECK(exact({"12.5%", "0.0%", "100.0%", "-3.1%"}) == "0.0%");
  CHECK(exact({"1,234", "(1,234)", "12", "(5)"}) == "#,##0;(#,##0)");
  CHECK(exact({"$5", "($5)", "$1,200"}) == "$#,##0;($#,##0)");
  CHECK(exact({"1 234,5", "12,0", "-1 000 000,9"}) == "# ##0,0");
  CHECK(exact({"1.234,56 EUR", "12,00 EUR"}) == "#.##0,00 EUR");
  CHECK(exact({"€ 1.234", "€ 12"}) == "€ #.##0");
  CHECK(exact({"5 kg", "12 kg"}) == "0 kg");
  CHECK(exact({"5kg", "12.5kg"}) == "0.#kg");
  CHECK(exact({"1_000", "12_345_678", "5"}) == "#_##0");
  CHECK(exact({"1'000.50", "5.00"}) == "#'##0.00");
  CHECK(exact({"8\u202f825", "13\u202f074"}) == "#\u202f##0");
  CHECK(exact({"12,34,567", "1,23,456", "1,234"}) == "#,##,##0");
  CHECK(exact({"123,4", "12.345,0"}) == "#.##0,0");
  CHECK(exact({"1234 kg", "12 345 kg"}) == "## ##0 kg");
  CHECK(exact({"5-", "12", "7-"}) == "0;0-");
  CHECK(exact({"−5.2", "3.1"}) == "0.0;−0.0");
  CHECK(exact({"+1.8", "-3.1", "+0.5"}) == "+0.0;-0.0");
  CHECK(exact({"+1", "-1", "0"}) == "+0;-0;0");
  CHECK(exact({"٣٠٧", "٩٥", "١٨٢"}) == "٠");
  CHECK(exact({"120 m2", "85 m2"}) == "0 m2");
  CHECK(exact({"7/10", "9/10"}) == "0/1\\0");
}

TEST_CASE("numbers that a parser reads have a spelling, too") {
  CHECK(exact({"91.", "153.", "-7."}) == "0.");
  CHECK(exact({".5", "1.5", "-.25"}) == "#.0#");
  CHECK(exact({"1.83E+01", "9.58E+00", "-1.00E-03"}) == "0.00E+00");
  CHECK(exact({"5.35E+09", "1.20E+10"}) == "0.00E+00");
  CHECK(exact({"1.8e1", "2.5e-3", "1.0e12"}) == "0.0e0");
  CHECK(exact({"18.0", "30.8", "9.58", "1.234"}) == "0.0##");
  CHECK(exact({"1.9", "1.90", "12.35"}) == "0.0?");
  CHECK(exact({"1", "2.5", "3.25"}) == "0.##");
  CHECK(exact({"-0.0", "3.1", "1.0"}) == "0.0;-0.0;-0.0");
  CHECK(exact({"0.1", "1e-05", "1e+16", "12345678.0"}) == "General.0");
  CHECK(exact({"1e+05", "1e-04", "123456", "0.5"}) == "General");
  CHECK(exact({"1.92700000000000004619", "-2.97799999999999975842"}) == "0.00000000000000000000");
  CHECK(exact({"0.1", "0.30000000000000004"}) == "General.0");
}

TEST_CASE("what is ambiguous is read as most people mean it") {
  CHECK(inferred({"1,234", "5,678"}) == "#,##0");
  CHECK(inferred({"1,234", "0,678"}) == "0,000");
  CHECK(inferred({"1,5", "2,75"}) == "0,0#");
  CHECK(inferred({"1.234 €", "5.678 €"}) == "#.##0 €");
  CHECK(inferred({"1.234 kg", "5.678 kg"}) == "0.000 kg");
  CHECK(inferred({"1.234 kg", "987 kg"}) == "#.##0 kg");
}

TEST_CASE("codes, dates, several units and words are no numbers") {
  for (const std::vector<std::string>& texts :
       std::vector<std::vector<std::string>>{{"007", "008"},
                                             {"+49", "+50"},
                                             {"A12", "A7"},
                                             {"INV-12", "INV-7"},
                                             {"12-A", "7-A"},
                                             {"1-1-19", "2-3-19"},
                                             {"10.0.3.4", "10.0.3.5"},
                                             {"2024-01", "2024-02"},
                                             {"2024-01-31"},
                                             {"12:30", "12:45"},
                                             {"1.2.3", "1.2.4"},
                                             {"555 123 456", "555 123 457"},
                                             {"4111 1111", "4222 2222"},
                                             {"99999999999999999999", "1"},
                                             {"$5", "€5"},
                                             {"5 kg", "5 g"},
                                             {"5 kg", "5"},
                                             {"low", "high"},
                                             {"5", "-"},
                                             {"<0.5", "1.5"},
                                             {"5-10", "10-20"},
                                             {"1st", "2nd"},
                                             {"", "5"},
                                             {"12345-678", "12345-679"},
                                             {"0x1F", "0x2A"},
                                             {"1_1825", "1_957"}}) {
    INFO(texts.front());
    CHECK(inferred(texts) == "none");
  }
}

TEST_CASE("where spellings differ most rows decide, and all are read") {
  const std::vector<TextCount> spaces{{"5 kg", 9}, {"7kg", 1}, {"8 kg", 5}};
  const auto format = NumberFormat::infer(spaces);
  REQUIRE(format);
  CHECK(format->pattern() == "0 kg");
  CHECK(format->read("7kg") == 7);
  const std::vector<TextCount> groups{{"1,234", 9}, {"5678", 2}};
  CHECK(NumberFormat::infer(groups)->pattern() == "#,##0");
}

TEST_CASE("numbers typed without unit, groups or all decimals are read as well") {
  const NumberFormat format("$#,##0.00;($#,##0.00)");
  CHECK(format.read("5000") == 5000);
  CHECK(format.read("$5,000") == 5000);
  CHECK(format.read("($5)") == -5);
  CHECK(format.read("-5") == -5);
  CHECK(format.read(" 1234.5 ") == 1234.5);
  CHECK_FALSE(format.read("1,23"));
  CHECK_FALSE(format.read("€5"));
  CHECK_FALSE(format.read(""));
}

TEST_CASE("a number that rounds to zero has no minus") {
  CHECK(written(NumberFormat("0.0"), -0.04) == "0.0");
  CHECK(written(NumberFormat("#,##0;(#,##0)"), -0.4) == "0");
}

TEST_CASE("decimals can be asked for, where zeros may stand at the end") {
  CHECK(written(NumberFormat("0.0??"), 1.9, 3) == "1.900");
  CHECK(written(NumberFormat("0.0##"), 1.9, 3) == "1.9");
  CHECK(written(NumberFormat("0.0##"), 1.9051) == "1.905");
}

TEST_CASE("a text that is no pattern is refused") {
  for (const char* pattern : {"", "kg", "0;x", "0;0;0;0", "{x}", "{s}{m}"}) {
    INFO(pattern);
    CHECK(tests::raised([&] { NumberFormat format{std::string(pattern)}; }).kind() == errors::Kind::bad_data);
  }
}

TEST_CASE("property: any column in any format is recognised and comes back") {
  std::mt19937_64 random(11);
  const auto pick = [&random](const auto& among) { return among[random() % among.size()]; };
  const std::vector<std::string> befores{"", "", "$", "€ ", "US$", "CHF "};
  const std::vector<std::string> afters{"", "", "%", " kg", " EUR", "°C"};
  const std::vector<std::string> groups{"", ",", ".", " ", "\u00a0", "'", "_"};
  for (int trial = 0; trial < 400; ++trial) {
    NumberFormat::Parts parts;
    parts.group = pick(groups);
    parts.point = parts.group == "." || random() % 4 == 0 ? "," : ".";
    if (parts.point == parts.group) parts.group = "";
    parts.least_decimals = static_cast<int>(random() % 4);
    parts.most_decimals = parts.least_decimals + (random() % 3 == 0 ? 1 : 0);
    parts.positive = {pick(befores), pick(afters)};
    const bool brackets = random() % 3 == 0;
    parts.negative = brackets ? NumberFormat::Around{"(" + parts.positive.before, parts.positive.after + ")"}
                              : NumberFormat::Around{"-" + parts.positive.before, parts.positive.after};
    const NumberFormat format(parts);
    std::vector<std::string> texts;
    for (int i = 0; i < 200; ++i) {
      const double size = std::pow(10.0, static_cast<double>(random() % 8));
      texts.push_back(written(format, (static_cast<double>(random() % 2'000'001) / 1e6 - 1) * size));
    }
    INFO(format.pattern());
    CHECK(exact(texts) != "none");
    for (const std::string& text : texts) {
      const double value = *format.read(text);
      CHECK(format.read(written(format, value)) == value);
    }
  }
}

}  // namespace ctgan::table
