#include "common/table/metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <unordered_set>
#include <utility>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/table/date_columns.h"
#include "common/table/datetime_format.h"
#include "common/table/kind_traits.h"
#include "common/table/printed_columns.h"
#include "common/table/rare_values.h"
#include "common/table/units.h"

namespace ctgan::table {
namespace {

using errors::Error;
using errors::Kind;

[[noreturn]] void refuse(const Column& column, const std::string& why, std::string hint) {
  throw Error(Kind::bad_data, fmt::format("column {} {}", errors::quoted(column.name), why), std::move(hint));
}

// Whether the cells that `is_missing` leaves hold at most `most` different values; stops at the first too
// many.
template <typename Number, typename IsMissing>
bool holds_at_most(const std::vector<Number>& cells, std::size_t most, const IsMissing& is_missing) {
  std::unordered_set<Number> seen;
  for (std::size_t row = 0; row < cells.size(); ++row) {
    if (!is_missing(row) && seen.insert(cells[row]).second && seen.size() > most) return false;
  }
  return true;
}

template <typename Number, typename IsMissing>
bool all_different(const std::vector<Number>& cells, const IsMissing& is_missing) {
  std::unordered_set<Number> seen;
  for (std::size_t row = 0; row < cells.size(); ++row) {
    if (!is_missing(row) && !seen.insert(cells[row]).second) return false;
  }
  return true;
}

// The cells of one column, seen as values and missing values.
class Cells {
 public:
  Cells(const Column& column, const MissingTexts& missing) : column_(column) {
    if (is_numeric(column.dtype)) {
      missing_ = static_cast<std::size_t>(std::count_if(column.missing.begin(), column.missing.end(),
                                                        [](std::uint8_t mark) { return mark != 0; }));
      present_ = column.rows() - missing_;
      missing_texts_ = column.missing_texts;
    } else {
      look_at_texts(missing);
    }
  }

  const std::vector<std::string>& missing_texts() const { return missing_texts_; }
  bool all_missing() const { return present_ == 0; }
  bool constant() const { return missing_ == 0 && at_most(1); }
  bool at_most(std::size_t values) const {
    return on_cells(
        [&](const auto& cells, const auto& is_missing) { return holds_at_most(cells, values, is_missing); },
        texts_.size() <= values);
  }
  // A different value in each row that has one.
  bool all_distinct() const {
    return present_ > 1 && on_cells([](const auto& cells,
                                       const auto& is_missing) { return all_different(cells, is_missing); },
                                    texts_.size() == present_);
  }
  // The distinct texts of a text column; empty for numbers.
  const std::vector<std::string_view>& texts() const { return texts_; }
  bool counts_up() const {
    if (column_.dtype != Dtype::int64 || missing_ > 0 || present_ < 2) return false;
    const auto& cells = column_.integers();
    return std::adjacent_find(cells.begin(), cells.end(), [](std::int64_t a, std::int64_t b) {
             return b < a || static_cast<std::uint64_t>(b) - static_cast<std::uint64_t>(a) != 1;
           }) == cells.end();
  }

 private:
  template <typename Question>
  bool on_cells(const Question& question, bool answer_for_texts) const {
    const auto is_missing = [this](std::size_t row) { return column_.is_missing(row); };
    if (column_.dtype == Dtype::int64) return question(column_.integers(), is_missing);
    if (column_.dtype == Dtype::float64) return question(column_.reals(), is_missing);
    return answer_for_texts;
  }

  void look_at_texts(const MissingTexts& missing) {
    const Categories& categories = column_.categories();
    std::vector<std::size_t> counts(categories.dictionary.size());
    for (const std::uint32_t code : categories.codes) ++counts[code];
    for (std::size_t code = 0; code < counts.size(); ++code) {
      if (counts[code] == 0) continue;
      if (missing.contains(categories.dictionary[code])) {
        missing_ += counts[code];
        missing_texts_.push_back(categories.dictionary[code]);
      } else {
        present_ += counts[code];
        texts_.emplace_back(categories.dictionary[code]);
      }
    }
  }

