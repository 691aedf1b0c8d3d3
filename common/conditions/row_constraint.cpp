#include "common/conditions/row_constraint.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/table/number_text.h"
#include "common/texts/texts.h"

namespace ctgan::conditions {
namespace {

using errors::Error;
using errors::Kind;

std::string_view without_blanks_before(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
}

std::optional<std::size_t> column_named(std::string_view name, std::span<const std::string> columns) {
  for (const std::string_view spelling : {name, texts::trimmed(name)}) {
    const auto found = std::find(columns.begin(), columns.end(), spelling);
    if (found != columns.end()) return static_cast<std::size_t>(found - columns.begin());
  }
  return std::nullopt;
}

// The rest of the list as columns, the longest name first; none when it is no list of columns.
std::optional<std::vector<std::size_t>> read_list(std::string_view text,
                                                  std::span<const std::string> columns) {
  for (std::size_t end = text.size();; --end) {
    if (end == text.size() || text[end] == ',') {
      if (const auto column = column_named(text.substr(0, end), columns)) {
        if (end == text.size()) return std::vector{*column};
        if (auto rest = read_list(text.substr(end + 1), columns)) {
          rest->insert(rest->begin(), *column);
          return rest;
        }
      }
    }
    if (end == 0) return std::nullopt;
  }
}

std::optional<RowConstraint> read_comparison(std::string_view text, std::span<const std::string> columns) {
  for (std::size_t end = text.size(); end-- > 0;) {
    const auto left = column_named(text.substr(0, end), columns);
    if (!left) continue;
    std::string_view rest = without_blanks_before(text.substr(end));
    const auto comparison = take_comparison(rest);
    const auto right = comparison ? column_named(rest, columns) : std::nullopt;
    if (right) return RowConstraint{std::string(text), {*left, *right}, comparison};
  }
  return std::nullopt;
}

// The first part of the text that is no column, for "did you mean".
std::string unknown_part(std::string_view text, std::string_view separators,
                         std::span<const std::string> columns) {
  for (std::string_view rest = text;;) {
    const std::size_t end = std::min(rest.find_first_of(separators), rest.size());
    const std::string_view part = texts::trimmed(rest.substr(0, end));
    if (!part.empty() && !column_named(part, columns)) return std::string(part);
    if (end == rest.size()) return std::string(texts::trimmed(text));
    rest.remove_prefix(end + 1);
  }
}

void require_distinct(const std::vector<std::size_t>& found, std::string_view text,
                      std::span<const std::string> columns) {
  for (auto place = found.begin(); place != found.end(); ++place)
    if (std::find(place + 1, found.end(), *place) != found.end())
      throw Error(Kind::usage, fmt::format("{} names the column {} twice", errors::quoted(text),
                                           errors::quoted(columns[*place])));
}

[[noreturn]] void refuse_columns(std::string_view what, std::string_view text, const std::string& part,
                                 std::span<const std::string> columns) {
  throw Error(Kind::usage,
              fmt::format("the {} {} names no column {}", what, errors::quoted(text), errors::quoted(part)),
              errors::suggestion(part, columns));
}

// The cells of a column as things that have an order.
class OrderedCells {
 public:
  OrderedCells(const table::Column& column, const ColumnDomain& domain, const CellOrder& order,
               const std::string& constraint)
      : column_(column),
        domain_(domain),
        order_(order),
        constraint_(constraint),
        texts_(std::get_if<table::Categories>(&column.cells)) {
    if (texts_ != nullptr) read_.resize(texts_->dictionary.size());
  }

  // None for a missing value.
  std::optional<Ordered> at(std::size_t row) {
    if (texts_ != nullptr) return of_text(texts_->codes[row]);
    if (column_.is_missing(row)) return std::nullopt;
    if (column_.dtype == table::Dtype::int64)
      return Ordered{Ordered::Kind::number, static_cast<long double>(column_.integers()[row])};
    return Ordered{Ordered::Kind::number, column_.reals()[row]};
  }
  [[noreturn]] void refuse(std::size_t row, std::string_view reason) const {
    const std::string cell = texts_ == nullptr ? "a number" : errors::quoted(text_of(row));
    throw Error(
        Kind::bad_data,
        fmt::format("column {} holds {}, which {}", errors::quoted(column_.name), cell, reason),
        fmt::format("the constraint {} compares numbers, dates or times", errors::quoted(constraint_)));
  }

