// Numbers that have a way of being written (common/table/number_format.h): texts that stand for numbers become
// numbers and are written again; numbers in a table get as many decimals as the column's have, in their
// proportion, and lose what their format does not show. Values that many rows have, atoms and those of a list
// are left as they are.
#pragma once

#include "common/table/number_format.h"
#include "server/synth/codecs/respelling.h"

namespace ctgan::synth::codecs {

class PrintedNumbers final : public Respelling {
 public:
  // No value that fewer than `least_rows` rows have is kept (atoms.h). Throws Error(bad_data) for a cell that
  // the column's format does not read. REQUIRES: metadata.number_format; the column has no missing cells.
  static std::unique_ptr<const Respelling> fit(const table::Column& column,
                                               const table::ColumnMetadata& metadata,
                                               std::uint64_t least_rows);
  // Throws Error(bad_data) for what add_to() does not write.
  static std::unique_ptr<const Respelling> load(const table::ColumnMetadata& metadata,
                                                const ColumnRecord& record);

  const table::ColumnMetadata& plain_metadata() const override { return plain_metadata_; }
  table::Column plain(const table::Column& column) const override;
  table::Column respelt(table::Column plain, const SampledRows& rows) const override;
  void add_to(ColumnRecord& record) const override;

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
  PrintedNumbers(const table::ColumnMetadata& metadata, Shown shown);
  static Shown shown_in(const table::Column& column, const table::Column& numbers,
                        const table::NumberFormat& format, std::uint64_t least_rows);
  bool is_text() const { return metadata_.dtype == table::Dtype::text; }
  int rounded(double& value, double uniform) const;

  table::ColumnMetadata metadata_;
  table::ColumnMetadata plain_metadata_;
  table::NumberFormat format_;
  Shown shown_;
  std::vector<double> until_;  // the shares of shown_.decimals, added up
};

}  // namespace ctgan::synth::codecs
