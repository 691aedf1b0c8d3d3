#include "server/synth/codecs/table_codec.h"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "common/conditions/joined_cells.h"
#include "common/conditions/meant_categories.h"
#include "common/errors/error.h"
#include "common/table/described_column.h"
#include "common/table/kind_traits.h"
#include "common/table/number_text.h"

namespace ctgan::synth::codecs {
namespace {

using table::Column;

[[noreturn]] void refuse(const std::string& sentence) {
  throw errors::Error(errors::Kind::bad_data, sentence);
}

// Upper bounds, cheap to know.
std::vector<std::size_t> category_bounds(const table::Table& table, const LearntColumns& learnt,
                                         const table::Metadata& metadata) {
  std::vector<std::size_t> bounds;
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    if (!table::traits_of(metadata.columns[i].kind).is_discrete()) continue;
    const auto* cells = std::get_if<table::Categories>(&learnt[i].cells);
    bounds.push_back(cells != nullptr ? cells->dictionary.size() : table.rows());
  }
  return bounds;
}

// The greatest limit for each column with which all stay below the limit for the table.
std::uint64_t categories_each(const std::vector<std::size_t>& bounds, std::uint64_t limit) {
  const auto total = [&bounds](std::uint64_t most) {
    std::uint64_t sum = 0;
    for (const std::size_t bound : bounds) sum += std::min<std::uint64_t>(bound, most);
    return sum;
  };
  constexpr std::uint64_t k_least = 2;
  std::uint64_t high = std::max(limit, k_least);
  if (total(high) <= TableCodec::k_most_categories) return high;
  std::uint64_t low = k_least;
  while (low + 1 < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    (total(middle) <= TableCodec::k_most_categories ? low : high) = middle;
  }
  return low;
}

void check_match(const table::Table& table, const table::Metadata& metadata) {
  if (table.columns().size() != metadata.columns.size()) {
    refuse("the table has " + std::to_string(table.columns().size()) +
           " columns, but the model was made for " + std::to_string(metadata.columns.size()));
  }
  for (std::size_t i = 0; i < metadata.columns.size(); ++i) {
    const Column& column = table.columns()[i];
    const table::ColumnMetadata& expected = metadata.columns[i];
    if (column.name == expected.name && column.dtype == expected.dtype) continue;
    refuse("column " + errors::quoted(column.name) + " of type " +
           std::string(table::dtype_name(column.dtype)) + " stands where the model expects " +
           errors::quoted(expected.name) + " of type " + std::string(table::dtype_name(expected.dtype)));
  }
}

std::size_t place_in(const conditions::Derivation& combination, std::size_t column) {
  const auto found = std::find(combination.from.begin(), combination.from.end(), column);
  return static_cast<std::size_t>(found - combination.from.begin());
}

// Which text stands for a missing value in which row, as an identifier's codec encodes it: code 0 is the value.
Codes presence_of(const Column& column, const ColumnCodec& codec) {
  Codes presence = Codes::sized(codec.metadata().missing_texts.size() + 1, column.rows());
  for (std::size_t row = 0; row < column.rows(); ++row) {
    std::string_view text = "0";
    if (const auto* cells = std::get_if<table::Categories>(&column.cells))
      text = cells->dictionary[cells->codes[row]];
    else if (column.is_missing(row))
      text = column.missing_texts[column.missing[row] - std::size_t{1}];
    const auto missing = codec.find(text);
    presence.set(row, missing ? missing->code : 0);
  }
  return presence;
}

// A column of these texts; nothing where one is no number of a column of numbers.
std::optional<Column> column_of(const table::ColumnMetadata& metadata, std::span<const std::string> texts) {
  Column column = table::described_column(metadata);
  if (!table::is_numeric(metadata.dtype)) {
    table::Categories cells;
    for (const std::string& text : texts) {
      cells.codes.push_back(static_cast<std::uint32_t>(cells.dictionary.size()));
      cells.dictionary.push_back(text);
    }
    column.cells = std::move(cells);
    return column;
  }
  std::vector<std::int64_t> integers;
  std::vector<double> reals;
  for (const std::string& text : texts) {
    const table::NumberText number = table::read_number(text);
    const bool whole = metadata.dtype == table::Dtype::int64;
    if (!number.number || number.infinite || (whole && !number.integer)) return std::nullopt;
    if (whole)
      integers.push_back(table::integer_value(text));
    else
      reals.push_back(table::real_value(text));
  }
  if (metadata.dtype == table::Dtype::int64)
    column.cells = std::move(integers);
  else
    column.cells = std::move(reals);
  return column;
}

std::optional<ColumnValues> encoded(const ColumnCodec& codec, std::span<const std::string> texts) {
  const std::optional<Column> column = column_of(codec.metadata(), texts);
  if (!column) return std::nullopt;
  try {
    return codec.encode(*column, {});
  } catch (const errors::Error&) {
    return std::nullopt;
  }
}

void append(const ColumnValues& from, ColumnValues& to) {
  to.numbers.insert(to.numbers.end(), from.numbers.begin(), from.numbers.end());
  if (to.parts.empty()) {
    to.parts = from.parts;
    return;
  }
  for (std::size_t part = 0; part < from.parts.size(); ++part) {
    // A part has as many codes in both, and so the same integers.
    const auto add = [&](auto& codes) {
      const auto& more = std::get<std::decay_t<decltype(codes)>>(from.parts[part].codes);
      codes.insert(codes.end(), more.begin(), more.end());
    };
    std::visit(add, to.parts[part].codes);
  }
}

// Halves what a column refuses until the texts that it cannot hold stand alone.
void add_values(const ColumnCodec& codec, std::span<const std::string> texts, std::size_t first,
                TextValues& found) {
  if (texts.empty()) return;
  if (const auto values = encoded(codec, texts)) {
    for (std::size_t i = 0; i < texts.size(); ++i) found.places.push_back(first + i);
    return append(*values, found.values);
  }
  if (texts.size() == 1) return;
  const std::size_t half = texts.size() / 2;
  add_values(codec, texts.first(half), first, found);
  add_values(codec, texts.subspan(half), first + half, found);
}

}  // namespace

