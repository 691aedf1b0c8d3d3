#include "server/synth/codecs/identifier_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <utility>

#include "common/errors/error.h"
#include "common/table/described_column.h"
#include "server/synth/codecs/content_shapes.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::codecs {
namespace {

using errors::Error;
using errors::Kind;
using table::Categories;
using table::Column;

// Odd, with bits everywhere: keeps the series of columns apart.
constexpr std::uint64_t k_golden = 0x9e3779b97f4a7c15;

// Where numbers that count on may begin: as many again fit behind it.
constexpr std::int64_t k_last_next = std::int64_t{1} << 62U;

// Whether the sorted numbers fill at least a quarter of their range, and as many again fit behind them.
bool go_on(const std::vector<std::int64_t>& numbers) {
  constexpr std::uint64_t k_gaps = 4;
  const std::uint64_t range =
      static_cast<std::uint64_t>(numbers.back()) - static_cast<std::uint64_t>(numbers.front());
  return range / k_gaps < numbers.size() && numbers.back() < k_last_next;
}

// The values of a column, all different, sorted; and how many rows hold one.
struct Values {
  std::vector<std::int64_t> numbers;
  std::vector<std::string> texts;
  std::size_t rows = 0;

  void add(const Column& column, const std::vector<std::string>& missing_texts) {
    if (column.dtype == table::Dtype::int64) {
      for (std::size_t row = 0; row < column.rows(); ++row)
        if (!column.is_missing(row)) numbers.push_back(column.integers()[row]);
      return;
    }
    const Categories& cells = column.categories();
    std::vector<std::size_t> rows_of(cells.dictionary.size());
    for (const std::uint32_t code : cells.codes) ++rows_of[code];
    for (std::size_t code = 0; code < rows_of.size(); ++code) {
      const std::string& text = cells.dictionary[code];
      if (std::find(missing_texts.begin(), missing_texts.end(), text) != missing_texts.end()) continue;
      rows += rows_of[code];
      if (rows_of[code] > 0) texts.push_back(text);
    }
  }

  void settle() {
    rows += numbers.size();
    keep_different(numbers);
    for (const std::int64_t number : numbers) texts.push_back(std::to_string(number));
    keep_different(texts);
  }

 private:
  template <typename Value>
  static void keep_different(std::vector<Value>& values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
  }
};

// The share of rows to repeat with which, of the rows that hold a value, as many repeat one as did: rows that
// hold none break some of the pairs.
double share_to_repeat(const Values& values, double present) {
  if (values.rows == 0) return 0;
  const double fresh = static_cast<double>(values.texts.size()) / static_cast<double>(values.rows);
  return (1 - fresh) / (1 - fresh + present * fresh);
}

std::optional<double> repeats_in(const table::ColumnMetadata& metadata, const ColumnRecord& record) {
  if (!record.numbers.contains("repeats")) return std::nullopt;
  const std::vector<double>& share = record.need_numbers(metadata.name, "repeats");
  if (share.size() == 1 && share[0] >= 0 && share[0] < 1) return share[0];
  throw Error(Kind::bad_data,
              fmt::format("column {} repeats no share of its rows", errors::quoted(metadata.name)));
}

}  // namespace

IdentifierCodec::IdentifierCodec(table::ColumnMetadata metadata, std::vector<IdentifierShape> shapes,
                                 std::optional<std::int64_t> next, std::optional<double> repeats)
    : metadata_(std::move(metadata)), shapes_(std::move(shapes)), next_(next), repeats_(repeats) {
  for (const IdentifierShape& shape : shapes_) {
    shape_rows_ += shape.rows();
    if (shape.capacity() > shapes_[roomiest_].capacity())
      roomiest_ = static_cast<std::size_t>(&shape - shapes_.data());
  }
}

std::unique_ptr<const ColumnCodec> IdentifierCodec::fit(const Column& column,
                                                        const table::ColumnMetadata& metadata,
                                                        const table::TableRules& rules,
                                                        const FitPlace& place) {
  const bool whole = column.dtype == table::Dtype::int64;
  Values values;
  values.add(column, metadata.missing_texts);
  if (place.set_aside != nullptr) values.add(*place.set_aside, metadata.missing_texts);
  values.settle();
  const double repeats = share_to_repeat(values, place.present);
  if (whole && go_on(values.numbers)) {
    return std::unique_ptr<const ColumnCodec>(
        new IdentifierCodec(metadata, {}, values.numbers.back() + 1, repeats));
  }
  const std::vector<std::string_view> views(values.texts.begin(), values.texts.end());
  const ShapeWish wish{whole, rules.min_category_count, place.seed};
  std::vector<IdentifierShape> shapes = content_shapes(metadata.content, views, wish);
  if (shapes.empty()) shapes = IdentifierShape::find(views, wish);
  return std::unique_ptr<const ColumnCodec>(
      new IdentifierCodec(metadata, std::move(shapes), std::nullopt, repeats));
}

