// Tables written as JSON or made by chance, for tests that compare.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/random/random.h"

namespace ctgan::tests {

// Missing where null.
inline table::Column number_column(const std::string& name, const std::vector<std::optional<double>>& cells) {
  table::Column column;
  column.name = name;
  column.dtype = table::Dtype::float64;
  std::vector<double> numbers;
  std::vector<std::uint8_t> missing;
  for (const auto& cell : cells) {
    numbers.push_back(cell.value_or(0));
    missing.push_back(cell ? 0 : 1);
  }
  column.cells = std::move(numbers);
  column.missing = std::move(missing);
  column.missing_texts = {""};
  return column;
}

// "" is missing.
inline table::Column text_column(const std::string& name, const std::vector<std::string>& cells) {
  table::Column column;
  column.name = name;
  column.dtype = table::Dtype::text;
  table::Categories categories;
  for (const std::string& cell : cells) {
    const auto known = std::find(categories.dictionary.begin(), categories.dictionary.end(), cell);
    categories.codes.push_back(static_cast<std::uint32_t>(known - categories.dictionary.begin()));
    if (known == categories.dictionary.end()) categories.dictionary.push_back(cell);
  }
  column.cells = std::move(categories);
  return column;
}

inline table::Column column_of(const std::string& name, bool numeric, const nlohmann::json& cells) {
  if (!numeric) {
    std::vector<std::string> texts;
    for (const auto& cell : cells) texts.push_back(cell.is_null() ? "" : cell.get<std::string>());
    return text_column(name, texts);
  }
  std::vector<std::optional<double>> numbers;
  for (const auto& cell : cells) {
    numbers.push_back(cell.is_null() ? std::nullopt : std::optional(cell.get<double>()));
  }
  return number_column(name, numbers);
}

// Text is categorical, numbers are numerical.
inline table::Metadata metadata_of(const table::Table& table) {
  table::Metadata metadata;
  for (const table::Column& column : table.columns()) {
    const bool text = column.dtype == table::Dtype::text || column.dtype == table::Dtype::boolean;
    table::ColumnMetadata described;
    described.name = column.name;
    described.kind = text ? table::ColumnKind::categorical : table::ColumnKind::numerical;
    described.dtype = column.dtype;
    described.decimals = column.decimals;
    metadata.columns.push_back(std::move(described));
  }
  return metadata;
}

inline synth::evaluate::ComparedTables compared(const table::Table& original, const table::Table* held_out,
                                                const table::Table& synthetic) {
  return synth::evaluate::compare_tables(original, held_out, synthetic, metadata_of(original));
}

// People of one made-up country: age, income that grows with age, city, and a flag that follows the income.
inline table::Table people(std::size_t rows, std::uint64_t seed) {
  synth::random::Stream random(seed, synth::random::StreamId::rows);
  std::vector<std::optional<double>> ages;
  std::vector<std::optional<double>> incomes;
  std::vector<std::string> cities;
  std::vector<std::string> flags;
  const std::vector<std::string> names{"Bern", "Rome", "Oslo", "Riga", "Turin", "Lyon"};
  for (std::size_t row = 0; row < rows; ++row) {
    const double age = 18 + random.next_below(60);
    const double income = std::floor(age * 100 + random.next_double() * 3000);
    ages.emplace_back(age);
    incomes.emplace_back(income);
    cities.push_back(names[random.next_below(static_cast<std::uint32_t>(names.size()))]);
    flags.emplace_back(income + random.next_double() * 1000 > 6500 ? "high" : "low");
  }
  return table::Table({number_column("age", ages), number_column("income", incomes),
                       text_column("city", cities), text_column("level", flags)});
}

// Households of one made-up country: skewed numbers that hang together, few and many categories.
inline table::Table households(std::size_t rows, std::uint64_t seed) {
  synth::random::Stream random(seed, synth::random::StreamId::rows);
  const auto exponential = [&] { return -std::log(1 - random.next_double()); };
  std::array<std::vector<std::optional<double>>, 4> numbers;
  std::array<std::vector<std::string>, 3> texts;
  for (std::size_t row = 0; row < rows; ++row) {
    const double wealth = exponential();
    numbers[0].emplace_back(18 + random.next_below(60));
    numbers[1].emplace_back(std::floor(1000 * std::exp(wealth)));
    numbers[2].emplace_back(std::floor(30 * wealth + 20 * exponential()));
    numbers[3].emplace_back(std::floor(3 * exponential()));
    texts[0].push_back("city " + std::to_string(static_cast<int>(4 * exponential())));
    texts[1].emplace_back(wealth > 1 ? "owned" : "rented");
    texts[2].push_back("job " + std::to_string(random.next_below(8)));
  }
  return table::Table({tests::number_column("age", numbers[0]), tests::number_column("income", numbers[1]),
                       tests::number_column("spent", numbers[2]),
                       tests::number_column("children", numbers[3]), tests::text_column("city", texts[0]),
                       tests::text_column("home", texts[1]), tests::text_column("job", texts[2])});
}

inline table::Table picked(const table::Table& table, const std::vector<std::size_t>& rows) {
  std::vector<table::Column> columns;
  for (const table::Column& column : table.columns()) {
    std::vector<std::optional<double>> numbers;
    std::vector<std::string> texts;
    for (const std::size_t row : rows) {
      if (column.dtype == table::Dtype::text) {
        texts.push_back(column.categories().dictionary[column.categories().codes[row]]);
      } else {
        numbers.emplace_back(column.number(row));
      }
    }
    columns.push_back(column.dtype == table::Dtype::text ? text_column(column.name, texts)
                                                         : number_column(column.name, numbers));
  }
  return table::Table(std::move(columns));
}

// The rows of `table` from `first` on, `count` of them.
inline table::Table part(const table::Table& table, std::size_t first, std::size_t count) {
  std::vector<std::size_t> rows(count);
  std::iota(rows.begin(), rows.end(), first);
  return picked(table, rows);
}

}  // namespace ctgan::tests
