#include "server/synth/codecs/datetime_codec.h"

#include <algorithm>
#include <utility>

#include "common/errors/error.h"
#include "common/table/described_column.h"

namespace ctgan::synth::codecs {
namespace {

using table::Categories;
using table::Column;
using table::DatetimeFormat;

[[noreturn]] void refuse(const std::string& column, const std::string& why) {
  throw errors::Error(errors::Kind::bad_data, "column " + errors::quoted(column) + " " + why);
}

// Each distinct text of a column, read once.
std::vector<DatetimeFormat::Moment> moments(const Column& column, const DatetimeFormat& format) {
  std::vector<bool> used(column.categories().dictionary.size());
  for (const std::uint32_t code : column.categories().codes) used[code] = true;
  std::vector<DatetimeFormat::Moment> found(used.size());
  for (std::size_t code = 0; code < used.size(); ++code) {
    if (!used[code]) continue;
    const std::string& text = column.categories().dictionary[code];
    const auto moment = format.read(text);
    if (!moment) {
      refuse(column.name, "holds " + errors::quoted(text) + ", which is not written like " +
                              errors::quoted(format.pattern()));
    }
    found[code] = *moment;
  }
  return found;
}

std::vector<std::int64_t> ticks_of(const Column& column, const std::vector<DatetimeFormat::Moment>& moments) {
  std::vector<std::int64_t> ticks;
  ticks.reserve(column.rows());
  for (const std::uint32_t code : column.categories().codes) ticks.push_back(moments[code].ticks);
  return ticks;
}

std::size_t zone_of(const std::vector<std::string>& zones, std::string_view zone) {
  return static_cast<std::size_t>(std::find(zones.begin(), zones.end(), zone) - zones.begin());
}

CalendarGaps take_gaps(const table::ColumnMetadata& metadata, const ColumnRecord& record) {
  const auto counts = [&record](const char* name) {
    const auto found = record.integers.find(name);
    return found == record.integers.end() ? std::vector<std::int64_t>{} : found->second;
  };
  std::vector<std::int64_t> hours = counts("hours"), weekdays = counts("weekdays");
  const std::int64_t ticks_a_day = DatetimeFormat(metadata.datetime_format).ticks_a_day();
  if (!CalendarGaps::suit(hours, weekdays) || (!weekdays.empty() && ticks_a_day < 1) ||
      (!hours.empty() && ticks_a_day < static_cast<std::int64_t>(CalendarGaps::k_hours)))
    refuse(metadata.name, "has 'hours' or 'weekdays' that no fit makes");
  return {std::move(hours), std::move(weekdays), ticks_a_day};
}

}  // namespace

DatetimeCodec::DatetimeCodec(table::ColumnMetadata metadata, IntegerAxis axis, CalendarGaps gaps, Zones zones,
                             bool keep_range)
    : metadata_(std::move(metadata)),
      format_(metadata_.datetime_format),
      axis_(axis),
      gaps_(std::move(gaps)),
      zones_(std::move(zones)),
      keep_range_(keep_range) {}

std::unique_ptr<const ColumnCodec> DatetimeCodec::fit(const Column& column,
                                                      const table::ColumnMetadata& metadata,
                                                      const table::TableRules& rules) {
  const DatetimeFormat format(metadata.datetime_format);
  const auto read = moments(column, format);
  const std::vector<std::int64_t> ticks = ticks_of(column, read);
  const IntegerAxis axis = IntegerAxis::around(ticks, 0);
  Zones zones;
  if (format.has_zone()) {
    for (const std::uint32_t code : column.categories().codes) {
      const std::size_t zone = zone_of(zones.texts, read[code].zone);
      if (zone == zones.texts.size()) {
        zones.texts.emplace_back(read[code].zone);
        zones.counts.push_back(0);
      }
      ++zones.counts[zone];
    }
  }
  CalendarGaps gaps;
  if (format.ticks_a_day() > 0)
    gaps = CalendarGaps::fit(ticks, format.ticks_a_day(), axis.step(), rules.min_category_count);
  return std::unique_ptr<const ColumnCodec>(
      new DatetimeCodec(metadata, axis, std::move(gaps), std::move(zones), rules.keep_range));
}

std::unique_ptr<const ColumnCodec> DatetimeCodec::load(const table::ColumnMetadata& metadata,
                                                       const table::TableRules& rules,
                                                       const ColumnRecord& record) {
  Zones zones;
  if (DatetimeFormat(metadata.datetime_format).has_zone()) {
    zones = {record.need_texts(metadata.name, "zones"), record.need_integers(metadata.name, "zone_counts")};
    const bool counted =
        std::all_of(zones.counts.begin(), zones.counts.end(), [](auto count) { return count > 0; });
    if (zones.texts.empty() || !counted || zones.texts.size() != zones.counts.size())
      refuse(metadata.name, "must have one count for each of its time zones");
  }
  return std::unique_ptr<const ColumnCodec>(
      new DatetimeCodec(metadata, IntegerAxis::take(metadata.name, record), take_gaps(metadata, record),
                        std::move(zones), rules.keep_range));
}

Domain DatetimeCodec::domain() const {
  Domain domain{.has_numbers = true, .step = 1, .parts = {}, .presence = std::nullopt};
  if (learns_zones())
    domain.parts.push_back({.counts = {zones_.counts.begin(), zones_.counts.end()}, .own = false});
  return domain;
}

ColumnValues DatetimeCodec::encode(const Column& column, const FitPlace& /*place*/) const {
  const auto read = moments(column, format_);
  ColumnValues values{.numbers = axis_.positions(ticks_of(column, read)), .parts = {}};
  if (!learns_zones()) return values;
  Codes zones = Codes::sized(zones_.texts.size(), column.rows());
  for (std::size_t row = 0; row < column.rows(); ++row) {
    const std::size_t zone = zone_of(zones_.texts, read[column.categories().codes[row]].zone);
    if (zone == zones_.texts.size()) refuse(column.name, "holds a time zone that it did not have");
    zones.set(row, static_cast<std::uint32_t>(zone));
  }
  values.parts.push_back(std::move(zones));
  return values;
}

Column DatetimeCodec::decode(const ColumnValues& values, const SampledRows& rows) const {
  Categories cells;
  cells.codes.resize(rows.count);
  cells.dictionary.resize(rows.count);
  // Not the stream of who respells what is made here.
  constexpr std::uint64_t k_gaps = std::uint64_t{1} << 62U;
  random::Stream random(rows.seed, random::StreamId::decode,
                        k_gaps + (std::uint64_t{rows.column} << 40U) + rows.first);
  for (std::size_t row = 0; row < rows.count; ++row) {
    const std::size_t zone = learns_zones() ? values.parts.front().code(row) : 0;
    std::int64_t ticks = axis_.value(values.numbers[row], keep_range_);
    if (gaps_.has(ticks)) ticks = axis_.value(axis_.position(gaps_.moved(ticks, random)), keep_range_);
    format_.append(ticks, zones_.texts.empty() ? "" : zones_.texts[zone], cells.dictionary[row]);
    cells.codes[row] = static_cast<std::uint32_t>(row);
  }
  Column column = table::described_column(metadata_);
  column.cells = std::move(cells);
  return column;
}

ColumnRecord DatetimeCodec::record() const {
  ColumnRecord record;
  record.integers["axis"] = axis_.facts();
  if (!gaps_.hours().empty()) record.integers["hours"] = gaps_.hours();
  if (!gaps_.weekdays().empty()) record.integers["weekdays"] = gaps_.weekdays();
  if (!zones_.texts.empty()) {
    record.texts["zones"] = zones_.texts;
    record.integers["zone_counts"] = zones_.counts;
  }
  return record;
}

}  // namespace ctgan::synth::codecs
