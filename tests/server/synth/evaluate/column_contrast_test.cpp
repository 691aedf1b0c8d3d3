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
  const table::Column original = texts({{"a", 875}, {"b", 125}});
  const ColumnContrast more = contrast(original, texts({{"a", 625}, {"b", 375}}));
  REQUIRE(more.distorted_original.has_value());
  CHECK(*more.distorted_original == 0.125);
  CHECK(more.distorted_synthetic == 0.375);
  CHECK_FALSE(contrast(original, texts({{"a", 626}, {"b", 374}})).distorted_original.has_value());
  const ColumnContrast less = contrast(original, texts({{"a", 959}, {"b", 41}}));
  REQUIRE(less.distorted_original.has_value());
  CHECK(less.distorted_synthetic == Approx(0.041));
  CHECK_FALSE(contrast(original, texts({{"a", 958}, {"b", 42}})).distorted_original.has_value());
}

TEST_CASE("Of few rows the same factor is chance") {
  const auto distorted = [](std::size_t rows) {
    return contrast(texts({{"a", rows * 7 / 8}, {"b", rows / 8}}), texts({{"a", rows / 2}, {"b", rows / 2}}))
        .distorted_original.has_value();
  };
  CHECK_FALSE(distorted(40));
  CHECK(distorted(4000));
  // A value that is gone has changed by any factor, and five rows of a thousand may be missed.
  const ColumnContrast gone = contrast(texts({{"a", 900}, {"b", 100}}), texts({{"a", 1000}}));
  CHECK(gone.distorted_original.has_value());
  CHECK(gone.distorted_synthetic == 0);
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
