// A column of numbers: decimals, blanks and the observed range are kept. Whole numbers beyond 2^53 are distances
// from the first of them, so that doubles do not blur them.
#pragma once

#include "server/synth/codecs/column_codec.h"
#include "server/synth/codecs/integer_axis.h"

namespace ctgan::synth::codecs {

class NumberCodec final : public ColumnCodec {
 public:
  // Throws Error(bad_data) for infinite numbers. REQUIRES: a row.
  static std::unique_ptr<const ColumnCodec> fit(const table::Column& column,
                                                const table::ColumnMetadata& metadata,
                                                const table::TableRules& rules);
  // Throws Error(bad_data) unless whole numbers have an axis.
  static std::unique_ptr<const ColumnCodec> load(const table::ColumnMetadata& metadata,
                                                 const table::TableRules& rules, const ColumnRecord& record);

  const table::ColumnMetadata& metadata() const override { return metadata_; }
  Domain domain() const override;
  ColumnValues encode(const table::Column& column, const FitPlace& place) const override;
  table::Column decode(const ColumnValues& values, const SampledRows& rows) const override;
  ColumnRecord record() const override;

 private:
  NumberCodec(table::ColumnMetadata metadata, IntegerAxis axis, int decimals,
              std::vector<std::int64_t> spaces, bool keep_range);
  bool whole() const { return metadata_.dtype == table::Dtype::int64; }

  table::ColumnMetadata metadata_;
  IntegerAxis axis_;                  // whole numbers only
  int decimals_;                      // that numbers are rounded to; -1: not at all
  std::vector<std::int64_t> spaces_;  // before and after each number
  bool keep_range_;
};

}  // namespace ctgan::synth::codecs
