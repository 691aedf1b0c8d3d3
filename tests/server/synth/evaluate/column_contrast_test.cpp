// What the mean over a column hides, each thing by itself and just short of it.
#include "server/synth/evaluate/column_contrast.h"

#include "tests/catch.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;

namespace {

// So many rows of each value.
using Counts = std::vector<std::pair<std::string, std::size_t>>;

table::Column texts(const Counts& counts) {
  std::vector<std::string> cells;
  for (const auto& [value, rows] : counts) cells.insert(cells.end(), rows, value);
  return tests::text_column("c", cells);
}

table::Column numbers(const std::vector<std::pair<std::optional<double>, std::size_t>>& counts) {
  std::vector<std::optional<double>> cells;
  for (const auto& [value, rows] : counts) cells.insert(cells.end(), rows, value);
  return tests::number_column("c", cells);
}

ColumnContrast contrast(const table::Column& original, const table::Column& synthetic) {
  return contrast_of(
      tests::compared(table::Table({original}), nullptr, table::Table({synthetic})).columns[0]);
}

}  // namespace

TEST_CASE("Values are counted in each table by themselves, missing cells aside") {
  const ColumnContrast of_texts =
      contrast(texts({{"a", 3}, {"b", 6}, {"", 2}}), texts({{"c", 1}, {"a", 1}, {"", 9}}));
  CHECK(of_texts.original_values == 2);
  CHECK(of_texts.synthetic_values == 2);
  CHECK(of_texts.top_share == Approx(6.0 / 9));
  const ColumnContrast of_numbers =
      contrast(numbers({{1, 1}, {2, 3}, {std::nullopt, 4}}), numbers({{2, 2}, {std::nullopt, 1}}));
  CHECK(of_numbers.original_values == 2);
  CHECK(of_numbers.synthetic_values == 1);
  CHECK(of_numbers.top_share == Approx(0.75));
  // Of nothing there is no most frequent.
  CHECK(contrast(texts({{"", 3}}), texts({{"", 3}})).top_share == 0);
  CHECK(contrast(numbers({{std::nullopt, 3}}), numbers({{std::nullopt, 3}})).top_share == 0);
}

TEST_CASE("Whole numbers that come back as fractions are told, one in a hundred by accident is not") {
  const table::Column whole = numbers({{1, 50}, {2, 50}});
  CHECK(contrast(whole, numbers({{1, 50}, {1.5, 50}})).fractions);
  CHECK(contrast(whole, numbers({{1, 98}, {1.5, 2}})).fractions);
  CHECK_FALSE(contrast(whole, numbers({{1, 99}, {1.5, 1}})).fractions);
  CHECK_FALSE(contrast(whole, whole).fractions);
  // The original has fractions itself, or is one number only, which says nothing of the others.
  CHECK_FALSE(contrast(numbers({{1, 99}, {1.25, 1}}), numbers({{1.5, 100}})).fractions);
  CHECK_FALSE(contrast(numbers({{1, 100}}), numbers({{1.5, 100}})).fractions);
}

TEST_CASE("A share that changed by a factor of three, beyond chance, is distorted; by less it is not") {
  const table::Column original = texts({{"a", 900}, {"b", 100}});
  const ColumnContrast more = contrast(original, texts({{"a", 700}, {"b", 300}}));
  REQUIRE(more.distorted_original.has_value());
  CHECK(*more.distorted_original == Approx(0.1));
  CHECK(more.distorted_synthetic == Approx(0.3));
  CHECK_FALSE(contrast(original, texts({{"a", 701}, {"b", 299}})).distorted_original.has_value());
  const ColumnContrast less = contrast(original, texts({{"a", 967}, {"b", 33}}));
  REQUIRE(less.distorted_original.has_value());
  CHECK(less.distorted_synthetic == Approx(0.033));
  CHECK_FALSE(contrast(original, texts({{"a", 966}, {"b", 34}})).distorted_original.has_value());
}

TEST_CASE("Of few rows the same factor is chance") {
  CHECK_FALSE(
      contrast(texts({{"a", 45}, {"b", 5}}), texts({{"a", 35}, {"b", 15}})).distorted_original.has_value());
  CHECK(contrast(texts({{"a", 4500}, {"b", 500}}), texts({{"a", 3500}, {"b", 1500}}))
            .distorted_original.has_value());
  // A value that is gone has changed by any factor, and five rows of a thousand may be missed.
  CHECK(contrast(texts({{"a", 900}, {"b", 100}}), texts({{"a", 1000}})).distorted_synthetic == 0);
  CHECK(contrast(texts({{"a", 900}, {"b", 100}}), texts({{"a", 1000}})).distorted_original.has_value());
  CHECK_FALSE(contrast(texts({{"a", 995}, {"b", 5}}), texts({{"a", 1000}})).distorted_original.has_value());
}

TEST_CASE("Of several the one that moved most is told, whatever the order of the values") {
  for (const bool turned : {false, true}) {
    Counts before{{"a", 800}, {"b", 150}, {"c", 50}};
    Counts after{{"a", 400}, {"b", 10}, {"c", 590}};
    if (turned) {
      std::reverse(before.begin(), before.end());
      std::reverse(after.begin(), after.end());
    }
    const ColumnContrast found = contrast(texts(before), texts(after));
    REQUIRE(found.distorted_original.has_value());
    CHECK(*found.distorted_original == Approx(0.05));
    CHECK(found.distorted_synthetic == Approx(0.59));
  }
}

TEST_CASE("Missing cells are a value whose share may change") {
  const ColumnContrast of_texts = contrast(texts({{"a", 990}, {"", 10}}), texts({{"a", 500}, {"", 500}}));
  REQUIRE(of_texts.distorted_original.has_value());
  CHECK(*of_texts.distorted_original == Approx(0.01));
  CHECK(of_texts.distorted_synthetic == Approx(0.5));
  const ColumnContrast of_numbers = contrast(numbers({{1, 500}, {2, 490}, {std::nullopt, 10}}),
                                             numbers({{1, 260}, {2, 240}, {std::nullopt, 500}}));
  REQUIRE(of_numbers.distorted_original.has_value());
  CHECK(of_numbers.distorted_synthetic == Approx(0.5));
}

TEST_CASE("Shares of numbers are looked at in columns of fifty different ones, not of fifty-one") {
  for (const std::size_t different : {k_most_shared_numbers, k_most_shared_numbers + 1}) {
    CAPTURE(different);
    std::vector<std::pair<std::optional<double>, std::size_t>> even, heaped;
    for (std::size_t value = 0; value < different; ++value) even.emplace_back(static_cast<double>(value), 40);
    heaped = even;
    heaped[0].second = 2000;
    CHECK(contrast(numbers(even), numbers(heaped)).distorted_original.has_value() ==
          (different == k_most_shared_numbers));
  }
}

TEST_CASE("A number that the original lacks has changed by any factor") {
  const ColumnContrast found =
      contrast(numbers({{0, 500}, {1, 500}}), numbers({{0, 400}, {1, 400}, {9, 200}}));
  REQUIRE(found.distorted_original.has_value());
  CHECK(*found.distorted_original == 0);
  CHECK(found.distorted_synthetic == Approx(0.2));
}

TEST_CASE("Tables that are alike distort nothing, of different sizes neither") {
  CHECK_FALSE(contrast(texts({{"a", 900}, {"b", 100}}), texts({{"a", 90}, {"b", 10}})).distorted_original);
  CHECK_FALSE(contrast(numbers({{1, 900}, {2, 100}}), numbers({{1, 9000}, {2, 1000}})).distorted_original);
}