const Column& LearntColumns::operator[](std::size_t column) const {
  const auto found = replaced_.find(column);
  return found == replaced_.end() ? table_.columns()[column] : found->second;
}

TableCodec::TableCodec(RowRuleCodec rules, std::vector<std::shared_ptr<const ColumnCodec>> columns)
    : rules_(std::move(rules)), columns_(std::move(columns)) {}

TableCodec TableCodec::fit(const table::Table& table, const table::Metadata& metadata, std::uint64_t seed,
                           threads::ThreadPool& pool, const table::Table* set_aside) {
  RowRuleCodec row_rules = RowRuleCodec::fit(table, metadata);
  const LearntColumns learnt(table, row_rules.replaced(table));
  std::optional<LearntColumns> aside;
  if (set_aside != nullptr && set_aside->rows() > 0)
    aside.emplace(*set_aside, row_rules.replaced(*set_aside));
  table::TableRules rules = metadata.rules;
  rules.max_categories =
      categories_each(category_bounds(table, learnt, row_rules.learnt()), rules.max_categories);
  std::vector<std::shared_ptr<const ColumnCodec>> columns(table.columns().size());
  pool.run(columns.size(), [&](std::size_t i) {
    columns[i] = fit_codec(learnt[i], row_rules.learnt().columns[i], rules,
                           {.seed = seed, .column = i, .set_aside = aside ? &(*aside)[i] : nullptr});
  });
  return {std::move(row_rules), std::move(columns)};
}

TableCodec TableCodec::load(const table::Metadata& metadata, const std::vector<ColumnRecord>& records) {
  std::vector<std::shared_ptr<const ColumnCodec>> columns;
  RowRuleCodec rules = RowRuleCodec::load(metadata, records);
  for (std::size_t i = 0; i < metadata.columns.size(); ++i)
    columns.push_back(load_codec(rules.learnt().columns[i], metadata.rules, records[i]));
  return {std::move(rules), std::move(columns)};
}

