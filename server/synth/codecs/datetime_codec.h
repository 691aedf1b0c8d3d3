// A column of dates or times: each text is a whole number of ticks (common/table/datetime_format.h) on an axis
// whose step is the greatest common one (an hour, where all times are full hours). What is drawn in hours of
// the day or on days of the week that the column leaves out moves (calendar_gaps.h). Time zones, where the
// texts name several, are codes beside it.
#pragma once

#include "common/table/datetime_format.h"
#include "server/synth/codecs/calendar_gaps.h"
#include "server/synth/codecs/column_codec.h"
#include "server/synth/codecs/integer_axis.h"

namespace ctgan::synth::codecs {

class DatetimeCodec final : public ColumnCodec {
 public:
  // Throws Error(bad_data) for a cell that the column's format does not read.
  static std::unique_ptr<const ColumnCodec> fit(const table::Column& column,
                                                const table::ColumnMetadata& metadata,
                                                const table::TableRules& rules);
  static std::unique_ptr<const ColumnCodec> load(const table::ColumnMetadata& metadata,
                                                 const table::TableRules& rules, const ColumnRecord& record);

  const table::ColumnMetadata& metadata() const override { return metadata_; }
  Domain domain() const override;
  ColumnValues encode(const table::Column& column, const FitPlace& place) const override;
  table::Column decode(const ColumnValues& values, const SampledRows& rows) const override;
  ColumnRecord record() const override;

 private:
  // The zones' texts, and the rows with each.
  struct Zones {
    std::vector<std::string> texts;
    std::vector<std::int64_t> counts;
  };
  DatetimeCodec(table::ColumnMetadata metadata, IntegerAxis axis, CalendarGaps gaps, Zones zones,
                bool keep_range);
  bool learns_zones() const { return zones_.texts.size() > 1; }

  table::ColumnMetadata metadata_;
  table::DatetimeFormat format_;
  IntegerAxis axis_;
  CalendarGaps gaps_;
  Zones zones_;  // none unless the format has %z
  bool keep_range_;
};

}  // namespace ctgan::synth::codecs
