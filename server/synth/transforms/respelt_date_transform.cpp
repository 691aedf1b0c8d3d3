#include "server/synth/transforms/respelt_date_transform.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/errors/error.h"
#include "common/table/date_columns.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::transforms {
namespace {

using table::Categories;
using table::Column;
using table::DatetimeFormat;

std::vector<std::int64_t> rows_of_ways(const Column& texts, const DatetimeFormat& format) {
  std::vector<std::int64_t> rows(format.ways());
  std::vector<std::size_t> counts(texts.categories().dictionary.size());
  for (const std::uint32_t code : texts.categories().codes) ++counts[code];
  for (std::size_t code = 0; code < counts.size(); ++code) {
    if (counts[code] == 0) continue;
    const auto moment = format.read(texts.categories().dictionary[code]);
    if (moment) rows[moment->way] += static_cast<std::int64_t>(counts[code]);
  }
  return rows;
}

}  // namespace

RespeltDateTransform::RespeltDateTransform(table::ColumnMetadata metadata,
                                           std::unique_ptr<const ColumnTransform> inner,
                                           std::vector<std::int64_t> ways)
    : metadata_(std::move(metadata)),
      format_(metadata_.datetime_format),
      inner_(std::move(inner)),
      ways_(std::move(ways)) {}

bool RespeltDateTransform::is_needed(const table::ColumnMetadata& metadata) {
  return table::is_numeric(metadata.dtype) || DatetimeFormat(metadata.datetime_format).ways() > 1;
}

table::ColumnMetadata RespeltDateTransform::texts_of(const table::ColumnMetadata& metadata) {
  table::ColumnMetadata texts = metadata;
  texts.dtype = table::Dtype::text;
  texts.number_format.clear();
  return texts;
}

std::unique_ptr<const ColumnTransform> RespeltDateTransform::fit(const Column& column,
                                                                 const table::ColumnMetadata& metadata,
                                                                 const FitInner& fit_inner) {
  const Column texts = table::is_numeric(column.dtype) ? table::as_texts(column) : column;
  auto ways = rows_of_ways(texts, DatetimeFormat(metadata.datetime_format));
  return std::unique_ptr<const ColumnTransform>(
      new RespeltDateTransform(metadata, fit_inner(texts, texts_of(metadata)), std::move(ways)));
}

std::unique_ptr<const ColumnTransform> RespeltDateTransform::load(
    const table::ColumnMetadata& metadata, std::unique_ptr<const ColumnTransform> inner,
    const ColumnRecord& record) {
  const std::size_t count = DatetimeFormat(metadata.datetime_format).ways();
  std::vector<std::int64_t> ways{1};
  if (count > 1) ways = record.need_integers(metadata.name, "ways");
  const bool good = ways.size() == count &&
                    std::all_of(ways.begin(), ways.end(), [](auto rows) { return rows >= 0; }) &&
                    std::any_of(ways.begin(), ways.end(), [](auto rows) { return rows > 0; });
  if (!good) {
    throw errors::Error(errors::Kind::bad_data, "column " + errors::quoted(metadata.name) +
                                                    " has 'ways' of writing that its format has not");
  }
  return std::unique_ptr<const ColumnTransform>(
      new RespeltDateTransform(metadata, std::move(inner), std::move(ways)));
}

std::vector<EncodedColumn> RespeltDateTransform::encode(const Column& column, const FitPlace& place) const {
  return inner_->encode(table::is_numeric(column.dtype) ? table::as_texts(column) : column, place);
}

// The inner transform writes the first way.
void RespeltDateTransform::respell(Categories& cells, const SampledRows& rows) const {
  random::Stream random(rows.seed, random::StreamId::decode,
                        (std::uint64_t{rows.column} << 40U) + rows.first);
  std::vector<std::int64_t> until(ways_.size());
  std::partial_sum(ways_.begin(), ways_.end(), until.begin());
  Categories respelt;
  for (const std::uint32_t code : cells.codes) {
    const auto drawn = static_cast<std::int64_t>(random.next_double() * static_cast<double>(until.back()));
    const auto way = std::upper_bound(until.begin(), until.end() - 1, drawn) - until.begin();
    const auto moment = format_.read(cells.dictionary[code]);
    std::string text;
    if (moment) format_.append(moment->ticks, {}, static_cast<std::size_t>(way), text);
    respelt.codes.push_back(static_cast<std::uint32_t>(respelt.dictionary.size()));
    respelt.dictionary.push_back(std::move(text));
  }
  cells = std::move(respelt);
}

Column RespeltDateTransform::decode(std::span<const EncodedColumn> encoded, const SampledRows& rows) const {
  Column column = inner_->decode(encoded, rows);
  if (ways_.size() > 1) respell(std::get<Categories>(column.cells), rows);
  if (!table::is_numeric(metadata_.dtype)) return column;
  return table::as_numbers(column, metadata_.dtype, metadata_.decimals);
}

ColumnRecord RespeltDateTransform::record() const {
  ColumnRecord record = inner_->record();
  if (ways_.size() > 1) record.integers["ways"] = ways_;
  return record;
}

}  // namespace ctgan::synth::transforms
