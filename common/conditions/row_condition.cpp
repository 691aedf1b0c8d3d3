#include "common/conditions/row_condition.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/conditions/meant_categories.h"
#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/table/number_text.h"
#include "common/texts/texts.h"

namespace ctgan::conditions {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::string_view k_grammar = "a condition is COLUMN OP VALUE, OP one of = != < <= > >=";

[[noreturn]] void refuse_order(const std::string& text, std::string_view reason) {
  throw Error(Kind::usage,
              fmt::format("the condition {} cannot be decided: {}", errors::quoted(text), reason),
              "numbers, ISO dates (2026-11-21) and times (07:45) have an order; = and != compare any text");
}

// The order that stands behind an equals sign, where the column has such texts and not this one.
RowCondition turned(RowCondition condition, const ColumnDomain& column, const CellOrder& order) {
  const bool looks_so = condition.comparison == Comparison::equal &&
                        (condition.value.starts_with('>') || condition.value.starts_with('<'));
  if (!looks_so || MeantCategories(column.dtype, column.categories).find(condition.value)) return condition;
  const bool has_order =
      column.categories.empty() || column.holds_numbers() ||
      std::any_of(column.categories.begin(), column.categories.end(),
                  [&](const std::string& category) { return order.read(category).has_value(); });
  if (!has_order) return condition;
  const std::string_view rest = texts::trimmed(std::string_view(condition.value).substr(1));
  const auto read = table::is_numeric(column.dtype) ? read_ordered(rest) : order.read(rest);
  if (!read) return condition;
  return {condition.text, condition.column,
          condition.value.starts_with('>') ? Comparison::greater_equal : Comparison::less_equal,
          std::string(rest)};
}

std::string_view words_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::equal:
      return "is";
    case Comparison::not_equal:
      return "is not";
    case Comparison::less:
      return "is below";
    case Comparison::less_equal:
      return "is at most";
    case Comparison::greater:
      return "is above";
    case Comparison::greater_equal:
      return "is at least";
  }
  return {};
}

std::string_view kind_text(Ordered::Kind kind) {
  if (kind == Ordered::Kind::number) return "a number";
  return kind == Ordered::Kind::date ? "a date" : "a time";
}

}  // namespace

RowCondition parse_condition(std::string_view text, std::span<const std::string> columns) {
  std::optional<RowCondition> best;
  std::size_t longest = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!text.starts_with(columns[i]) || (best && columns[i].size() <= longest)) continue;
    std::string_view rest = text.substr(columns[i].size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    const auto comparison = take_comparison(rest);
    if (!comparison) continue;
    best = RowCondition{std::string(text), i, *comparison, std::string(rest)};
    longest = columns[i].size();
  }
  const std::size_t sign = text.find_first_of("=!<>");
  if (!best && sign == std::string_view::npos)
    throw Error(Kind::usage, fmt::format("the condition {} has no operator", errors::quoted(text)),
                std::string(k_grammar));
  if (!best) {
    const std::string_view name = texts::trimmed(text.substr(0, sign));
    throw Error(Kind::usage,
                fmt::format("the condition {} begins with no column of the model", errors::quoted(text)),
                errors::suggestion(name, columns));
  }
  if (needs_order(best->comparison) && texts::trimmed(best->value).empty())
    throw Error(Kind::usage, fmt::format("the condition {} has no value", errors::quoted(text)),
                "'COLUMN=' asks for empty cells, 'COLUMN!=' for all others");
  return *best;
}

std::size_t find_category(const ColumnDomain& column, std::string_view value) {
  if (const auto found = MeantCategories(column.dtype, column.categories).find(value)) return *found;
  std::vector<std::string> bare;
  for (const std::string& category : column.categories) bare.emplace_back(texts::trimmed(category));
  throw Error(Kind::usage,
              fmt::format("the model has no category {} in column {}", errors::quoted(value),
                          errors::quoted(column.name)),
              errors::suggestion(texts::trimmed(value), bare));
}

BoundCondition::BoundCondition(const RowCondition& condition, const ColumnDomain& column)
    : column_(column), order_(column), condition_(turned(condition, column, order_)) {
  if (needs_order(condition_.comparison) ||
      (column.holds_numbers() && !texts::trimmed(condition_.value).empty()))
    bind_order();
  else
    bind_text();
  column_.categories.clear();
}

// A category of blanks alone is meant only by its exact text.
void BoundCondition::bind_text() {
  wanted_ = condition_.value;
  const auto& known = column_.categories;
  const bool blank = texts::trimmed(wanted_).empty();
  if (blank && (wanted_.empty() || std::find(known.begin(), known.end(), wanted_) == known.end())) {
    test_ = Test::missing;
    return;
  }
  if (known.empty()) return;
  wanted_ = known[find_category(column_, wanted_)];
}

