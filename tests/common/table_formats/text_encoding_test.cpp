#include "common/table_formats/text_encoding.h"

#include "tests/catch.h"

namespace ctgan::table_formats {

using Stop = Utf8Scan::Stop;

namespace {

std::string encoded(std::uint32_t code) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xc0 | code >> 6), byte(0x80 | (code & 0x3f))};
  if (code < 0x10000) {
    return {byte(0xe0 | code >> 12), byte(0x80 | (code >> 6 & 0x3f)), byte(0x80 | (code & 0x3f))};
  }
  return {byte(0xf0 | code >> 18), byte(0x80 | (code >> 12 & 0x3f)), byte(0x80 | (code >> 6 & 0x3f)),
          byte(0x80 | (code & 0x3f))};
}

// In UTF-16, without a byte order mark.
std::string wide(std::string_view ascii, bool big_endian) {
  std::string bytes;
  for (const char c : ascii) bytes += big_endian ? std::string{'\0', c} : std::string{c, '\0'};
  return bytes;
}

}  // namespace

TEST_CASE(
    "every character of Unicode is valid in its only encoding; surrogates and what lies above are not") {
  for (std::uint32_t code = 1; code < 0x120000; ++code) {
    const bool allowed = code < 0x110000 && !(code >= 0xd800 && code < 0xe000);
    const Utf8Scan scan = scan_utf8(encoded(code));
    if ((scan.stop == Stop::end) != allowed) FAIL("code point " << std::hex << code);
  }
}

TEST_CASE("overlong forms and stray bytes are invalid") {
  for (const char* bytes : {"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf",
                            "\xf5\x80\x80\x80", "\xff", "\xc3(", "\xe2\x82(", "\xf0\x9f\x92("}) {
    const Utf8Scan scan = scan_utf8(bytes);
    CHECK(scan.stop == Stop::invalid);
    CHECK(scan.valid == 0);
  }
}

TEST_CASE("a character cut off by the end is incomplete, not invalid") {
  const std::string text = "abc\xf0\x9f\x92\x96";
  for (std::size_t cut = 4; cut < 7; ++cut) {
    const Utf8Scan scan = scan_utf8(std::string_view(text).substr(0, cut));
    CHECK(scan.stop == Stop::incomplete);
    CHECK(scan.valid == 3);
  }
}

TEST_CASE("a stop is found at every position of a word") {
  for (std::size_t at = 0; at < 40; ++at) {
    std::string zero(40, 'x');
    zero[at] = '\0';
    CHECK(scan_utf8(zero).stop == Stop::zero_byte);
    CHECK(scan_utf8(zero).valid == at);
    std::string bad(40, 'x');
    bad[at] = '\xff';
    CHECK(scan_utf8(bad).stop == Stop::invalid);
    CHECK(scan_utf8(bad).valid == at);
  }
}

TEST_CASE("UTF-16 is recognised with a byte order mark and without one") {
  const std::string csv = "name,age\nAnna,31\n";
  CHECK(foreign_format("\xff\xfe" + wide(csv, false))->what == "is UTF-16 text");
  CHECK(foreign_format("\xfe\xff" + wide(csv, true))->what == "is UTF-16 text");
  CHECK_THAT(foreign_format(wide(csv, false))->hint, Catch::Contains("--encoding utf-16le"));
  CHECK_THAT(foreign_format(wide(csv, true))->hint, Catch::Contains("--encoding utf-16be"));
}

TEST_CASE("the hint for bytes that are no UTF-8 follows from the bytes") {
  CHECK_THAT(encoding_hint("M\xfcller"), Catch::Contains("latin-1"));
  CHECK_THAT(encoding_hint("5 \x80 M\xfcller"), Catch::Contains("windows-1252"));
  CHECK_THAT(encoding_hint("M\x81ller"), !Catch::Contains("1252") && Catch::Contains("--encoding"));
}

TEST_CASE("spreadsheets and packed files are named; a CSV is not foreign, even with a stray zero byte") {
  CHECK_THAT(foreign_format("PK\x03\x04rest")->what, Catch::Contains("spreadsheet"));
  CHECK_THAT(foreign_format("PAR1\x15rest")->what, Catch::Contains("Parquet"));
  CHECK_THAT(foreign_format("$FL2@(#) SPSS DATA FILE")->hint, Catch::Contains("read_spss"));
  CHECK_THAT(foreign_format("<stata_dta><header>")->hint, Catch::Contains("read_stata"));
  const std::string sas = std::string(12, '\0') + "\xc2\xea\x81\x60\xb3\x14";
  CHECK_THAT(foreign_format(sas)->hint, Catch::Contains("read_sas"));
  CHECK_THAT(foreign_format("SQLite format 3")->what, Catch::Contains("SQLite"));
  CHECK_THAT(foreign_format("\x28\xb5\x2f\xfdrest")->what, Catch::Contains("zstd"));
  CHECK_FALSE(foreign_format("a,b\n1,2\n").has_value());
  CHECK_FALSE(foreign_format(std::string("a,b\n1,\0\n", 8)).has_value());
  CHECK_FALSE(foreign_format("PAR1,BZh,PK\n1,2,3\n").has_value());
  CHECK_FALSE(foreign_format("").has_value());
}

}  // namespace ctgan::table_formats
