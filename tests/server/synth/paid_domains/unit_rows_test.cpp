#include "server/synth/paid_domains/unit_rows.h"

#include <algorithm>
#include <map>

#include "server/synth/random/random.h"
#include "tests/catch.h"
#include "tests/server/synth/privacy/counted_bits.h"

using namespace ctgan;
using namespace ctgan::synth::paid_domains;
using Texts = std::vector<std::string>;

namespace {

table::Column column_of(const std::string& name, const Texts& cells) {
  table::Column column;
  column.name = name;
  table::Categories categories;
  for (const std::string& cell : cells) {
    const auto at = std::find(categories.dictionary.begin(), categories.dictionary.end(), cell);
    categories.codes.push_back(static_cast<std::uint32_t>(at - categories.dictionary.begin()));
    if (at == categories.dictionary.end()) categories.dictionary.push_back(cell);
  }
  column.cells = std::move(categories);
  return column;
}

// Rows numbered from 0, of these persons.
UnitRows bounded(const Texts& persons, std::uint64_t most, std::uint64_t seed = 1) {
  Texts numbers;
  for (std::size_t i = 0; i < persons.size(); ++i) numbers.push_back(std::to_string(i));
  table::Metadata metadata;
  metadata.columns = {{.name = "person", .kind = table::ColumnKind::id}, {.name = "row"}};
  metadata.columns[0].domain.emplace().missing = {"?"};
  metadata.rules.privacy_unit = "person";
  metadata.rules.rows_per_unit = most;
  tests::CountedBits bits(seed);
  return bounded_rows(table::Table({column_of("person", persons), column_of("row", numbers)}), metadata,
                      bits);
}

Texts texts_of(const UnitRows& rows, const std::string& name) {
  const table::Categories& cells = rows.texts.find(name)->categories();
  Texts texts;
  for (const std::uint32_t code : cells.codes) texts.push_back(cells.dictionary[code]);
  return texts;
}

}  // namespace

TEST_CASE("each row is a unit where no column names one") {
  tests::CountedBits bits(1);
  const UnitRows rows = bounded_rows(table::Table({column_of("a", {"x", "x", "y"})}), {}, bits);
  CHECK(rows.texts.rows() == 3);
  CHECK(rows.units.empty());
  CHECK(rows.rows_per_unit == 1);
  CHECK(bits.taken() == 0);
}

TEST_CASE("no unit keeps more rows than it may, whoever names nobody is alone, and the order stays") {
  const Texts persons{"a", "b", "a", "", "a", "?", "b", "", "a", "c"};
  for (const std::uint64_t most : {1U, 2U, 3U, 10U}) {
    const UnitRows rows = bounded(persons, most);
    const Texts kept = texts_of(rows, "person");
    const auto times = [&](const char* person) {
      return static_cast<std::uint64_t>(std::count(kept.begin(), kept.end(), person));
    };
    CHECK(times("a") == std::min<std::uint64_t>(most, 4));
    CHECK(times("b") == std::min<std::uint64_t>(most, 2));
    CHECK(times("c") == 1);
    CHECK(times("") == 2);
    CHECK(times("?") == 1);
    CHECK(rows.units.size() == kept.size());
    CHECK(rows.rows_per_unit == most);
    std::map<std::uint32_t, std::uint64_t> of_unit;
    for (const std::uint32_t unit : rows.units) ++of_unit[unit];
    CHECK(of_unit.size() == 6);
    for (const auto& [unit, count] : of_unit) CHECK(count <= most);
    std::vector<int> order;
    for (const std::string& row : texts_of(rows, "row")) order.push_back(std::stoi(row));
    CHECK(std::is_sorted(order.begin(), order.end()));
  }
}

// A false alarm: one in a million for each row.
TEST_CASE("which rows of a unit stay is drawn evenly") {
  constexpr int k_times = 20'000;
  std::map<std::string, int> kept;
  for (int i = 0; i < k_times; ++i)
    for (const std::string& row : texts_of(bounded({"a", "b", "a", "a", "a", "a"}, 2, 100 + i), "row"))
      ++kept[row];
  CHECK(kept["1"] == k_times);
  for (const char* row : {"0", "2", "3", "4", "5"})
    CHECK(std::abs(kept[row] - 0.4 * k_times) < 4.9 * std::sqrt(0.24 * k_times));
}

// Of every table of three persons with up to three rows each, without each of them: others keep rows as if nobody had
// gone, and what one changes of any marginal is at most K, in sum (L1) and so also in length (L2).
TEST_CASE("a unit changes counts by as many rows as it keeps, and nobody else's rows") {
  synth::random::Stream random(2, synth::random::StreamId::rows);
  for (int trial = 0; trial < 300; ++trial) {
    Texts persons;
    const std::uint32_t rows = 1 + random.next_below(9);
    for (std::uint32_t i = 0; i < rows; ++i) persons.push_back(std::string(1, "abc"[random.next_below(3)]));
    for (const std::uint64_t most : {1U, 2U}) {
      const UnitRows all = bounded(persons, most);
      Texts others;
      for (const std::string& person : persons)
        if (person != "a") others.push_back(person);
      const UnitRows without = bounded(others, most);
      const auto counts = [](const UnitRows& some) {
        std::map<std::string, int> count;
        for (const std::string& person : texts_of(some, "person")) ++count[person];
        return count;
      };
      auto with_count = counts(all), without_count = counts(without);
      for (const char* person : {"b", "c"}) CHECK(with_count[person] == without_count[person]);
      CHECK(all.texts.rows() - without.texts.rows() <= most);
    }
  }
}