  const Column& column_;
  std::size_t missing_ = 0;
  std::size_t present_ = 0;
  std::vector<std::string_view> texts_;
  std::vector<std::string> missing_texts_;
};

bool looks_boolean(const Cells& cells) {
  return !cells.texts().empty() && cells.at_most(2) &&
         std::all_of(cells.texts().begin(), cells.texts().end(), is_bool_text);
}

ColumnKind kind_of_numbers(const Column& column, const Cells& cells) {
  const bool named = column.dtype == Dtype::int64 && ends_like_identifier(column.name);
  return cells.counts_up() || (named && cells.all_distinct()) ? ColumnKind::id : ColumnKind::numerical;
}

// Dates in one way of writing or in several, or in digits alone.
std::optional<DatetimeFormat> infer_dates(const Column& column, const Cells& cells, bool asked) {
  if (!is_numeric(column.dtype)) {
    if (auto format = DatetimeFormat::infer(cells.texts())) return format;
    if (auto format = DatetimeFormat::infer_mixed(cells.texts())) return format;
  }
  return infer_digit_dates(column, cells.texts(), asked);
}

void infer(const Column& column, const Cells& cells, ColumnMetadata& metadata) {
  if (is_numeric(column.dtype)) {
    metadata.kind = kind_of_numbers(column, cells);
    const bool named = metadata.kind == ColumnKind::id && ends_like_identifier(column.name);
    const auto format = named ? std::nullopt : infer_dates(column, cells, false);
    if (!format) return;
    metadata.kind = ColumnKind::datetime;
    metadata.datetime_format = format->pattern();
    metadata.number_format.clear();
  } else if (looks_boolean(cells)) {
    metadata.kind = ColumnKind::boolean;
  } else if (const auto format = infer_dates(column, cells, false)) {
    metadata.kind = ColumnKind::datetime;
    metadata.datetime_format = format->pattern();
  } else if (const auto numbers = infer_printed_numbers(column, cells.texts())) {
    metadata.kind = ColumnKind::numerical;
    metadata.number_format = numbers->pattern();
  } else {
    metadata.kind = cells.all_distinct() ? ColumnKind::id : ColumnKind::categorical;
  }
}

void set_format(const Column& column, const Cells& cells, const std::string& wanted,
                ColumnMetadata& metadata) {
  constexpr const char* k_hint = "give its format in the metadata: \"datetime_format\": \"%d.%m.%Y\"";
  metadata.number_format.clear();
  const Column digits = is_numeric(column.dtype) ? as_texts(column) : Column();
  std::vector<std::string_view> texts = cells.texts();
  if (is_numeric(column.dtype))
    std::copy_if(digits.categories().dictionary.begin(), digits.categories().dictionary.end(),
                 std::back_inserter(texts), [](const std::string& text) { return !text.empty(); });
  if (wanted.empty()) {
    const auto format = infer_dates(column, cells, true);
    if (!format) {
      refuse(column,
             fmt::format("is to be datetime, but no format is known that reads {} and all others",
                         errors::quoted(texts.front())),
             k_hint);
    }
    metadata.datetime_format = format->pattern();
    return;
  }
  const DatetimeFormat format(wanted);
  for (const std::string_view text : texts) {
    if (format.read(text)) continue;
    refuse(column,
           fmt::format("is to be datetime in the format {}, but holds {}", errors::quoted(wanted),
                       errors::quoted(text)),
           k_hint);
  }
  metadata.datetime_format = wanted;
}

// Checks that the cells can be what was asked for.
void obey(const Column& column, const Cells& cells, const ColumnRequest& request, ColumnMetadata& metadata) {
  metadata.kind = *request.kind;
  switch (metadata.kind) {
    case ColumnKind::numerical:
      if (is_numeric(column.dtype)) return;
      if (const auto format = infer_number_format(column, cells.texts())) {
        metadata.number_format = format->pattern();
        return;
      }
      refuse(column,
             fmt::format("is to be numerical, but holds the text {}",
                         errors::quoted(first_odd_text(cells.texts()))),
             "name texts that stand for missing values with '--missing', or leave the column categorical");
    case ColumnKind::datetime:
      return set_format(column, cells, request.datetime_format, metadata);
    case ColumnKind::boolean:
      if (cells.at_most(2)) return;
      refuse(column, "is to be boolean, but holds more than two different values", "make it categorical");
    case ColumnKind::id:
      if (column.dtype != Dtype::float64) return;
      refuse(column, "is to be an identifier, but holds numbers with decimals",
             "make it numerical or categorical");
    default:
      return;
  }
}

// However often somebody comes again. Few different values stand for groups.
bool names_people(const Column& column, const Cells& cells) {
  return column.dtype != Dtype::float64 && names_somebody(column.name) && !cells.at_most(k_fewest_units - 1);
}

void make_identifier(ColumnMetadata& metadata) {
  metadata.kind = ColumnKind::id;
  metadata.datetime_format.clear();
  metadata.number_format.clear();
}

ColumnMetadata describe(const Column& column, const TableRequest& request, std::uint64_t rows_to_share) {
  const Cells cells(column, request.missing);
  ColumnMetadata metadata{.name = column.name,
                          .kind = ColumnKind::all_missing,
                          .dtype = column.dtype,
                          .decimals = column.decimals,
                          .missing_texts = cells.missing_texts(),
                          .datetime_format = {},
                          .number_format = column.number_format};
  const auto wanted = request.columns.find(column.name);
  if (wanted != request.columns.end()) metadata.storage_type = wanted->second.storage_type;
  if (cells.all_missing()) return metadata;
  if (cells.constant()) {
    metadata.kind = ColumnKind::constant;
  } else if (wanted != request.columns.end() && wanted->second.kind) {
    obey(column, cells, wanted->second, metadata);
    if (metadata.kind == ColumnKind::id) metadata.content = wanted->second.content;
    if (metadata.kind != ColumnKind::categorical) return metadata;
  } else {
    infer(column, cells, metadata);
    if (rows_to_share > 1 && names_people(column, cells)) make_identifier(metadata);
  }
  protect_people(column, ends_like_identifier(column.name), rows_to_share, metadata);
  return metadata;
}

void check_names(const Table& table, const TableRequest& request) {
  for (const auto& [name, column] : request.columns) {
    const bool dropped = std::find(request.drop.begin(), request.drop.end(), name) != request.drop.end();
    if (dropped || table.find(name) != nullptr) continue;
    const std::string wish =
        column.kind ? fmt::format(", which was to be {}", kind_name(*column.kind)) : std::string();
    throw Error(Kind::usage, fmt::format("no column is named {}{}", errors::quoted(name), wish),
                errors::suggestion(name, table.column_names()));
  }
}

void check_name_bytes(const Table& table) {
  std::size_t bytes = 0;
  for (const Column& column : table.columns()) bytes += column.name.size();
  if (bytes <= k_most_name_bytes) return;
  throw Error(Kind::bad_data,
              fmt::format("the names of all columns take {} bytes, more than the {} that a model keeps",
                          bytes, k_most_name_bytes),
              "shorten the names, or drop columns with '--drop'");
}

void check_rows(const Table& table, std::size_t least_rows) {
  const std::size_t needed = std::max<std::size_t>(least_rows, 1);
  if (table.rows() >= needed) return;
  throw Error(Kind::bad_data,
              fmt::format("the table has {} row{}, and training needs at least {}", table.rows(),
                          table.rows() == 1 ? "" : "s", needed),
              "use a table with more rows");
}

void check_learnable(const Metadata& metadata) {
  const bool any =
      std::any_of(metadata.columns.begin(), metadata.columns.end(), [](const ColumnMetadata& column) {
        const KindTraits& kind = traits_of(column.kind);
        return kind.learnt != Learnt::nothing || (kind.missing_apart && column.missing_texts.size() > 1);
      });
  if (any) return;
  throw Error(Kind::bad_data,
              "no column of the table has anything to learn: all are constant, empty or identifiers",
              "'--discrete NAME --min-category-count 1' makes a column categorical");
}

}  // namespace

std::string_view kind_name(ColumnKind kind) {
  return traits_of(kind).name;
}

std::optional<ColumnKind> kind_from_name(std::string_view name) {
  for (const ColumnKind kind : k_all_kinds) {
    if (kind_name(kind) == name) return kind;
  }
  return std::nullopt;
}

std::vector<std::string> Metadata::names() const {
  std::vector<std::string> found;
  found.reserve(columns.size());
  for (const ColumnMetadata& column : columns) found.push_back(column.name);
  return found;
}

std::vector<std::string> Metadata::names(ColumnKind kind) const {
  std::vector<std::string> found;
  for (const ColumnMetadata& column : columns) {
    if (column.kind == kind) found.push_back(column.name);
  }
  return found;
}

Metadata infer_metadata(const Table& table, const TableRequest& request, std::size_t least_rows) {
  if (table.columns().empty()) {
    throw Error(Kind::bad_data, "the table has no column left", "drop fewer columns");
  }
  check_names(table, request);
  check_name_bytes(table);
  check_rows(table, least_rows);
  Metadata metadata;
  metadata.rules = request.rules;
  metadata.rules.min_category_count = rows_to_share(request.rules, table.rows());
  metadata.rules.relaxed_if_small = false;
  metadata.columns.reserve(table.columns().size());
  for (const Column& column : table.columns())
    metadata.columns.push_back(describe(column, request, metadata.rules.min_category_count));
  protect_units(table, metadata);
  check_learnable(metadata);
  return metadata;
}

void forget_unseen_missing(Metadata& metadata, const Table& table, const MissingTexts& missing) {
  for (std::size_t i = 0; i < metadata.columns.size(); ++i)
    metadata.columns[i].missing_texts = Cells(table.columns()[i], missing).missing_texts();
}

}  // namespace ctgan::table
