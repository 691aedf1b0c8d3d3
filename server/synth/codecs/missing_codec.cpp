#include "server/synth/codecs/missing_codec.h"

#include <algorithm>
#include <utility>

#include "common/errors/error.h"
#include "common/table/described_column.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::codecs {
namespace {

using table::Categories;
using table::Column;

// Apart from the streams that draw modes.
constexpr std::uint64_t k_fill = std::uint64_t{1} << 32U;

using Marks = std::vector<std::uint8_t>;

Marks marks_of(const Column& column, const std::vector<std::string>& texts) {
  if (!std::holds_alternative<Categories>(column.cells)) {
    if (column.missing.empty()) return Marks(column.rows());
    return column.missing;
  }
  const Categories& cells = column.categories();
  std::vector<std::uint8_t> mark_of(cells.dictionary.size());
  for (std::size_t code = 0; code < mark_of.size(); ++code) {
    const auto found = std::find(texts.begin(), texts.end(), cells.dictionary[code]);
    if (found != texts.end()) mark_of[code] = static_cast<std::uint8_t>(found - texts.begin() + 1);
  }
  Marks marks;
  marks.reserve(cells.codes.size());
  for (const std::uint32_t code : cells.codes) marks.push_back(mark_of[code]);
  return marks;
}

std::vector<std::uint32_t> present_rows(const Marks& marks) {
  std::vector<std::uint32_t> rows;
  for (std::size_t row = 0; row < marks.size(); ++row)
    if (marks[row] == 0) rows.push_back(static_cast<std::uint32_t>(row));
  return rows;
}

// Rows of the column, none of them missing.
Column chosen(const Column& column, const std::vector<std::uint32_t>& rows) {
  Column out = column.rows_at(rows);
  out.missing.clear();
  out.missing_texts.clear();
  return out;
}

// The column with values of other rows where cells are missing.
Column filled(const Column& column, const Marks& marks, const FitPlace& place) {
  const std::vector<std::uint32_t> present = present_rows(marks);
  random::Stream random(place.seed, random::StreamId::transform, k_fill + place.column);
  std::vector<std::uint32_t> rows(marks.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const bool there = marks[row] == 0 || present.empty();
    rows[row] = there ? static_cast<std::uint32_t>(row)
                      : present[random.next_below(static_cast<std::uint32_t>(present.size()))];
  }
  return chosen(column, rows);
}

Column without_values(const table::ColumnMetadata& metadata, std::size_t rows) {
  Column column = table::described_column(metadata);
  if (metadata.dtype == table::Dtype::int64) {
    column.cells = std::vector<std::int64_t>(rows);
  } else if (metadata.dtype == table::Dtype::float64) {
    column.cells = std::vector<double>(rows);
  } else {
    column.cells = Categories{.codes = std::vector<std::uint32_t>(rows), .dictionary = {}};
  }
  return column;
}

void set_missing(Column& column, Marks marks, const std::vector<std::string>& texts) {
  auto* cells = std::get_if<Categories>(&column.cells);
  if (cells == nullptr) {
    column.missing = std::move(marks);
    column.missing_texts = texts;
    return;
  }
  const auto first = static_cast<std::uint32_t>(cells->dictionary.size());
  cells->dictionary.insert(cells->dictionary.end(), texts.begin(), texts.end());
  for (std::size_t row = 0; row < marks.size(); ++row)
    if (marks[row] > 0) cells->codes[row] = first + marks[row] - 1;
}

}  // namespace

MissingCodec::MissingCodec(table::ColumnMetadata metadata, std::unique_ptr<const ColumnCodec> inner,
                           std::vector<std::int64_t> counts)
    : metadata_(std::move(metadata)), inner_(std::move(inner)), counts_(std::move(counts)) {}

