// A column that names its rows, or somebody. Nothing of it is learnt but how often a value comes again: each
// row of a sample gets an identifier of the same shape that no row of the original had (identifier_shape.h),
// and that no other row of the sample has, unless values came more than once. Then a row takes over the value
// of one of the thousand rows before it with such a probability that repeats are as frequent as they were, in
// samples of any length. Whole numbers that lie close together, such as a row index, go on behind the
// greatest instead.
#pragma once

#include "server/synth/codecs/column_codec.h"
#include "server/synth/codecs/identifier_shape.h"

namespace ctgan::synth::codecs {

class IdentifierCodec final : public ColumnCodec {
 public:
  static std::unique_ptr<const ColumnCodec> fit(const table::Column& column,
                                                const table::ColumnMetadata& metadata,
                                                const table::TableRules& rules, const FitPlace& place);
  static std::unique_ptr<const ColumnCodec> load(const table::ColumnMetadata& metadata,
                                                 const ColumnRecord& record);

  const table::ColumnMetadata& metadata() const override { return metadata_; }
  Domain domain() const override { return {}; }
  ColumnValues encode(const table::Column& /*column*/, const FitPlace& /*place*/) const override {
    return {};
  }
  // Throws Error(bad_data) when the shapes have no more identifiers.
  table::Column decode(const ColumnValues& values, const SampledRows& rows) const override;
  ColumnRecord record() const override;

 private:
  IdentifierCodec(table::ColumnMetadata metadata, std::vector<IdentifierShape> shapes,
                  std::optional<std::int64_t> next, std::optional<double> repeats);
  // The row whose own value this row has.
  std::uint64_t source_of(std::uint64_t row, const SampledRows& rows) const;
  std::string make(std::uint64_t row, std::uint64_t series) const;
  [[noreturn]] void refuse_more(std::uint64_t capacity) const;

  table::ColumnMetadata metadata_;
  std::vector<IdentifierShape> shapes_;
  std::optional<std::int64_t> next_;  // whole numbers that go on; then there are no shapes
  // Of the rows that take over another's value; none in the files of earlier versions, whose columns of one
  // shape all had one series.
  std::optional<double> repeats_;
  std::uint64_t shape_rows_ = 0;
  std::size_t roomiest_ = 0;  // of the shapes: takes the rows for which another has no room
};

}  // namespace ctgan::synth::codecs
