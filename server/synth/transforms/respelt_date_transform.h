// Around a DatetimeTransform where the column's cells are not texts of one format: whole numbers such as
// 20240131 become texts and numbers again; of several ways of writing, each is used as often as in the
// column.
#pragma once

#include <functional>

#include "common/table/datetime_format.h"
#include "server/synth/transforms/column_transform.h"

namespace ctgan::synth::transforms {

class RespeltDateTransform final : public ColumnTransform {
 public:
  // Makes the transform of the texts, given what describes them.
  using FitInner = std::function<std::unique_ptr<const ColumnTransform>(
      const table::Column& texts, const table::ColumnMetadata& metadata)>;

  // Whether a column of dates needs one.
  static bool is_needed(const table::ColumnMetadata& metadata);
  // Throws Error(bad_data) for a cell that the column's format does not read. REQUIRES: no cell is missing.
  static std::unique_ptr<const ColumnTransform> fit(const table::Column& column,
                                                    const table::ColumnMetadata& metadata,
                                                    const FitInner& fit_inner);
  static std::unique_ptr<const ColumnTransform> load(const table::ColumnMetadata& metadata,
                                                     std::unique_ptr<const ColumnTransform> inner,
                                                     const ColumnRecord& record);
  // What describes the texts of such a column.
  static table::ColumnMetadata texts_of(const table::ColumnMetadata& metadata);

  const table::ColumnMetadata& metadata() const override { return metadata_; }
  void add_to(OutputLayout& layout) const override { inner_->add_to(layout); }
  std::vector<CategoryRows> category_rows() const override { return inner_->category_rows(); }
  std::optional<EncodedCategory> find(std::string_view text) const override { return inner_->find(text); }
  std::vector<EncodedColumn> encode(const table::Column& column, const FitPlace& place) const override;
  table::Column decode(std::span<const EncodedColumn> encoded, const SampledRows& rows) const override;
  ColumnRecord record() const override;

 private:
  RespeltDateTransform(table::ColumnMetadata metadata, std::unique_ptr<const ColumnTransform> inner,
                       std::vector<std::int64_t> ways);
  void respell(table::Categories& cells, const SampledRows& rows) const;

  table::ColumnMetadata metadata_;
  table::DatetimeFormat format_;
  std::unique_ptr<const ColumnTransform> inner_;
  std::vector<std::int64_t> ways_;  // rows with each way of writing; one entry where there is one way
};

}  // namespace ctgan::synth::transforms
