// Cells that are other cells in disguise: texts that print numbers, numbers that write dates, dates written in
// several ways. A respelling turns them into the plain cells that a codec learns, and plain cells back.
// Immutable once made; safe to share between threads.
#pragma once

#include <memory>

#include "server/synth/codecs/column_codec.h"

namespace ctgan::synth::codecs {

class Respelling {
 public:
  virtual ~Respelling() = default;

  // What describes the plain cells.
  virtual const table::ColumnMetadata& plain_metadata() const = 0;
  // Throws Error(bad_data) for a cell that the column's format does not read. REQUIRES: no cell is missing.
  virtual table::Column plain(const table::Column& column) const = 0;
  // The inverse.
  virtual table::Column respelt(table::Column plain, const SampledRows& rows) const = 0;
  virtual void add_to(ColumnRecord& record) const = 0;
};

// A codec of plain cells behind a respelling.
class RespellingCodec final : public ColumnCodec {
 public:
  // `metadata` describes the cells. REQUIRES: neither is null.
  RespellingCodec(table::ColumnMetadata metadata, std::unique_ptr<const Respelling> respelling,
                  std::unique_ptr<const ColumnCodec> plain);

  const table::ColumnMetadata& metadata() const override { return metadata_; }
  Domain domain() const override { return plain_->domain(); }
  std::optional<PartCode> find(std::string_view text) const override { return plain_->find(text); }
  ColumnValues encode(const table::Column& column, const FitPlace& place) const override;
  table::Column decode(const ColumnValues& values, const SampledRows& rows) const override;
  ColumnRecord record() const override;

 private:
  table::ColumnMetadata metadata_;
  std::unique_ptr<const Respelling> respelling_;
  std::unique_ptr<const ColumnCodec> plain_;
};

}  // namespace ctgan::synth::codecs
