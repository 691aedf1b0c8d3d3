#include "server/synth/transforms/table_transform.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "common/conditions/joined_cells.h"
#include "common/errors/error.h"

namespace ctgan::synth::transforms {
namespace {

using table::Column;
using table::ColumnKind;

[[noreturn]] void refuse(const std::string& sentence) {
  throw errors::Error(errors::Kind::bad_data, sentence);
}

bool is_discrete(ColumnKind kind) {
  return kind == ColumnKind::categorical || kind == ColumnKind::boolean;
}

// The column that is learnt at a place of the table.
const Column& learnt_column(const table::Table& table, const ReplacedColumns& replaced, std::size_t i) {
  const auto found = replaced.find(i);
  return found == replaced.end() ? table.columns()[i] : found->second;
}

// Upper bounds, cheap to know.
std::vector<std::size_t> category_bounds(const table::Table& table, const ReplacedColumns& replaced,
                                         const table::Metadata& metadata) {
  std::vector<std::size_t> bounds;
  for (std::size_t i = 0; i < table.columns().size(); ++i) {
    if (!is_discrete(metadata.columns[i].kind)) continue;
    const auto* cells = std::get_if<table::Categories>(&learnt_column(table, replaced, i).cells);
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
  if (total(high) <= TableTransform::k_most_categories) return high;
  std::uint64_t low = k_least;
  while (low + 1 < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    (total(middle) <= TableTransform::k_most_categories ? low : high) = middle;
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

// Which text stands for a missing value in which row, encoded as the transform does it: the first code is the
// value.
EncodedColumn presence_of(const Column& column, const ColumnTransform& transform) {
  EncodedDiscrete presence =
      EncodedDiscrete::sized(transform.metadata().missing_texts.size() + 1, column.rows());
  for (std::size_t row = 0; row < column.rows(); ++row) {
    std::string_view text = "0";
    if (const auto* cells = std::get_if<table::Categories>(&column.cells))
      text = cells->dictionary[cells->codes[row]];
    else if (column.is_missing(row))
      text = column.missing_texts[column.missing[row] - std::size_t{1}];
    const auto missing = transform.find(text);
    presence.set(row, missing ? missing->code : 0);
  }
  return presence;
}

}  // namespace

TableTransform::TableTransform(RuleTransform rules,
                               std::vector<std::shared_ptr<const ColumnTransform>> columns)
    : rules_(std::move(rules)), columns_(std::move(columns)) {
  for (const auto& column : columns_) {
    first_encoded_.push_back(layout_.columns());
    column->add_to(layout_);
  }
  first_encoded_.push_back(layout_.columns());
  if (layout_.width == 0) refuse("no column was left with anything to learn: all rows are alike");
}

TableTransform TableTransform::fit(const table::Table& table, const table::Metadata& metadata,
                                   std::uint64_t seed, threads::ThreadPool& pool,
                                   const table::Table* set_aside) {
  RuleTransform row_rules = RuleTransform::fit(table, metadata);
  const ReplacedColumns replaced = row_rules.replaced(table);
  const bool more = set_aside != nullptr && set_aside->rows() > 0;
  const ReplacedColumns replaced_aside = more ? row_rules.replaced(*set_aside) : ReplacedColumns();
  const table::Metadata& learnt = row_rules.learnt();
  table::TableRules rules = metadata.rules;
  rules.max_categories = categories_each(category_bounds(table, replaced, learnt), rules.max_categories);
  std::vector<std::shared_ptr<const ColumnTransform>> columns(table.columns().size());
  pool.run(columns.size(), [&](std::size_t i) {
    columns[i] = fit_column(learnt_column(table, replaced, i), learnt.columns[i], rules,
                            {.seed = seed,
                             .column = i,
                             .set_aside = more ? &learnt_column(*set_aside, replaced_aside, i) : nullptr});
  });
  return {std::move(row_rules), std::move(columns)};
}

TableTransform TableTransform::load(const table::Metadata& metadata,
                                    const std::vector<ColumnRecord>& records) {
  std::vector<std::shared_ptr<const ColumnTransform>> columns;
  RuleTransform rules = RuleTransform::load(metadata, records);
  for (std::size_t i = 0; i < metadata.columns.size(); ++i)
    columns.push_back(load_column(rules.learnt().columns[i], metadata.rules, records[i]));
  return {std::move(rules), std::move(columns)};
}

std::vector<CategoryRows> TableTransform::category_rows() const {
  std::vector<CategoryRows> rows;
  for (const auto& column : columns_) {
    for (auto& of_part : column->category_rows()) rows.push_back(std::move(of_part));
  }
  return rows;
}

ColumnRecord TableTransform::record(std::size_t column) const {
  ColumnRecord record = columns_[column]->record();
  rules_.add_to(column, record);
  return record;
}

CategoryCounts TableTransform::categories(std::size_t column) const {
  const conditions::Derivation* combination = rules_.combination_of(column);
  if (combination == nullptr) return columns_[column]->categories();
  const ColumnKind kind = metadata().columns[column].kind;
  if (!is_discrete(kind) && kind != ColumnKind::constant) return {};
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

std::vector<Condition> TableTransform::find_conditions(std::size_t column, std::string_view text) const {
  std::vector<Condition> found;
  const conditions::Derivation* combination = rules_.combination_of(column);
  if (combination == nullptr) {
    if (const auto at = position(column, text)) found.push_back({*at, 1});
    return found;
  }
  const CategoryCounts together = columns_[combination->column]->categories();
  const std::size_t place = place_in(*combination, column);
  for (std::size_t i = 0; i < together.categories.size(); ++i) {
    if (conditions::split(together.categories[i])[place] != text) continue;
    const auto at = position(combination->column, together.categories[i]);
    if (!at) continue;
    // The rarest share a position.
    if (!found.empty() && found.back().position == *at)
      found.back().rows += together.counts[i];
    else
      found.push_back({*at, together.counts[i]});
  }
  return found;
}

std::optional<std::uint32_t> TableTransform::position(std::size_t column, std::string_view text) const {
  const auto found = columns_[column]->find(text);
  if (!found) return std::nullopt;
  for (const Block& block : layout_.blocks) {
    if (block.column == first_encoded_[column] + found->part && block.kind == Block::Kind::categories)
      return static_cast<std::uint32_t>(block.condition_offset + found->code);
  }
  return std::nullopt;
}

EncodedTable TableTransform::encode(const table::Table& table, std::uint64_t seed,
                                    threads::ThreadPool& pool) const {
  check_match(table, metadata());
  const ReplacedColumns replaced = rules_.replaced(table);
  std::vector<std::vector<EncodedColumn>> parts(columns_.size());
  pool.run(columns_.size(), [&](std::size_t i) {
    parts[i] = columns_[i]->encode(learnt_column(table, replaced, i), {.seed = seed, .column = i});
  });
  EncodedTable encoded;
  encoded.layout = layout_;
  encoded.rows = table.rows();
  for (auto& of_column : parts) {
    for (EncodedColumn& part : of_column) encoded.columns.push_back(std::move(part));
  }
  return encoded;
}

table::Table TableTransform::decode(const EncodedTable& block, std::uint64_t seed, std::uint64_t first,
                                    bool numbered) const {
  std::vector<Column> columns;
  const std::span<const EncodedColumn> parts(block.columns);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::size_t begin = first_encoded_[i];
    columns.push_back(columns_[i]->decode(parts.subspan(begin, first_encoded_[i + 1] - begin),
                                          {seed, first, block.rows, i, numbered}));
  }
  rules_.restore(columns);
  return table::Table(std::move(columns));
}

table::Table TableTransform::number_rows(table::Table rows, std::uint64_t seed, std::uint64_t first) const {
  const auto is_id = [](const table::ColumnMetadata& column) { return column.kind == table::ColumnKind::id; };
  if (std::none_of(metadata().columns.begin(), metadata().columns.end(), is_id)) return rows;
  std::vector<Column> columns = rows.columns();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!is_id(metadata().columns[i])) continue;
    // The only part that an identifier can have says where it is missing.
    std::vector<EncodedColumn> presence;
    if (first_encoded_[i] < first_encoded_[i + 1]) presence.push_back(presence_of(columns[i], *columns_[i]));
    columns[i] = columns_[i]->decode(presence, {seed, first, rows.rows(), i});
  }
  return table::Table(std::move(columns));
}

}  // namespace ctgan::synth::transforms
