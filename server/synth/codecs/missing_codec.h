// Around a column's codec where cells may be missing: one more part says whether the value is there, or which
// of the column's texts stands instead. So the rate, and what it goes with in other columns, is learnt. The
// inner codec is fitted to the present cells; while it encodes, missing cells hold values of other rows.
#pragma once

#include <functional>

#include "server/synth/codecs/column_codec.h"

namespace ctgan::synth::codecs {

class MissingCodec final : public ColumnCodec {
 public:
  // Makes the codec of the present cells.
  using FitInner = std::function<std::unique_ptr<const ColumnCodec>(const table::Column& present)>;

  // `fit_inner` is not called when no cell is present. REQUIRES: metadata.has_missing().
  static std::unique_ptr<const ColumnCodec> fit(const table::Column& column,
                                                const table::ColumnMetadata& metadata,
                                                const FitInner& fit_inner);
  // `inner` is null when no cell was present.
  static std::unique_ptr<const ColumnCodec> load(const table::ColumnMetadata& metadata,
                                                 std::unique_ptr<const ColumnCodec> inner,
                                                 const ColumnRecord& record);

  const table::ColumnMetadata& metadata() const override { return metadata_; }
  Domain domain() const override;
  std::optional<PartCode> find(std::string_view text) const override;
  ColumnValues encode(const table::Column& column, const FitPlace& place) const override;
  table::Column decode(const ColumnValues& values, const SampledRows& rows) const override;
  ColumnRecord record() const override;

 private:
  // `counts`: rows with a value, then rows with each of the missing texts.
  MissingCodec(table::ColumnMetadata metadata, std::unique_ptr<const ColumnCodec> inner,
               std::vector<std::int64_t> counts);
  // Marks: 0 for a value, k for the k-th missing text. Codes leave out the value where there is none.
  std::uint32_t first_mark() const { return inner_ ? 0 : 1; }
  std::size_t codes() const { return metadata_.missing_texts.size() + 1 - first_mark(); }

  table::ColumnMetadata metadata_;
  std::unique_ptr<const ColumnCodec> inner_;
  std::vector<std::int64_t> counts_;
};

}  // namespace ctgan::synth::codecs
