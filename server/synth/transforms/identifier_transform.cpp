#include "server/synth/transforms/identifier_transform.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "common/errors/error.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::transforms {
namespace {

using errors::Error;
using errors::Kind;
using table::Categories;
using table::Column;

// Where numbers that count on may begin: as many again fit behind it.
constexpr std::int64_t k_last_next = std::int64_t{1} << 62U;

// Whether the numbers fill at least a quarter of their range, and as many again fit behind them.
bool go_on(const std::vector<std::int64_t>& numbers) {
  constexpr std::uint64_t k_gaps = 4;
  const auto [least, greatest] = std::minmax_element(numbers.begin(), numbers.end());
  const std::uint64_t range = static_cast<std::uint64_t>(*greatest) - static_cast<std::uint64_t>(*least);
  return range / k_gaps < numbers.size() && *greatest < k_last_next;
}

std::vector<std::string> texts_of(const Column& column) {
  std::vector<std::string> texts;
  if (column.dtype == table::Dtype::int64) {
    for (const std::int64_t number : column.integers()) texts.push_back(std::to_string(number));
  } else {
    for (const std::uint32_t code : column.categories().codes)
      texts.push_back(column.categories().dictionary[code]);
  }
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  return texts;
}

}  // namespace

IdentifierTransform::IdentifierTransform(table::ColumnMetadata metadata, std::vector<IdentifierShape> shapes,
                                         std::optional<std::int64_t> next)
    : metadata_(std::move(metadata)), shapes_(std::move(shapes)), next_(next) {
  for (const IdentifierShape& shape : shapes_) {
    shape_rows_ += shape.rows();
    if (shape.capacity() > shapes_[roomiest_].capacity())
      roomiest_ = static_cast<std::size_t>(&shape - shapes_.data());
  }
}

std::unique_ptr<const ColumnTransform> IdentifierTransform::fit(const Column& column,
                                                                const table::ColumnMetadata& metadata,
                                                                const FitPlace& place) {
  const bool whole = column.dtype == table::Dtype::int64;
  if (whole && go_on(column.integers())) {
    const std::int64_t next = *std::max_element(column.integers().begin(), column.integers().end()) + 1;
    return std::unique_ptr<const ColumnTransform>(new IdentifierTransform(metadata, {}, next));
  }
  const std::vector<std::string> texts = texts_of(column);
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  return std::unique_ptr<const ColumnTransform>(
      new IdentifierTransform(metadata, IdentifierShape::find(views, whole, place.seed), std::nullopt));
}

std::unique_ptr<const ColumnTransform> IdentifierTransform::load(const table::ColumnMetadata& metadata,
                                                                 const ColumnRecord& record) {
  const auto make = [&metadata](std::vector<IdentifierShape> shapes, std::optional<std::int64_t> next) {
    return std::unique_ptr<const ColumnTransform>(new IdentifierTransform(metadata, std::move(shapes), next));
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

void IdentifierTransform::refuse_more(std::uint64_t capacity) const {
  throw Error(Kind::bad_data,
              fmt::format("column {} has only {} identifiers of its shape that the table did not have",
                          errors::quoted(metadata_.name), capacity),
              "draw fewer rows, or fit again with '--drop'");
}

// Of as many rows as the table had, each shape gets its number, in an order of their own. The roomiest shape
// counts all rows of the sample, so that it can stand in for the others.
std::string IdentifierTransform::make(std::uint64_t row, const SampledRows& rows) const {
  const std::uint64_t round = row / shape_rows_;
  const random::Stream order(rows.seed, random::StreamId::decode, (std::uint64_t{1} << 63U) | round);
  std::uint64_t place = shuffled(row % shape_rows_, shape_rows_, order);
  std::size_t chosen = 0;
  while (place >= shapes_[chosen].rows()) place -= shapes_[chosen++].rows();
  const IdentifierShape& shape = shapes_[chosen];
  const std::uint64_t index = round * shape.rows() + place;
  if (chosen != roomiest_ && index < shape.capacity()) return shape.make(index, rows.seed);
  const std::uint64_t room = shapes_[roomiest_].capacity();
  if (row >= room) refuse_more(room);
  return shapes_[roomiest_].make(row, rows.seed);
}

Column IdentifierTransform::decode(std::span<const EncodedColumn> /*encoded*/,
                                   const SampledRows& rows) const {
  Column column;
  column.name = metadata_.name;
  column.dtype = metadata_.dtype;
  if (!rows.numbered) {
    // No text for missing values reads as a number.
    if (metadata_.dtype == table::Dtype::int64)
      column.cells = std::vector<std::int64_t>(rows.count);
    else
      column.cells = Categories{std::vector<std::uint32_t>(rows.count), {"0"}};
    return column;
  }
  if (metadata_.dtype == table::Dtype::int64) {
    std::vector<std::int64_t> numbers(rows.count);
    for (std::size_t i = 0; i < rows.count; ++i) {
      const std::uint64_t row = rows.first + i;
      if (next_) {
        numbers[i] = *next_ + static_cast<std::int64_t>(row);
        continue;
      }
      const std::string text = make(row, rows);
      const char* const end = text.data() + text.size();
      if (std::from_chars(text.data(), end, numbers[i]).ec != std::errc{}) refuse_more(row);
    }
    column.cells = std::move(numbers);
    return column;
  }
  Categories cells;
  for (std::size_t i = 0; i < rows.count; ++i) {
    cells.codes.push_back(static_cast<std::uint32_t>(i));
    cells.dictionary.push_back(make(rows.first + i, rows));
  }
  column.cells = std::move(cells);
  return column;
}

ColumnRecord IdentifierTransform::record() const {
  ColumnRecord record;
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

}  // namespace ctgan::synth::transforms
