#include "server/synth/codecs/identifier_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "tests/catch.h"
#include "tests/raises.h"

namespace {

using ctgan::synth::codecs::ColumnCodec;
using ctgan::synth::codecs::ColumnRecord;
using ctgan::synth::codecs::FitPlace;
using ctgan::synth::codecs::IdentifierCodec;
using ctgan::synth::codecs::SampledRows;
using ctgan::tests::raised;
namespace table = ctgan::table;

using Texts = std::vector<std::string>;

table::ColumnMetadata metadata_of(table::Dtype dtype) {
  table::ColumnMetadata metadata;
  metadata.name = "key";
  metadata.dtype = dtype;
  return metadata;
}

std::unique_ptr<const ColumnCodec> fitted(const Texts& texts, double present = 1) {
  table::Categories cells;
  for (const std::string& text : texts) {
    cells.codes.push_back(static_cast<std::uint32_t>(cells.codes.size()));
    cells.dictionary.push_back(text);
  }
  table::Column column;
  column.name = "key";
  column.dtype = table::Dtype::text;
  column.cells = std::move(cells);
  FitPlace place;
  place.seed = 5;
  place.present = present;
  return IdentifierCodec::fit(column, metadata_of(column.dtype), table::TableRules{}, place);
}

std::unique_ptr<const ColumnCodec> fitted(const std::vector<std::int64_t>& numbers) {
  table::Column column;
  column.name = "key";
  column.dtype = table::Dtype::int64;
  column.cells = numbers;
  FitPlace place;
  place.seed = 5;
  return IdentifierCodec::fit(column, metadata_of(column.dtype), table::TableRules{}, place);
}

Texts drawn(const ColumnCodec& encoder, std::size_t count, std::uint64_t seed = 3) {
  SampledRows rows;
  rows.seed = seed;
  rows.count = count;
  const table::Column column = encoder.decode({}, rows);
  Texts texts;
  if (column.dtype == table::Dtype::int64) {
    for (const std::int64_t number : column.integers()) texts.push_back(std::to_string(number));
    return texts;
  }
  for (const std::uint32_t code : column.categories().codes)
    texts.push_back(column.categories().dictionary[code]);
  return texts;
}

// `count` texts of which none is an old one, and none comes twice.
Texts new_ones(const Texts& old, std::size_t count) {
  const auto encoder = fitted(old);
  Texts texts = drawn(*encoder, count);
  REQUIRE(texts.size() == count);
  std::set<std::string> seen(old.begin(), old.end());
  for (const std::string& text : texts) {
    INFO(text);
    REQUIRE(seen.insert(text).second);
  }
  return texts;
}

Texts numbered(std::string_view format, int count, int first = 1) {
  Texts texts;
  for (int i = first; i < first + count; ++i) texts.push_back(fmt::format(fmt::runtime(format), i));
  return texts;
}

Texts emails() {
  Texts texts;
  for (int i = 0; i < 600; ++i) texts.push_back(fmt::format("u{}.{}@ex.com", i, "abc"[i % 3]));
  return texts;
}

constexpr std::array k_first_names{"Anna", "Bernd", "Clara", "Dieter", "Eva", "Franz"};
constexpr std::array k_last_names{"Meier", "Hartmann", "Schulz", "Weber", "Hoffmann", "Huber", "Kaufmann"};

Texts names() {
  Texts texts;
  for (int i = 0; i < 400; ++i)
    texts.push_back(fmt::format("{} {}{}", k_first_names[static_cast<std::size_t>(i) % k_first_names.size()],
                                k_last_names[static_cast<std::size_t>(i * 7 / 3) % k_last_names.size()], i));
  return texts;
}

void check_width(const Texts& texts, std::string_view prefix, std::size_t digits) {
  for (const std::string& text : texts) {
    INFO(text);
    REQUIRE(text.starts_with(prefix));
    REQUIRE(text.size() == prefix.size() + digits);
    REQUIRE(text.find_first_not_of("0123456789", prefix.size()) == std::string::npos);
  }
}

}  // namespace