ColumnRecord TableCodec::record(std::size_t column) const {
  ColumnRecord record = columns_[column]->record();
  rules_.add_to(column, record);
  return record;
}

CategoryCounts TableCodec::categories(std::size_t column) const {
  const conditions::Derivation* combination = rules_.combination_of(column);
  if (combination == nullptr) return columns_[column]->categories();
  if (!table::traits_of(metadata().columns[column].kind).listed) return {};
  const CategoryCounts together = columns_[combination->column]->categories();
  const std::size_t place = place_in(*combination, column);
  CategoryCounts found;
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < together.categories.size(); ++i) {
    const std::string text = conditions::split(together.categories[i])[place];
    const auto [known, fresh] = places.try_emplace(text, found.categories.size());
    if (fresh) {
      found.categories.push_back(text);
      found.counts.push_back(0);
    }
    found.counts[known->second] += together.counts[i];
  }
  return found;
}

std::vector<CodeRows> TableCodec::find(std::size_t column, std::string_view text) const {
  std::vector<CodeRows> found;
  const conditions::Derivation* combination = rules_.combination_of(column);
  if (combination == nullptr) {
    if (const auto code = columns_[column]->find(text)) found.push_back({column, *code, 1});
    return found;
  }
  const CategoryCounts together = columns_[combination->column]->categories();
  const std::size_t place = place_in(*combination, column);
  for (std::size_t i = 0; i < together.categories.size(); ++i) {
    if (conditions::split(together.categories[i])[place] != text) continue;
    const auto code = columns_[combination->column]->find(together.categories[i]);
    if (!code) continue;
    // The rarest share a code.
    if (!found.empty() && found.back().code == *code)
      found.back().rows += together.counts[i];
    else
      found.push_back({combination->column, *code, together.counts[i]});
  }
  return found;
}

std::vector<std::optional<std::string>> TableCodec::categories_meant(
    std::size_t column, std::span<const std::string> texts) const {
  const std::vector<std::string> known = categories(column).categories;
  const conditions::MeantCategories meaning(metadata().columns[column].dtype, known);
  std::vector<std::optional<std::string>> meant;
  for (const std::string& text : texts) {
    const auto place = meaning.find(text);
    meant.push_back(place ? std::optional(known[*place]) : std::nullopt);
  }
  return meant;
}

TextValues TableCodec::values_of(std::size_t column, std::span<const std::string> texts) const {
  TextValues found;
  const ColumnCodec& codec = *columns_[column];
  if (!codec.domain().has_numbers || rules_.makes(column)) return found;
  std::vector<std::string> numbers;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (codec.find(texts[i])) continue;
    numbers.push_back(texts[i]);
    places.push_back(i);
  }
  add_values(codec, numbers, 0, found);
  for (std::size_t& place : found.places) place = places[place];
  return found;
}

LearntColumns TableCodec::learnt(const table::Table& table) const {
  check_match(table, metadata());
  return {table, rules_.replaced(table)};
}

table::Table TableCodec::decode(const std::vector<ColumnValues>& values, SampledRows rows) const {
  std::vector<Column> columns;
  for (rows.column = 0; rows.column < columns_.size(); ++rows.column)
    columns.push_back(columns_[rows.column]->decode(values[rows.column], rows));
  rules_.restore(columns);
  return table::Table(std::move(columns));
}

table::Table TableCodec::number_rows(table::Table rows, std::uint64_t seed, std::uint64_t first) const {
  const auto made_anew = [](const table::ColumnMetadata& column) {
    return table::traits_of(column.kind).made_anew;
  };
  if (std::none_of(metadata().columns.begin(), metadata().columns.end(), made_anew)) return rows;
  std::vector<Column> columns = rows.columns();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!made_anew(metadata().columns[i])) continue;
    ColumnValues values;
    // The only part that an identifier can have.
    if (!columns_[i]->domain().parts.empty()) values.parts.push_back(presence_of(columns[i], *columns_[i]));
    columns[i] = columns_[i]->decode(values, {seed, first, rows.rows(), i});
  }
  return table::Table(std::move(columns));
}

}  // namespace ctgan::synth::codecs
