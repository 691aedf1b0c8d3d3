#include "server/synth/evaluate/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/table/datetime_format.h"
#include "common/table/kind_traits.h"
#include "common/table/missing_texts.h"
#include "common/table/number_format.h"
#include "common/table/number_text.h"

namespace ctgan::synth::evaluate {
namespace {

using errors::Error;
using errors::Kind;
using table::Column;
using table::Dtype;

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t k_least_rows = 2;

bool holds_numbers(const Column& column) {
  return column.dtype == Dtype::int64 || column.dtype == Dtype::float64;
}

// Kinds of columns and the spelling of their cells are known to the functions from here to value_of and
// nowhere else in this room.
ColumnShape shape_of(const table::ColumnMetadata& metadata) {
  switch (table::traits_of(metadata.kind).compared) {
    case table::Compared::numbers:
    case table::Compared::moments:
      return ColumnShape::numeric;
    case table::Compared::not_at_all:
      return ColumnShape::left_out;
    case table::Compared::categories:
      break;
  }
  return ColumnShape::categorical;
}

Axis axis_of(const table::ColumnMetadata& metadata) {
  return table::traits_of(metadata.kind).compared == table::Compared::moments ? Axis::moment : Axis::number;
}

bool is_missing_text(const table::ColumnMetadata& metadata, std::string_view text) {
  const auto& texts = metadata.missing_texts;
  return text.empty() || std::find(texts.begin(), texts.end(), text) != texts.end();
}

// Days from 1970-01-01 to the first of a month, counted from month 0 of year 0.
double days_to_month(std::int64_t month) {
  using namespace std::chrono;
  const auto year_of = static_cast<int>(month / 12);
  const auto month_of = static_cast<unsigned>(month % 12 + 1);
  const sys_days first = year{year_of} / std::chrono::month{month_of} / day{1};
  return static_cast<double>(first.time_since_epoch().count());
}

// Moments of one format, as Axis::moment says.
class MomentReader {
 public:
  explicit MomentReader(const std::string& pattern) : format_(pattern), unit_(format_.unit()) {
    constexpr std::array<std::pair<std::string_view, double>, 4> k_units{
        {{"day", 86400.0}, {"hour", 3600.0}, {"minute", 60.0}, {"second", 1.0}}};
    for (const auto& [name, seconds] : k_units) {
      if (unit_ == name) seconds_ = seconds;
    }
    if (unit_.starts_with("10^-")) seconds_ = std::pow(10.0, -std::stoi(unit_.substr(4)));
  }
  std::optional<double> read(std::string_view text) const {
    const auto moment = format_.read(text);
    if (!moment) return std::nullopt;
    if (unit_ == "year") return 86400 * days_to_month(moment->ticks * 12);
    if (unit_ == "quarter") return 86400 * days_to_month(moment->ticks * 3);
    if (unit_ == "month") return 86400 * days_to_month(moment->ticks);
    // Weeks begin on Mondays, and 1970-01-01 is a Thursday.
    if (unit_ == "week") return 86400.0 * static_cast<double>(moment->ticks * 7 - 3);
    return static_cast<double>(moment->ticks) * seconds_;
  }

 private:
  table::DatetimeFormat format_;
  std::string unit_;
  double seconds_ = 1;
};

// What the text cells of a numeric column stand for: NaN when missing, std::nullopt when it is nothing of the
// kind.
class TextReader {
 public:
  explicit TextReader(const table::ColumnMetadata& metadata) : metadata_(metadata) {
    if (metadata.kind == table::ColumnKind::datetime) moments_.emplace(metadata.datetime_format);
    if (metadata.dtype == Dtype::text && !metadata.number_format.empty())
      numbers_.emplace(metadata.number_format);
  }
  // Its cells are texts to it, also where another reader would find numbers.
  bool reads_texts() const { return moments_ || numbers_; }
  std::optional<double> value_of(std::string_view text) const {
    if (is_missing_text(metadata_, text) || usual_missing_.contains(text)) return k_nan;
    if (moments_) return moments_->read(text);
    if (const auto printed = numbers_ ? numbers_->read(text) : std::nullopt) return printed;
    const table::NumberText number = table::read_number(text);
    if (!number.number || number.infinite) return std::nullopt;
    return table::real_value(text);
  }

