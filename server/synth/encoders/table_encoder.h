// Table -> EncodedTable -> Table: what the networks see of a table. A column's codec (codecs/) turns cells into
// values; numbers become modes and scalars (mode_normalizer.h), codes the categories of a discrete column.
//
//     TableEncoder encoder = TableEncoder::fit(table, metadata, seed, pool);
//     EncodedTable encoded = encoder.encode(table, seed, pool);
//     Table block = encoder.decode(encoded_block, seed, first_row);   // names, dtypes, spelling restored
//
// Immutable once fitted; safe to share between threads. Copies share the columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "server/synth/codecs/table_codec.h"
#include "server/synth/encoders/encoded_table.h"
#include "server/synth/encoders/mode_normalizer.h"

namespace ctgan::synth::encoders {

// A position in the conditional vector, and the training rows found under it.
struct Condition {
  std::uint32_t position = 0;
  std::uint64_t rows = 0;
};

class TableEncoder {
 public:
  // As TableCodec::fit, and the modes of its numbers are found. Throws Error(bad_data) when no column has
  // anything to learn.
  static TableEncoder fit(const table::Table& table, const table::Metadata& metadata, std::uint64_t seed,
                          threads::ThreadPool& pool, const table::Table* set_aside = nullptr);
  // For loading: records in the order of the columns. Throws Error(bad_data) as load_codec and take_modes.
  static TableEncoder load(const table::Metadata& metadata, const std::vector<codecs::ColumnRecord>& records);

  const codecs::TableCodec& codec() const { return codec_; }
  const table::Metadata& metadata() const { return codec_.metadata(); }
  const OutputLayout& layout() const { return layout_; }
  // The modes of a column's numbers; null where it has none.
  const ModeNormalizer* modes(std::size_t column) const;
  // What an archive keeps of each column.
  std::vector<codecs::ColumnRecord> records() const;
  // For each discrete encoded column, in the order of the conditional vector.
  std::vector<codecs::CategoryRows> category_rows() const;
  // The positions in the conditional vector under which rows with this cell text are found: one, or one for
  // each combination with it; empty where there is none.
  std::vector<Condition> find_conditions(std::size_t column, std::string_view text) const;

  // Modes are drawn from the posterior (section 4.2 of the paper) with `seed`; one stream a column. Columns
  // in parallel; the result does not depend on the number of threads. Throws Error(bad_data) when the table's
  // columns are not those that it was fitted on, or a cell holds an unknown category.
  EncodedTable encode(const table::Table& table, std::uint64_t seed, threads::ThreadPool& pool) const;
  // `block`: rows from row `first` of the sample with this seed on; its layout must equal layout().
  // `numbered` as in TableCodec::decode.
  table::Table decode(const EncodedTable& block, std::uint64_t seed, std::uint64_t first,
                      bool numbered = true) const;

 private:
  TableEncoder(codecs::TableCodec codec, std::vector<std::optional<ModeNormalizer>> modes);
  std::vector<EncodedColumn> encode_values(std::size_t column, codecs::ColumnValues values,
                                           std::uint64_t seed) const;
  codecs::ColumnValues decode_values(std::size_t column, const EncodedTable& block) const;

  codecs::TableCodec codec_;
  std::vector<std::optional<ModeNormalizer>> modes_;  // of each column
  std::vector<std::size_t> first_encoded_;            // of each column, and one more
  OutputLayout layout_;
};

}  // namespace ctgan::synth::encoders
