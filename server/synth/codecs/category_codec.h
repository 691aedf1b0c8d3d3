// A column of categories, spelling kept, as one part; none where there is a single category. The rarest categories of a column with too many share one code, which is drawn back by their
// frequency; protected ones (TableRules::min_category_count) are not kept at all, and what falls on them is
// drawn from the others.
#pragma once

#include "server/synth/codecs/category_codes.h"
#include "server/synth/codecs/column_codec.h"

namespace ctgan::synth::codecs {

class CategoryCodec final : public ColumnCodec {
 public:
  // Categories are protected that have fewer rows than the rules ask for, those of `set_aside` (null: none)
  // counted; never texts that stand for missing values, the one value of a constant, or a boolean's where all
  // were. Throws Error(bad_data) when no category is left.
  static std::unique_ptr<const ColumnCodec> fit(const table::Column& column,
                                                const table::ColumnMetadata& metadata,
                                                const table::TableRules& rules,
                                                const table::Column* set_aside);
  static std::unique_ptr<const ColumnCodec> load(const table::ColumnMetadata& metadata,
                                                 const ColumnRecord& record);

  const table::ColumnMetadata& metadata() const override { return metadata_; }
  Domain domain() const override;
  CategoryCounts categories() const override;
  std::optional<PartCode> find(std::string_view text) const override;
  ColumnValues encode(const table::Column& column, const FitPlace& place) const override;
  table::Column decode(const ColumnValues& values, const SampledRows& rows) const override;
  ColumnRecord record() const override;

  const CategoryCounts& kept() const { return kept_; }
  const CategoryCounts& rare() const { return rare_; }

 private:
  // `grouped`: training rows that share the last code.
  CategoryCodec(table::ColumnMetadata metadata, CategoryCounts kept, CategoryCounts rare,
                std::uint64_t grouped);
  std::size_t codes() const { return kept_.categories.size() + (grouped_ > 0 ? 1 : 0); }

  table::ColumnMetadata metadata_;
  CategoryCounts kept_;
  CategoryCounts rare_;  // behind the last code; empty if all of them are protected
  std::uint64_t grouped_ = 0;
  std::vector<std::uint64_t> cumulative_;  // counts of what the last code stands for
};

}  // namespace ctgan::synth::codecs
