// A column of dates or times: each text is a whole number of ticks (common/table/datetime_format.h), learnt
// like a number on an axis whose step is the greatest common one (an hour, where all times are full hours).
// What is drawn in hours of the day or on days of the week that the column leaves out moves
// (calendar_gaps.h). Time zones, where the texts name several, are a discrete encoded column beside it.
#pragma once

#include "common/table/datetime_format.h"
#include "server/synth/transforms/calendar_gaps.h"
#include "server/synth/transforms/numerical_transform.h"

namespace ctgan::synth::transforms {

class DatetimeTransform final : public ColumnTransform {
 public:
  // Throws Error(bad_data) for a cell that the column's format does not read.
  static std::unique_ptr<const ColumnTransform> fit(const table::Column& column,
                                                    const table::ColumnMetadata& metadata,
                                                    const table::TableRules& rules);
  static std::unique_ptr<const ColumnTransform> load(const table::ColumnMetadata& metadata,
                                                     const table::TableRules& rules,
                                                     const ColumnRecord& record);

  const table::ColumnMetadata& metadata() const override { return metadata_; }
  void add_to(OutputLayout& layout) const override;
  std::vector<CategoryRows> category_rows() const override;
  std::optional<EncodedCategory> find(std::string_view /*text*/) const override { return std::nullopt; }
  std::vector<EncodedColumn> encode(const table::Column& column, const FitPlace& place) const override;
  table::Column decode(std::span<const EncodedColumn> encoded, const SampledRows& rows) const override;
  ColumnRecord record() const override;

 private:
  // The zones' texts, and the rows with each.
  struct Zones {
    std::vector<std::string> texts;
    std::vector<std::int64_t> counts;
  };
  DatetimeTransform(table::ColumnMetadata metadata, ModeNormalizer normalizer, IntegerAxis axis,
                    CalendarGaps gaps, Zones zones, bool keep_range);
  bool learns_zones() const { return zones_.texts.size() > 1; }

  table::ColumnMetadata metadata_;
  table::DatetimeFormat format_;
  ModeNormalizer normalizer_;  // of positions on the axis
  IntegerAxis axis_;
  CalendarGaps gaps_;
  Zones zones_;  // none unless the format has %z
  bool keep_range_;
};

}  // namespace ctgan::synth::transforms