std::unique_ptr<const ColumnCodec> IdentifierCodec::load(const table::ColumnMetadata& metadata,
                                                         const ColumnRecord& record) {
  const std::optional<double> repeats = repeats_in(metadata, record);
  const auto make = [&](std::vector<IdentifierShape> shapes, std::optional<std::int64_t> next) {
    return std::unique_ptr<const ColumnCodec>(
        new IdentifierCodec(metadata, std::move(shapes), next, repeats));
  };
  const auto next = record.integers.find("next");
  if (next != record.integers.end() && next->second.size() == 1) {
    if (metadata.dtype == table::Dtype::int64 && next->second[0] <= k_last_next)
      return make({}, next->second[0]);
    throw Error(Kind::bad_data, fmt::format("column {} cannot count on", errors::quoted(metadata.name)));
  }
  const std::vector<std::string>& patterns = record.need_texts(metadata.name, "shapes");
  if (patterns.empty())
    throw Error(Kind::bad_data, fmt::format("column {} has no shape", errors::quoted(metadata.name)));
  std::vector<IdentifierShape> shapes;
  for (std::size_t i = 0; i < patterns.size(); ++i)
    shapes.emplace_back(patterns[i], record.need_integers(metadata.name, fmt::format("shape{}", i)));
  if (std::all_of(shapes.begin(), shapes.end(), [](const auto& shape) { return shape.rows() == 0; }))
    throw Error(Kind::bad_data,
                fmt::format("no row has a shape of column {}", errors::quoted(metadata.name)));
  return make(std::move(shapes), std::nullopt);
}

void IdentifierCodec::refuse_more(std::uint64_t capacity) const {
  throw Error(Kind::bad_data,
              fmt::format("column {} has only {} identifiers of its shape that the table did not have",
                          errors::quoted(metadata_.name), capacity),
              "draw fewer rows, or fit again with '--drop'");
}

std::uint64_t IdentifierCodec::source_of(std::uint64_t row, const SampledRows& rows) const {
  constexpr std::uint64_t k_window = 1000;
  constexpr std::uint64_t k_apart = std::uint64_t{1} << 62U;
  while (row > 0 && repeats_.value_or(0) > 0) {
    random::Stream random(rows.seed, random::StreamId::decode,
                          k_apart | ((std::uint64_t{rows.column} << 40U) + row));
    if (random.next_double() >= *repeats_) break;
    row -= 1 + random.next_below(static_cast<std::uint32_t>(std::min(row, k_window)));
  }
  return row;
}

// Of as many rows as the table had, each shape gets its number, in an order of their own. The roomiest shape
// counts all rows of the sample, so that it can stand in for the others.
std::string IdentifierCodec::make(std::uint64_t row, std::uint64_t series) const {
  const std::uint64_t round = row / shape_rows_;
  const random::Stream order(series, random::StreamId::decode, (std::uint64_t{1} << 63U) | round);
  std::uint64_t place = shuffled(row % shape_rows_, shape_rows_, order);
  std::size_t chosen = 0;
  while (place >= shapes_[chosen].rows()) place -= shapes_[chosen++].rows();
  const IdentifierShape& shape = shapes_[chosen];
  const std::uint64_t index = round * shape.rows() + place;
  if (chosen != roomiest_ && index < shape.capacity()) return shape.make(index, series);
  const std::uint64_t room = shapes_[roomiest_].capacity();
  const bool may_come_again = !metadata_.content.empty() || shapes_[roomiest_].has_ranges();
  if (row >= room && !may_come_again) refuse_more(room);
  return shapes_[roomiest_].make(row % room, series);
}

Column IdentifierCodec::decode(const ColumnValues& /*values*/, const SampledRows& rows) const {
  Column column = table::described_column(metadata_);
  if (!rows.numbered) {
    // No text for missing values reads as a number.
    if (metadata_.dtype == table::Dtype::int64)
      column.cells = std::vector<std::int64_t>(rows.count);
    else
      column.cells = Categories{std::vector<std::uint32_t>(rows.count), {"0"}};
    return column;
  }
  const std::uint64_t series = repeats_ ? rows.seed ^ (k_golden * (rows.column + 1)) : rows.seed;
  if (metadata_.dtype == table::Dtype::int64) {
    std::vector<std::int64_t> numbers(rows.count);
    for (std::size_t i = 0; i < rows.count; ++i) {
      const std::uint64_t row = source_of(rows.first + i, rows);
      if (next_) {
        numbers[i] = *next_ + static_cast<std::int64_t>(row);
        continue;
      }
      const std::string text = make(row, series);
      const char* const end = text.data() + text.size();
      if (std::from_chars(text.data(), end, numbers[i]).ec != std::errc{}) refuse_more(row);
    }
    column.cells = std::move(numbers);
    return column;
  }
  Categories cells;
  std::unordered_map<std::uint64_t, std::uint32_t> code_of;
  for (std::size_t i = 0; i < rows.count; ++i) {
    const std::uint64_t row = source_of(rows.first + i, rows);
    const auto [place, fresh] = code_of.emplace(row, static_cast<std::uint32_t>(cells.dictionary.size()));
    if (fresh) cells.dictionary.push_back(make(row, series));
    cells.codes.push_back(place->second);
  }
  column.cells = std::move(cells);
  return column;
}

ColumnRecord IdentifierCodec::record() const {
  ColumnRecord record;
  if (repeats_) record.numbers["repeats"] = {*repeats_};
  if (next_) {
    record.integers["next"] = {*next_};
    return record;
  }
  for (std::size_t i = 0; i < shapes_.size(); ++i) {
    record.texts["shapes"].push_back(shapes_[i].pattern());
    record.integers[fmt::format("shape{}", i)] = shapes_[i].facts();
  }
  return record;
}

}  // namespace ctgan::synth::codecs
