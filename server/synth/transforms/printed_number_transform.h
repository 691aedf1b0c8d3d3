// Around a column of numbers that have a way of being written (common/table/number_format.h): texts that
// stand for numbers become numbers, which a NumericalTransform learns, and are written again; numbers in a
// table get as many decimals as the column's have, in their proportion, and lose what their format does not
// show. Values that many rows have, atoms and those of a list are left as they are.
#pragma once

#include <functional>

#include "common/table/number_format.h"
#include "server/synth/transforms/column_transform.h"

namespace ctgan::synth::transforms {

class PrintedNumberTransform final : public ColumnTransform {
 public:
  // Makes the transform of the numbers, given what describes them.
  using FitInner = std::function<std::unique_ptr<const ColumnTransform>(
      const table::Column& numbers, const table::ColumnMetadata& metadata)>;

  // No value that fewer than `least_rows` rows have is kept (atoms.h). Throws Error(bad_data) for a cell that
  // the column's format does not read. REQUIRES: metadata.number_format; the column has no missing cells.
  static std::unique_ptr<const ColumnTransform> fit(const table::Column& column,
                                                    const table::ColumnMetadata& metadata,
                                                    std::uint64_t least_rows, const FitInner& fit_inner);
  static std::unique_ptr<const ColumnTransform> load(const table::ColumnMetadata& metadata,
                                                     std::unique_ptr<const ColumnTransform> inner,
                                                     const ColumnRecord& record);
  // What describes the numbers behind a column of this format.
  static table::ColumnMetadata numbers_of(const table::ColumnMetadata& metadata);

  const table::ColumnMetadata& metadata() const override { return metadata_; }
  void add_to(OutputLayout& layout) const override { inner_->add_to(layout); }
  std::vector<CategoryRows> category_rows() const override { return inner_->category_rows(); }
  std::optional<EncodedCategory> find(std::string_view text) const override { return inner_->find(text); }
  std::vector<EncodedColumn> encode(const table::Column& column, const FitPlace& place) const override;
  table::Column decode(std::span<const EncodedColumn> encoded, const SampledRows& rows) const override;
  ColumnRecord record() const override;

 private:
  // How many decimals the numbers show.
  struct Shown {
    std::vector<std::int64_t> decimals;  // ascending; empty: as the format says
    std::vector<std::int64_t> rows;      // one for each
    std::vector<double> exact;           // ascending; values that are never rounded
    double least = 0;
    double greatest = 0;
    bool all_exact = false;
  };
  PrintedNumberTransform(table::ColumnMetadata metadata, std::unique_ptr<const ColumnTransform> inner,
                         Shown shown);
  static Shown shown_in(const table::Column& column, const table::Column& numbers,
                        const table::NumberFormat& format, std::uint64_t least_rows);
  bool is_text() const { return metadata_.dtype == table::Dtype::text; }
  int rounded(double& value, double uniform) const;

  table::ColumnMetadata metadata_;
  table::NumberFormat format_;
  std::unique_ptr<const ColumnTransform> inner_;
  Shown shown_;
  std::vector<double> until_;  // the shares of shown_.decimals, added up
};

}  // namespace ctgan::synth::transforms
