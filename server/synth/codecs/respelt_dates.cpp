#include "server/synth/codecs/respelt_dates.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/errors/error.h"
#include "common/table/date_columns.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::codecs {
namespace {

using table::Categories;
using table::Column;
using table::DatetimeFormat;

// What describes the texts of such a column.
table::ColumnMetadata texts_of(const table::ColumnMetadata& metadata) {
  table::ColumnMetadata texts = metadata;
  texts.dtype = table::Dtype::text;
  texts.number_format.clear();
  return texts;
}

Column texts_in(const Column& column) {
  return table::is_numeric(column.dtype) ? table::as_texts(column) : column;
}

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

RespeltDates::RespeltDates(const table::ColumnMetadata& metadata, std::vector<std::int64_t> ways)
    : metadata_(metadata),
      plain_metadata_(texts_of(metadata)),
      format_(metadata_.datetime_format),
      ways_(std::move(ways)) {}

bool RespeltDates::is_needed(const table::ColumnMetadata& metadata) {
  return table::is_numeric(metadata.dtype) || DatetimeFormat(metadata.datetime_format).ways() > 1;
}

std::unique_ptr<const Respelling> RespeltDates::fit(const Column& column,
                                                    const table::ColumnMetadata& metadata) {
  auto ways = rows_of_ways(texts_in(column), DatetimeFormat(metadata.datetime_format));
  return std::unique_ptr<const Respelling>(new RespeltDates(metadata, std::move(ways)));
}

std::unique_ptr<const Respelling> RespeltDates::load(const table::ColumnMetadata& metadata,
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
  return std::unique_ptr<const Respelling>(new RespeltDates(metadata, std::move(ways)));
}

Column RespeltDates::plain(const Column& column) const {
  return texts_in(column);
}

// Plain texts are written the first way.
void RespeltDates::respell(Categories& cells, const SampledRows& rows) const {
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

Column RespeltDates::respelt(Column column, const SampledRows& rows) const {
  if (ways_.size() > 1) respell(std::get<Categories>(column.cells), rows);
  if (!table::is_numeric(metadata_.dtype)) return column;
  return table::as_numbers(column, metadata_.dtype, metadata_.decimals);
}

void RespeltDates::add_to(ColumnRecord& record) const {
  if (ways_.size() > 1) record.integers["ways"] = ways_;
}

}  // namespace ctgan::synth::codecs