 private:
  const std::string& text_of(std::size_t row) const { return texts_->dictionary[texts_->codes[row]]; }

  std::optional<Ordered> of_text(std::uint32_t code) {
    const std::string& text = texts_->dictionary[code];
    if (domain_.is_missing(text) || texts::trimmed(text).empty()) return std::nullopt;
    if (!read_[code]) read_[code] = order_.read(text);
    if (read_[code]) return read_[code];
    throw Error(
        Kind::bad_data,
        fmt::format("column {} holds {}, which has no order", errors::quoted(column_.name),
                    errors::quoted(text)),
        fmt::format("the constraint {} compares numbers, dates or times", errors::quoted(constraint_)));
  }

  const table::Column& column_;
  const ColumnDomain& domain_;
  const CellOrder& order_;
  const std::string& constraint_;
  const table::Categories* texts_;
  std::vector<std::optional<Ordered>> read_;  // of the dictionary, as far as it was met
};

}  // namespace

std::vector<std::size_t> parse_column_list(std::string_view text, std::span<const std::string> columns) {
  const auto found = read_list(text, columns);
  if (!found) refuse_columns("list", text, unknown_part(text, ",", columns), columns);
  if (found->size() < 2)
    throw Error(Kind::usage, fmt::format("the list {} names one column only", errors::quoted(text)),
                "a combination has two or more: 'city,country'");
  require_distinct(*found, text, columns);
  return *found;
}

RowConstraint parse_constraint(std::string_view text, std::span<const std::string> columns) {
  RowConstraint constraint{std::string(text), {}, {}};
  auto list = read_list(text, columns);
  if (list && list->size() > 1)
    constraint.columns = std::move(*list);
  else if (auto comparison = read_comparison(text, columns))
    constraint = std::move(*comparison);
  else if (list || text.find_first_of("=!<>,") == std::string_view::npos)
    throw Error(Kind::usage, fmt::format("the constraint {} has no operator", errors::quoted(text)),
                "a constraint is 'START<=END' or 'CITY,COUNTRY'");
  else
    refuse_columns("constraint", text, unknown_part(text, "=!<>,", columns), columns);
  require_distinct(constraint.columns, text, columns);
  return constraint;
}

BoundComparison::BoundComparison(RowConstraint constraint, ColumnDomain left, ColumnDomain right)
    : constraint_(std::move(constraint)),
      left_(std::move(left)),
      right_(std::move(right)),
      left_order_(left_),
      right_order_(right_) {}

void BoundComparison::sift(const table::Table& block, std::vector<std::uint8_t>& keep) const {
  const table::Column& left_column = block.columns()[constraint_.columns[0]];
  const table::Column& right_column = block.columns()[constraint_.columns[1]];
  const auto* left_texts = std::get_if<table::Categories>(&left_column.cells);
  const auto* right_texts = std::get_if<table::Categories>(&right_column.cells);
  const Comparison comparison = *constraint_.comparison;
  const bool numbers = left_.holds_numbers() && right_.holds_numbers();
  if (left_texts != nullptr && right_texts != nullptr && !needs_order(comparison) && !numbers)
    return sift_texts(*left_texts, *right_texts, keep);
  OrderedCells left(left_column, left_, left_order_, constraint_.text);
  OrderedCells right(right_column, right_, right_order_, constraint_.text);
  for (std::size_t row = 0; row < keep.size(); ++row) {
    if (keep[row] == 0) continue;
    const auto a = left.at(row);
    const auto b = right.at(row);
    if (!a || !b) continue;
    if (a->kind != b->kind)
      left.refuse(row, "cannot be compared with column " + errors::quoted(right_column.name));
    keep[row] = holds(comparison, a->value, b->value) ? 1 : 0;
  }
}

// = and != between two columns of text.
void BoundComparison::sift_texts(const table::Categories& left, const table::Categories& right,
                                 std::vector<std::uint8_t>& keep) const {
  for (std::size_t row = 0; row < keep.size(); ++row) {
    const std::string& a = left.dictionary[left.codes[row]];
    const std::string& b = right.dictionary[right.codes[row]];
    const bool missing = left_.is_missing(a) || right_.is_missing(b);
    if (!missing && (a == b) != (constraint_.comparison == Comparison::equal)) keep[row] = 0;
  }
}

}  // namespace ctgan::conditions