 private:
  const table::ColumnMetadata& metadata_;
  table::MissingTexts usual_missing_;
  std::optional<MomentReader> moments_;
  std::optional<table::NumberFormat> numbers_;
};

[[noreturn]] void refuse_text(const table::ColumnMetadata& metadata, std::string_view table,
                              std::string_view text) {
  const bool moments = metadata.kind == table::ColumnKind::datetime;
  throw Error(
      Kind::bad_data,
      fmt::format(
          "column {} holds {} in the original and {} in the {} table", errors::quoted(metadata.name),
          moments ? "dates or times of the format " + errors::quoted(metadata.datetime_format) : "numbers",
          errors::quoted(text), table),
      "compare tables of one make, or leave the column out with '--drop'");
}

// A date or a number in print that is all digits may have been read as a number.
std::string text_of(const Column& column, std::size_t row) {
  std::string text;
  if (column.dtype == Dtype::int64) {
    table::append_integer(column.integers()[row], text);
  } else {
    table::append_real(column.reals()[row], column.decimals, text);
  }
  return text;
}

double number_in(const Column& column, std::size_t row, const table::ColumnMetadata& metadata,
                 const TextReader& reader, std::string_view table) {
  if (column.is_missing(row)) return k_nan;
  if (!reader.reads_texts()) return column.number(row);
  const std::string text = text_of(column, row);
  const std::optional<double> value = reader.value_of(text);
  if (!value) refuse_text(metadata, table, text);
  return *value;
}

std::vector<double> numbers_of(const Column& column, const table::ColumnMetadata& metadata,
                               std::string_view table) {
  const TextReader reader(metadata);
  std::vector<double> numbers(column.rows());
  if (holds_numbers(column)) {
    for (std::size_t row = 0; row < numbers.size(); ++row) {
      numbers[row] = number_in(column, row, metadata, reader, table);
    }
    return numbers;
  }
  std::vector<double> meaning;
  for (const std::string& text : column.categories().dictionary) {
    const std::optional<double> value = reader.value_of(text);
    if (!value) refuse_text(metadata, table, text);
    meaning.push_back(*value);
  }
  const auto& codes = column.categories().codes;
  std::transform(codes.begin(), codes.end(), numbers.begin(), [&](std::uint32_t c) { return meaning[c]; });
  return numbers;
}

// A number as the original would spell it, so that 1 and 1.0 are one category.
std::string spelling(const Column& column, double value, const Column& original) {
  const Column& model = holds_numbers(original) ? original : column;
  std::string text;
  if (model.dtype == Dtype::int64 && value == std::rint(value) && std::abs(value) < 0x1p63) {
    table::append_integer(static_cast<std::int64_t>(value), text);
  } else {
    table::append_real(value, model.dtype == Dtype::float64 ? model.decimals : -1, text);
  }
  return text;
}

// The texts of all tables under one numbering.
class UnionOfTexts {
 public:
  UnionOfTexts(const Column& original, const table::ColumnMetadata& metadata)
      : original_(original), metadata_(metadata) {}

  std::vector<std::uint32_t> codes_of(const Column& column) {
    return holds_numbers(column) ? codes_of_numbers(column) : codes_of_texts(column);
  }
  std::vector<std::string> labels() && { return std::move(labels_); }

 private:
  std::uint32_t code_of(const std::string& text) {
    if (is_missing_text(metadata_, text)) return k_missing_code;
    const auto [found, added] = codes_.try_emplace(text, static_cast<std::uint32_t>(labels_.size()));
    if (added) labels_.push_back(text);
    return found->second;
  }

  std::vector<std::uint32_t> codes_of_texts(const Column& column) {
    std::vector<std::uint32_t> meaning;
    for (const std::string& text : column.categories().dictionary) meaning.push_back(code_of(text));
    std::vector<std::uint32_t> codes(column.rows());
    const auto& cells = column.categories().codes;
    std::transform(cells.begin(), cells.end(), codes.begin(), [&](std::uint32_t c) { return meaning[c]; });
    return codes;
  }