std::unique_ptr<const ColumnCodec> MissingCodec::fit(const Column& column,
                                                     const table::ColumnMetadata& metadata,
                                                     const FitInner& fit_inner) {
  const Marks marks = marks_of(column, metadata.missing_texts);
  const std::vector<std::uint32_t> present = present_rows(marks);
  std::vector<std::int64_t> counts(metadata.missing_texts.size() + 1);
  for (const std::uint8_t mark : marks) ++counts[mark];
  std::unique_ptr<const ColumnCodec> inner;
  if (!present.empty()) inner = fit_inner(chosen(column, present));
  return std::unique_ptr<const ColumnCodec>(new MissingCodec(metadata, std::move(inner), std::move(counts)));
}

std::unique_ptr<const ColumnCodec> MissingCodec::load(const table::ColumnMetadata& metadata,
                                                      std::unique_ptr<const ColumnCodec> inner,
                                                      const ColumnRecord& record) {
  const std::vector<std::int64_t>& counts = record.need_integers(metadata.name, "presence");
  // A mark is a byte.
  constexpr std::size_t k_most_texts = 255;
  const bool good = counts.size() == metadata.missing_texts.size() + 1 && counts.size() <= k_most_texts + 1 &&
                    (counts[0] > 0) == (inner != nullptr) &&
                    std::all_of(counts.begin() + 1, counts.end(), [](std::int64_t n) { return n > 0; });
  if (!good) {
    throw errors::Error(errors::Kind::bad_data,
                        "column " + errors::quoted(metadata.name) +
                            " has a 'presence' that does not suit its missing values");
  }
  return std::unique_ptr<const ColumnCodec>(new MissingCodec(metadata, std::move(inner), counts));
}

Domain MissingCodec::domain() const {
  Domain domain = inner_ ? inner_->domain() : Domain();
  if (codes() < 2) return domain;
  if (inner_) domain.presence = domain.parts.size();
  domain.parts.push_back({.counts = {counts_.begin() + first_mark(), counts_.end()}, .own = false});
  return domain;
}

std::optional<PartCode> MissingCodec::find(std::string_view text) const {
  const auto& texts = metadata_.missing_texts;
  const auto found = std::find(texts.begin(), texts.end(), text);
  if (found == texts.end()) return inner_ ? inner_->find(text) : std::nullopt;
  if (codes() < 2) return std::nullopt;
  return PartCode{domain().parts.size() - 1,
                  static_cast<std::uint32_t>(found - texts.begin()) + 1 - first_mark()};
}

ColumnValues MissingCodec::encode(const Column& column, const FitPlace& place) const {
  const Marks marks = marks_of(column, metadata_.missing_texts);
  ColumnValues values;
  if (inner_) values = inner_->encode(filled(column, marks, place), place);
  if (codes() < 2) return values;
  Codes presence = Codes::sized(codes(), marks.size());
  for (std::size_t row = 0; row < marks.size(); ++row) {
    if (marks[row] < first_mark()) {
      throw errors::Error(errors::Kind::bad_data,
                          "column " + errors::quoted(metadata_.name) + " holds a value, where it had none");
    }
    presence.set(row, marks[row] - first_mark());
  }
  values.parts.push_back(std::move(presence));
  return values;
}

Column MissingCodec::decode(const ColumnValues& values, const SampledRows& rows) const {
  Column column = inner_ ? inner_->decode(values, rows) : without_values(metadata_, rows.count);
  Marks marks(rows.count, static_cast<std::uint8_t>(first_mark()));
  if (codes() > 1) {
    for (std::size_t row = 0; row < rows.count; ++row)
      marks[row] = static_cast<std::uint8_t>(values.parts.back().code(row) + first_mark());
  }
  set_missing(column, std::move(marks), metadata_.missing_texts);
  return column;
}

ColumnRecord MissingCodec::record() const {
  ColumnRecord record = inner_ ? inner_->record() : ColumnRecord{};
  record.integers["presence"] = counts_;
  return record;
}

}  // namespace ctgan::synth::codecs