TEST_CASE("texts of many lengths have room for a hundred thousand rows") {
  CHECK(new_ones(emails(), 600).size() == 600);
  CHECK(new_ones(emails(), 100'000).size() == 100'000);
  CHECK(new_ones(names(), 400).size() == 400);
  CHECK(new_ones(names(), 100'000).size() == 100'000);
  CHECK(new_ones(numbered("a{}", 1000, 0), 100'000).size() == 100'000);
}

TEST_CASE("what all emails share stays, and lengths come as often as they were") {
  std::size_t longest = 0;
  for (const std::string& text : new_ones(emails(), 600)) {
    INFO(text);
    CHECK(text.starts_with("u"));
    CHECK(text.ends_with("@ex.com"));
    if (text.size() == std::string_view("u123.a@ex.com").size()) ++longest;
  }
  CHECK(longest == 500);
}

TEST_CASE("fixed widths stay where ten times the rows fit") {
  check_width(new_ones(numbered("{:06}", 800), 100'000), "", 6);
  check_width(new_ones(numbered("INV-2024-{:04}", 400), 4000), "INV-2024-", 4);
  check_width(new_ones(numbered("C{:05}", 300), 10'000), "C", 5);
  check_width(new_ones(numbered("C{:05}", 1000), 10'000), "C", 5);
}

TEST_CASE("fixed widths stay for as many rows as the table has where these fill a quarter of them at most") {
  check_width(new_ones(numbered("K-{:03}", 240), 240), "K-", 3);
}

TEST_CASE("texts grow where there is no room, and only then") {
  for (const std::string& text : new_ones(numbered("K-{:03}", 900), 900)) {
    CHECK(text.starts_with("K-"));
    CHECK(text.size() > 5);
  }
  // Behind what four digits hold.
  const Texts many = new_ones(numbered("INV-2024-{:04}", 400), 100'000);
  for (const std::string& text : many) REQUIRE(text.starts_with("INV-2024-"));
}

TEST_CASE("no part of a name survives") {
  std::size_t unlike = 0;
  const ColumnRecord record = fitted(names())->record();
  for (const std::string& pattern : record.texts.at("shapes")) {
    INFO(pattern);
    for (const char* name : k_first_names) CHECK(pattern.find(name) == std::string::npos);
    for (const char* name : k_last_names) CHECK(pattern.find(name) == std::string::npos);
  }
  for (const std::string& text : new_ones(names(), 400)) {
    const auto has = [&text](std::string_view name) { return text.find(name) != std::string::npos; };
    if (std::none_of(k_last_names.begin(), k_last_names.end(), has)) ++unlike;
  }
  CHECK(unlike == 400);
}

TEST_CASE("whole numbers have room as well, without zeros in front and below two to the 63rd") {
  const std::vector<std::int64_t> mixed{1, 2, 3, 4, 5, 6, 7, 8, 9, 1'000'000, 2'000'003, 9'000'000'000};
  std::vector<std::int64_t> large;
  for (std::int64_t i = 0; i < 200; ++i) large.push_back(9'223'372'036'854'775'807 - i * 46'116'860'184'273);
  for (const auto& old : {mixed, large}) {
    Texts texts = drawn(*fitted(old), 20'000);
    for (const std::int64_t number : old) texts.push_back(std::to_string(number));
    CHECK(std::set<std::string>(texts.begin(), texts.end()).size() == texts.size());
  }
}

TEST_CASE("a fit comes back from its record, shapes without rows too") {
  for (const Texts& old : {emails(), names(), numbered("INV-2024-{:04}", 400)}) {
    const auto encoder = fitted(old);
    const auto back = IdentifierCodec::load(metadata_of(table::Dtype::text), encoder->record());
    CHECK(drawn(*back, 20'000) == drawn(*encoder, 20'000));
  }
}

TEST_CASE("records of which no shape has rows, or a remainder comes twice, are refused") {
  const ColumnRecord good = fitted(numbered("C{:07}", 300))->record();
  const auto load = [](const ColumnRecord& record) {
    return IdentifierCodec::load(metadata_of(table::Dtype::text), record);
  };
  ColumnRecord bad = good;
  bad.integers["shape0"][0] = 0;
  CHECK(raised([&] { load(bad); }).kind() == ctgan::errors::Kind::bad_data);
  bad = good;
  bad.integers["shape0"].push_back(bad.integers["shape0"].back());
  CHECK(raised([&] { load(bad); }).kind() == ctgan::errors::Kind::bad_data);
}

TEST_CASE("values come again as often as they did, in samples of any length and beside blanks") {
  Texts old = numbered("Q{:07}", 800);
  for (int i = 0; i < 200; ++i) old.push_back(old[static_cast<std::size_t>(i)]);
  const auto repeats = [](const Texts& texts) {
    const std::set<std::string> different(texts.begin(), texts.end());
    return 1 - static_cast<double>(different.size()) / static_cast<double>(texts.size());
  };
  for (const std::size_t count : {300U, 1000U, 20'000U}) {
    INFO(count);
    CHECK(repeats(drawn(*fitted(old), count)) == Approx(0.2).margin(count < 1000 ? 0.08 : 0.04));
  }
  CHECK(repeats(drawn(*fitted(numbered("Q{:07}", 800)), 5000)) == 0);
  // Of the rows a half holds a value: repeats are counted among those.
  const Texts drawn_beside_blanks = drawn(*fitted(old, 0.5), 20'000);
  Texts shown;
  for (std::size_t i = 0; i < drawn_beside_blanks.size(); i += 2) shown.push_back(drawn_beside_blanks[i]);
  CHECK(repeats(shown) == Approx(0.2).margin(0.05));
}

TEST_CASE("a file of before gives the identifiers that it gave") {
  ColumnRecord record = fitted(numbered("Q{:07}", 800))->record();
  record.numbers.clear();
  const auto before = IdentifierCodec::load(metadata_of(table::Dtype::text), record);
  CHECK(before->record().numbers.empty());
  CHECK(drawn(*before, 3) == drawn(*before, 3));
  record.numbers["repeats"] = {1.0};
  CHECK(raised([&] { IdentifierCodec::load(metadata_of(table::Dtype::text), record); }).kind() ==
        ctgan::errors::Kind::bad_data);
}
