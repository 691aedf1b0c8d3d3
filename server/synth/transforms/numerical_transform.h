// A column of numbers: mode-specific normalization; decimals, observed range, atoms, grid and list kept.
// Whole numbers beyond 2^53 are learnt as distances from the first of them, so that doubles do not blur them.
#pragma once

#include "server/synth/transforms/column_transform.h"
#include "server/synth/transforms/mode_normalizer.h"

namespace ctgan::synth::transforms {

// Whole numbers as doubles around an origin, and back: what numbers and dates share.
class IntegerAxis {
 public:
  IntegerAxis() = default;
  // For loading: values are multiples of `step` (at least 1) away from `origin`, in [least, greatest].
  IntegerAxis(std::int64_t origin, std::int64_t step, std::int64_t least, std::int64_t greatest);
  // `step` 0 finds the greatest common one. REQUIRES: not empty.
  static IntegerAxis around(std::span<const std::int64_t> values, std::int64_t step);

  double position(std::int64_t value) const;
  std::vector<double> positions(std::span<const std::int64_t> values) const;
  // The nearest value; only inside the range if `keep_range`.
  std::int64_t value(double position, bool keep_range) const;
  std::int64_t step() const { return step_; }
  std::vector<std::int64_t> facts() const { return {origin_, step_, least_, greatest_}; }

 private:
  std::int64_t origin_ = 0;
  std::int64_t step_ = 1;
  std::int64_t least_ = 0;
  std::int64_t greatest_ = 0;
};

class NumericalTransform final : public ColumnTransform {
 public:
  static std::unique_ptr<const ColumnTransform> fit(const table::Column& column,
                                                    const table::ColumnMetadata& metadata,
                                                    const table::TableRules& rules);
  // Throws Error(bad_data) unless the record has 1 to 10 modes, and an axis for whole numbers.
  static std::unique_ptr<const ColumnTransform> load(const table::ColumnMetadata& metadata,
                                                     const table::TableRules& rules,
                                                     const ColumnRecord& record);

  const table::ColumnMetadata& metadata() const override { return metadata_; }
  void add_to(OutputLayout& layout) const override;
  std::vector<CategoryRows> category_rows() const override { return {}; }
  std::optional<EncodedCategory> find(std::string_view /*text*/) const override { return std::nullopt; }
  std::vector<EncodedColumn> encode(const table::Column& column, const FitPlace& place) const override;
  table::Column decode(std::span<const EncodedColumn> encoded, const SampledRows& rows) const override;
  ColumnRecord record() const override;

  const ModeNormalizer& normalizer() const { return normalizer_; }

 private:
  NumericalTransform(table::ColumnMetadata metadata, ModeNormalizer normalizer, IntegerAxis axis,
                     int decimals, std::vector<std::int64_t> spaces, bool keep_range);
  bool whole() const { return metadata_.dtype == table::Dtype::int64; }

  table::ColumnMetadata metadata_;
  ModeNormalizer normalizer_;         // of numbers, or of positions on the axis
  IntegerAxis axis_;                  // whole numbers only
  int decimals_;                      // that numbers are rounded to; -1: not at all
  std::vector<std::int64_t> spaces_;  // before and after each number
  bool keep_range_;
};

// Shared with dates: the modes as a record's list of mean, deviation and weight, followed by the range and
// what else there is to the values, and back. Throws Error(bad_data) naming `column`.
void put_modes(const ModeNormalizer& normalizer, ColumnRecord& record);
ModeNormalizer take_modes(const std::string& column, const ColumnRecord& record);
// Throws Error(bad_data) naming `column`.
IntegerAxis take_axis(const std::string& column, const ColumnRecord& record);

}  // namespace ctgan::synth::transforms
