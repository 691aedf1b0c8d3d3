#include "server/synth/transforms/column_transform.h"

#include <algorithm>

#include "common/errors/error.h"
#include "server/synth/transforms/categorical_transform.h"
#include "server/synth/transforms/datetime_transform.h"
#include "server/synth/transforms/identifier_transform.h"
#include "server/synth/transforms/missing_transform.h"
#include "server/synth/transforms/numerical_transform.h"
#include "server/synth/transforms/printed_number_transform.h"
#include "server/synth/transforms/respelt_date_transform.h"

namespace ctgan::synth::transforms {
namespace {

using table::ColumnKind;
using TransformOwner = std::unique_ptr<const ColumnTransform>;

// Categories hold their missing texts themselves.
bool marks_missing(const table::ColumnMetadata& metadata) {
  if (metadata.kind == ColumnKind::all_missing) return true;
  const bool learnt = metadata.kind == ColumnKind::numerical || metadata.kind == ColumnKind::datetime ||
                      metadata.kind == ColumnKind::id;
  return learnt && metadata.has_missing();
}

TransformOwner fit_numbers(const table::Column& column, const table::ColumnMetadata& metadata,
                           const table::TableRules& rules) {
  if (metadata.number_format.empty()) return NumericalTransform::fit(column, metadata, rules);
  return PrintedNumberTransform::fit(
      column, metadata, rules.min_category_count,
      [&rules](const table::Column& numbers, const table::ColumnMetadata& inner) {
        return NumericalTransform::fit(numbers, inner, rules);
      });
}

TransformOwner load_numbers(const table::ColumnMetadata& metadata, const table::TableRules& rules,
                            const ColumnRecord& record) {
  if (metadata.number_format.empty()) return NumericalTransform::load(metadata, rules, record);
  const table::ColumnMetadata inner = PrintedNumberTransform::numbers_of(metadata);
  return PrintedNumberTransform::load(metadata, NumericalTransform::load(inner, rules, record), record);
}

TransformOwner fit_dates(const table::Column& column, const table::ColumnMetadata& metadata,
                         const table::TableRules& rules) {
  if (!RespeltDateTransform::is_needed(metadata)) return DatetimeTransform::fit(column, metadata, rules);
  return RespeltDateTransform::fit(column, metadata,
                                   [&rules](const table::Column& texts, const table::ColumnMetadata& inner) {
                                     return DatetimeTransform::fit(texts, inner, rules);
                                   });
}

TransformOwner load_dates(const table::ColumnMetadata& metadata, const table::TableRules& rules,
                          const ColumnRecord& record) {
  if (!RespeltDateTransform::is_needed(metadata)) return DatetimeTransform::load(metadata, rules, record);
  const table::ColumnMetadata inner = RespeltDateTransform::texts_of(metadata);
  return RespeltDateTransform::load(metadata, DatetimeTransform::load(inner, rules, record), record);
}

TransformOwner fit_present(const table::Column& column, const table::ColumnMetadata& metadata,
                           const table::TableRules& rules, const FitPlace& place) {
  switch (metadata.kind) {
    case ColumnKind::numerical:
      return fit_numbers(column, metadata, rules);
    case ColumnKind::datetime:
      return fit_dates(column, metadata, rules);
    case ColumnKind::id:
      return IdentifierTransform::fit(column, metadata, rules, place);
    default:
      return CategoricalTransform::fit(column, metadata, rules, place.set_aside);
  }
}

TransformOwner load_present(const table::ColumnMetadata& metadata, const table::TableRules& rules,
                            const ColumnRecord& record) {
  switch (metadata.kind) {
    case ColumnKind::numerical:
      return load_numbers(metadata, rules, record);
    case ColumnKind::datetime:
      return load_dates(metadata, rules, record);
    case ColumnKind::id:
      return IdentifierTransform::load(metadata, record);
    default:
      return CategoricalTransform::load(metadata, record);
  }
}

// One row for each code of the widest part.
std::vector<EncodedColumn> encoded_codes(const OutputLayout& layout, std::size_t rows) {
  std::vector<EncodedColumn> encoded;
  for (const Block& block : layout.blocks) {
    if (block.kind == Block::Kind::scalar) continue;
    const auto code = [&block](std::size_t row) { return std::min(row, block.width - 1); };
    if (block.kind == Block::Kind::modes) {
      EncodedContinuous part{std::vector<std::uint8_t>(rows), std::vector<float>(rows)};
      for (std::size_t row = 0; row < rows; ++row) part.mode[row] = static_cast<std::uint8_t>(code(row));
      encoded.emplace_back(std::move(part));
    } else {
      EncodedDiscrete part = EncodedDiscrete::sized(block.width, rows);
      for (std::size_t row = 0; row < rows; ++row) part.set(row, static_cast<std::uint32_t>(code(row)));
      encoded.emplace_back(std::move(part));
    }
  }
  return encoded;
}

bool is_whole(const table::Column& column, std::size_t rows) {
  const bool marked = std::all_of(column.missing.begin(), column.missing.end(),
                                  [&](std::uint8_t mark) { return mark <= column.missing_texts.size(); });
  if (!marked || (!column.missing.empty() && column.missing.size() != rows)) return false;
  if (column.dtype == table::Dtype::int64)
    return std::holds_alternative<std::vector<std::int64_t>>(column.cells) && column.rows() == rows;
  if (column.dtype == table::Dtype::float64)
    return std::holds_alternative<std::vector<double>>(column.cells) && column.rows() == rows;
  const auto* cells = std::get_if<table::Categories>(&column.cells);
  return cells != nullptr && cells->codes.size() == rows &&
         std::all_of(cells->codes.begin(), cells->codes.end(),
                     [&](std::uint32_t code) { return code < cells->dictionary.size(); });
}

// That the column can give a cell for whatever the networks may draw, of the type that its metadata says: a
// record and metadata of a damaged file may each be sound and not belong together.
void check_decodable(const ColumnTransform& transform) {
  OutputLayout layout;
  transform.add_to(layout);
  SampledRows rows;
  rows.count = 1;
  for (const Block& block : layout.blocks) rows.count = std::max(rows.count, block.width);
  bool good = false;
  try {
    good = is_whole(transform.decode(encoded_codes(layout, rows.count), rows), rows.count);
  } catch (const std::bad_variant_access&) {
    good = false;
  }
  if (good) return;
  throw errors::Error(errors::Kind::bad_data, "column " + errors::quoted(transform.metadata().name) +
                                                  " has values of another type than its cells");
}

template <typename Values>
const Values& need(const std::map<std::string, Values, std::less<>>& among, const std::string& column,
                   std::string_view name) {
  const auto found = among.find(name);
  if (found != among.end()) return found->second;
  throw errors::Error(errors::Kind::bad_data,
                      "column " + errors::quoted(column) + " has no " + errors::quoted(name));
}

}  // namespace

const std::vector<double>& ColumnRecord::need_numbers(const std::string& column,
                                                      std::string_view name) const {
  return need(numbers, column, name);
}

const std::vector<std::int64_t>& ColumnRecord::need_integers(const std::string& column,
                                                             std::string_view name) const {
  return need(integers, column, name);
}

const std::vector<std::string>& ColumnRecord::need_texts(const std::string& column,
                                                         std::string_view name) const {
  return need(texts, column, name);
}

TransformOwner fit_column(const table::Column& column, const table::ColumnMetadata& metadata,
                          const table::TableRules& rules, const FitPlace& place) {
  if (!marks_missing(metadata)) return fit_present(column, metadata, rules, place);
  return MissingTransform::fit(column, metadata, [&](const table::Column& present) {
    FitPlace inner = place;
    inner.present = static_cast<double>(present.rows()) / static_cast<double>(column.rows());
    return fit_present(present, metadata, rules, inner);
  });
}

TransformOwner load_column(const table::ColumnMetadata& metadata, const table::TableRules& rules,
                           const ColumnRecord& record) {
  TransformOwner loaded;
  if (metadata.kind != ColumnKind::all_missing) loaded = load_present(metadata, rules, record);
  if (marks_missing(metadata)) loaded = MissingTransform::load(metadata, std::move(loaded), record);
  check_decodable(*loaded);
  return loaded;
}

}  // namespace ctgan::synth::transforms
