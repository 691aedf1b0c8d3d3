#include "server/synth/codecs/column_codec.h"

#include <algorithm>

#include "common/errors/error.h"
#include "common/table/kind_traits.h"
#include "server/synth/codecs/category_codec.h"
#include "server/synth/codecs/datetime_codec.h"
#include "server/synth/codecs/identifier_codec.h"
#include "server/synth/codecs/missing_codec.h"
#include "server/synth/codecs/number_codec.h"
#include "server/synth/codecs/printed_numbers.h"
#include "server/synth/codecs/respelt_dates.h"

namespace ctgan::synth::codecs {
namespace {

using table::ColumnKind;
using CodecOwner = std::unique_ptr<const ColumnCodec>;

// Categories hold their missing texts themselves.
bool marks_missing(const table::ColumnMetadata& metadata) {
  if (metadata.kind == ColumnKind::all_missing) return true;
  return table::traits_of(metadata.kind).missing_apart && metadata.has_missing();
}

CodecOwner fit_numbers(const table::Column& column, const table::ColumnMetadata& metadata,
                       const table::TableRules& rules, const FitPlace& /*place*/) {
  if (metadata.number_format.empty()) return NumberCodec::fit(column, metadata, rules);
  auto printed = PrintedNumbers::fit(column, metadata, rules.min_category_count);
  auto numbers = NumberCodec::fit(printed->plain(column), printed->plain_metadata(), rules);
  return std::make_unique<RespellingCodec>(metadata, std::move(printed), std::move(numbers));
}

CodecOwner load_numbers(const table::ColumnMetadata& metadata, const table::TableRules& rules,
                        const ColumnRecord& record) {
  if (metadata.number_format.empty()) return NumberCodec::load(metadata, rules, record);
  auto printed = PrintedNumbers::load(metadata, record);
  auto numbers = NumberCodec::load(printed->plain_metadata(), rules, record);
  return std::make_unique<RespellingCodec>(metadata, std::move(printed), std::move(numbers));
}

CodecOwner fit_dates(const table::Column& column, const table::ColumnMetadata& metadata,
                     const table::TableRules& rules, const FitPlace& /*place*/) {
  if (!RespeltDates::is_needed(metadata)) return DatetimeCodec::fit(column, metadata, rules);
  auto respelt = RespeltDates::fit(column, metadata);
  auto dates = DatetimeCodec::fit(respelt->plain(column), respelt->plain_metadata(), rules);
  return std::make_unique<RespellingCodec>(metadata, std::move(respelt), std::move(dates));
}

CodecOwner load_dates(const table::ColumnMetadata& metadata, const table::TableRules& rules,
                      const ColumnRecord& record) {
  if (!RespeltDates::is_needed(metadata)) return DatetimeCodec::load(metadata, rules, record);
  auto respelt = RespeltDates::load(metadata, record);
  auto dates = DatetimeCodec::load(respelt->plain_metadata(), rules, record);
  return std::make_unique<RespellingCodec>(metadata, std::move(respelt), std::move(dates));
}

CodecOwner fit_categories(const table::Column& column, const table::ColumnMetadata& metadata,
                          const table::TableRules& rules, const FitPlace& place) {
  return CategoryCodec::fit(column, metadata, rules, place.set_aside);
}

CodecOwner load_categories(const table::ColumnMetadata& metadata, const table::TableRules& /*rules*/,
                           const ColumnRecord& record) {
  return CategoryCodec::load(metadata, record);
}

CodecOwner load_identifiers(const table::ColumnMetadata& metadata, const table::TableRules& /*rules*/,
                            const ColumnRecord& record) {
  return IdentifierCodec::load(metadata, record);
}

// Of the cells that hold a value.
struct PresentCodec {
  CodecOwner (*fit)(const table::Column&, const table::ColumnMetadata&, const table::TableRules&,
                    const FitPlace&);
  CodecOwner (*load)(const table::ColumnMetadata&, const table::TableRules&, const ColumnRecord&);
};

PresentCodec codec_of(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::numerical:
      return {fit_numbers, load_numbers};
    case ColumnKind::datetime:
      return {fit_dates, load_dates};
    case ColumnKind::id:
      return {IdentifierCodec::fit, load_identifiers};
    default:
      return {fit_categories, load_categories};
  }
}

// So many rows, with each code of each part in one of them at least.
ColumnValues values_of_codes(const Domain& domain, std::size_t rows) {
  ColumnValues values;
  if (domain.has_numbers) values.numbers.resize(rows);
  for (const CategoryRows& part : domain.parts) {
    Codes codes = Codes::sized(part.counts.size(), rows);
    for (std::size_t row = 0; row < rows; ++row)
      codes.set(row, static_cast<std::uint32_t>(std::min(row, part.counts.size() - 1)));
    values.parts.push_back(std::move(codes));
  }
  return values;
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

// That the column can give a cell for whatever a method may draw, of the type that its metadata says: a record
// and metadata of a damaged file may each be sound and not belong together.
void check_decodable(const ColumnCodec& codec) {
  const Domain domain = codec.domain();
  SampledRows rows;
  rows.count = 1;
  for (const CategoryRows& part : domain.parts) rows.count = std::max(rows.count, part.counts.size());
  bool good = false;
  try {
    good = is_whole(codec.decode(values_of_codes(domain, rows.count), rows), rows.count);
  } catch (const std::bad_variant_access&) {
    good = false;
  }
  if (good) return;
  throw errors::Error(errors::Kind::bad_data, "column " + errors::quoted(codec.metadata().name) +
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

CodecOwner fit_codec(const table::Column& column, const table::ColumnMetadata& metadata,
                     const table::TableRules& rules, const FitPlace& place) {
  const PresentCodec codec = codec_of(metadata.kind);
  if (!marks_missing(metadata)) return codec.fit(column, metadata, rules, place);
  return MissingCodec::fit(column, metadata, [&](const table::Column& present) {
    FitPlace inner = place;
    inner.present = static_cast<double>(present.rows()) / static_cast<double>(column.rows());
    return codec.fit(present, metadata, rules, inner);
  });
}

CodecOwner load_codec(const table::ColumnMetadata& metadata, const table::TableRules& rules,
                      const ColumnRecord& record) {
  CodecOwner loaded;
  if (metadata.kind != ColumnKind::all_missing)
    loaded = codec_of(metadata.kind).load(metadata, rules, record);
  if (marks_missing(metadata)) loaded = MissingCodec::load(metadata, std::move(loaded), record);
  check_decodable(*loaded);
  return loaded;
}

}  // namespace ctgan::synth::codecs