void BoundCondition::bind_order() {
  test_ = Test::ordered;
  const std::string_view bare = texts::trimmed(condition_.value);
  const auto value = table::is_numeric(column_.dtype) ? read_ordered(bare) : order_.read(bare);
  if (column_.holds_numbers() &&
      (!value || (table::is_numeric(column_.dtype) && value->kind != Ordered::Kind::number)))
    throw Error(Kind::usage,
                fmt::format("column {} holds numbers, and {} is none", errors::quoted(column_.name),
                            errors::quoted(bare)),
                bare.starts_with('=') ? "one '=' is enough" : std::string(k_grammar));
  if (!value) refuse_order(condition_.text, fmt::format("{} has no order", errors::quoted(bare)));
  bound_ = *value;
  if (table::is_numeric(column_.dtype)) {
    if (!column_.categories.empty() && !needs_order(condition_.comparison)) find_category(column_, bare);
    return;
  }
  for (const std::string& category : column_.categories) {
    if (column_.is_missing(category) || texts::trimmed(category).empty()) continue;
    const auto ordered = order_.read(category);
    if (!ordered || ordered->kind != bound_.kind)
      refuse_order(condition_.text, fmt::format("{} in column {} is not {}", errors::quoted(category),
                                                errors::quoted(column_.name), kind_text(bound_.kind)));
  }
}

std::string BoundCondition::understood() const {
  const bool wants_equal = condition_.comparison == Comparison::equal;
  const std::string name = errors::visible(column_.name);
  if (test_ == Test::missing) return fmt::format("{} is {}missing", name, wants_equal ? "" : "not ");
  const std::string_view value = texts::trimmed(test_ == Test::text ? wanted_ : condition_.value);
  return fmt::format("{} {} {}", name, words_of(condition_.comparison),
                     test_ == Test::text ? errors::quoted(value) : errors::visible(value));
}

std::optional<long double> BoundCondition::bound() const {
  return test_ == Test::ordered ? std::optional(bound_.value) : std::nullopt;
}

bool BoundCondition::bounds_below() const {
  return condition_.comparison == Comparison::equal || condition_.comparison == Comparison::greater ||
         condition_.comparison == Comparison::greater_equal;
}

bool BoundCondition::bounds_above() const {
  return condition_.comparison == Comparison::equal || condition_.comparison == Comparison::less ||
         condition_.comparison == Comparison::less_equal;
}

bool BoundCondition::admits(std::string_view cell) const {
  const bool wants_equal = condition_.comparison == Comparison::equal;
  if (test_ == Test::missing) return column_.is_missing(cell) == wants_equal;
  if (test_ == Test::text) return (cell == wanted_) == wants_equal;
  if (column_.is_missing(cell) || texts::trimmed(cell).empty())
    return condition_.comparison == Comparison::not_equal;
  const auto ordered = order_.read(cell);
  if (ordered && ordered->kind == bound_.kind)
    return holds(condition_.comparison, ordered->value, bound_.value);
  throw Error(Kind::bad_data,
              fmt::format("column {} holds {}, which is not {}", errors::quoted(column_.name),
                          errors::quoted(cell), kind_text(bound_.kind)),
              fmt::format("the condition {} needs one", errors::quoted(condition_.text)));
}

void BoundCondition::sift(const table::Table& block, std::vector<std::uint8_t>& keep) const {
  const table::Column& column = block.columns()[condition_.column];
  if (const auto* cells = std::get_if<table::Categories>(&column.cells)) return sift_texts(*cells, keep);
  const bool for_missing = test_ == Test::missing ? condition_.comparison == Comparison::equal
                                                  : condition_.comparison == Comparison::not_equal;
  const auto admitted = [&](long double number) {
    return test_ == Test::missing ? !for_missing : holds(condition_.comparison, number, bound_.value);
  };
  for (std::size_t row = 0; row < keep.size(); ++row) {
    if (keep[row] == 0) continue;
    const long double number = column.dtype == table::Dtype::int64
                                   ? static_cast<long double>(column.integers()[row])
                                   : column.reals()[row];
    keep[row] = (column.is_missing(row) ? for_missing : admitted(number)) ? 1 : 0;
  }
}

// Each text is decided once.
void BoundCondition::sift_texts(const table::Categories& cells, std::vector<std::uint8_t>& keep) const {
  constexpr std::uint8_t k_open = 2;
  std::vector<std::uint8_t> admitted(cells.dictionary.size(), k_open);
  for (std::size_t row = 0; row < keep.size(); ++row) {
    if (keep[row] == 0) continue;
    std::uint8_t& verdict = admitted[cells.codes[row]];
    if (verdict == k_open) verdict = admits(cells.dictionary[cells.codes[row]]) ? 1 : 0;
    keep[row] = verdict;
  }
}

}  // namespace ctgan::conditions
