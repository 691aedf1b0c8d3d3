// Dates whose cells are not texts of one format: whole numbers such as 20240131 become texts and numbers again;
// of several ways of writing, each is used as often as in the column.
#pragma once

#include "common/table/datetime_format.h"
#include "server/synth/codecs/respelling.h"

namespace ctgan::synth::codecs {

class RespeltDates final : public Respelling {
 public:
  // Whether a column of dates needs one.
  static bool is_needed(const table::ColumnMetadata& metadata);
  // Throws Error(bad_data) for a cell that the column's format does not read. REQUIRES: no cell is missing.
  static std::unique_ptr<const Respelling> fit(const table::Column& column,
                                               const table::ColumnMetadata& metadata);
  // Throws Error(bad_data) for what add_to() does not write.
  static std::unique_ptr<const Respelling> load(const table::ColumnMetadata& metadata,
                                                const ColumnRecord& record);

  const table::ColumnMetadata& plain_metadata() const override { return plain_metadata_; }
  table::Column plain(const table::Column& column) const override;
  table::Column respelt(table::Column plain, const SampledRows& rows) const override;
  void add_to(ColumnRecord& record) const override;

 private:
  RespeltDates(const table::ColumnMetadata& metadata, std::vector<std::int64_t> ways);
  void respell(table::Categories& cells, const SampledRows& rows) const;

  table::ColumnMetadata metadata_;
  table::ColumnMetadata plain_metadata_;
  table::DatetimeFormat format_;
  std::vector<std::int64_t> ways_;  // rows with each way of writing; one entry where there is one way
};

}  // namespace ctgan::synth::codecs