  std::vector<std::uint32_t> codes_of_numbers(const Column& column) {
    std::unordered_map<double, std::uint32_t> known;
    std::vector<std::uint32_t> codes(column.rows(), k_missing_code);
    for (std::size_t row = 0; row < codes.size(); ++row) {
      if (column.is_missing(row)) continue;
      const double value = column.number(row);
      const auto found = known.find(value);
      codes[row] =
          found != known.end() ? found->second : (known[value] = code_of(spelling(column, value, original_)));
    }
    return codes;
  }

  const Column& original_;
  const table::ColumnMetadata& metadata_;
  std::unordered_map<std::string, std::uint32_t> codes_;
  std::vector<std::string> labels_;
};

void check_rows(const table::Table& table, std::string_view name) {
  if (table.rows() >= k_least_rows) return;
  throw Error(Kind::bad_data,
              fmt::format("the {} table has {} row{}, and a comparison needs at least {}", name, table.rows(),
                          table.rows() == 1 ? "" : "s", k_least_rows),
              "use a table with more rows");
}

void check_columns(const table::Table& original, const table::Table& other, std::string_view name) {
  for (const Column& column : original.columns()) {
    if (other.find(column.name) != nullptr) continue;
    throw Error(Kind::bad_data,
                fmt::format("the {} table has no column {}", name, errors::quoted(column.name)),
                fmt::format("leave it out with '--drop {}'; {}", column.name,
                            errors::suggestion(column.name, other.column_names())));
  }
  for (const Column& column : other.columns()) {
    if (original.find(column.name) != nullptr) continue;
    throw Error(Kind::bad_data,
                fmt::format("the {} table has a column {} that the original lacks", name,
                            errors::quoted(column.name)),
                fmt::format("leave it out with '--drop {}'", column.name));
  }
}

struct Source {
  Side side;
  const table::Table* table;
  std::string_view name;
};

ComparedColumn reduce(const table::ColumnMetadata& metadata, const std::vector<Source>& sources) {
  ComparedColumn reduced;
  reduced.name = metadata.name;
  reduced.kind = table::kind_name(metadata.kind);
  reduced.shape = shape_of(metadata);
  reduced.axis = axis_of(metadata);
  UnionOfTexts texts(*sources.front().table->find(metadata.name), metadata);
  for (const Source& source : sources) {
    const Column& column = *source.table->find(metadata.name);
    Cells& cells = reduced.cells[static_cast<std::size_t>(source.side)];
    if (reduced.shape == ColumnShape::numeric) cells.numbers = numbers_of(column, metadata, source.name);
    if (reduced.shape == ColumnShape::categorical) cells.codes = texts.codes_of(column);
  }
  reduced.labels = std::move(texts).labels();
  return reduced;
}

}  // namespace

std::size_t ComparedTables::rows(Side side) const {
  switch (side) {
    case Side::original:
      return counts.original;
    case Side::held_out:
      return counts.held_out;
    case Side::synthetic:
      break;
  }
  return counts.synthetic;
}

std::vector<std::size_t> ComparedTables::used() const {
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < columns.size(); ++place) {
    if (columns[place].shape != ColumnShape::left_out) places.push_back(place);
  }
  return places;
}

ComparedTables compare_tables(const table::Table& original, const table::Table* held_out,
                              const table::Table& synthetic, const table::Metadata& metadata) {
  std::vector<Source> sources{{Side::original, &original, "original"}};
  if (held_out != nullptr) sources.push_back({Side::held_out, held_out, "held-out"});
  sources.push_back({Side::synthetic, &synthetic, "synthetic"});
  for (const Source& source : sources) {
    check_columns(original, *source.table, source.name);
    check_rows(*source.table, source.name);
  }
  ComparedTables compared;
  compared.counts = {original.rows(), held_out == nullptr ? 0 : held_out->rows(), synthetic.rows()};
  for (const table::ColumnMetadata& column : metadata.columns) {
    compared.columns.push_back(reduce(column, sources));
  }
  if (compared.used().empty()) {
    throw Error(Kind::bad_data, "no column is left to compare", "drop fewer columns");
  }
  return compared;
}

}  // namespace ctgan::synth::evaluate
