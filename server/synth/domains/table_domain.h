// A table of declared columns: its rows as codes of attributes for a method that works on finite domains, and codes as
// rows. Attributes are the columns with more than one code, in the table's order.
#pragma once

#include <cstdint>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "common/threads/thread_pool.h"
#include "server/synth/codecs/codes.h"
#include "server/synth/codecs/column_codec.h"
#include "server/synth/domains/domain_column.h"

namespace ctgan::synth::domains {

struct EncodedRows {
  std::vector<codecs::Codes> attributes;
  std::uint64_t outside = 0;  // cells that no domain foresees. Confidential, as the codes are
};

// Immutable; safe to share between threads.
class TableDomain {
 public:
  // REQUIRES: as table::declared_metadata makes them.
  explicit TableDomain(table::Metadata metadata);

  const table::Metadata& metadata() const { return metadata_; }
  const std::vector<DomainColumn>& columns() const { return columns_; }
  // The column of each attribute, and how many codes it has.
  const std::vector<std::size_t>& attributes() const { return attributes_; }
  std::vector<std::uint32_t> sizes() const;

  // `texts`: the table with every cell as its text. Throws Error(bad_data) where its columns are others.
  EncodedRows encode(const table::Table& texts, threads::ThreadPool& pool) const;
  // `attributes`: codes of each attribute for rows.count rows.
  table::Table decode(const std::vector<codecs::Codes>& attributes, codecs::SampledRows rows) const;
  // Rows of which some were taken, with the identifiers of rows `first`, first + 1, ... of a sample.
  table::Table number_rows(const table::Table& rows, std::uint64_t first) const;

 private:
  table::Metadata metadata_;
  std::vector<DomainColumn> columns_;
  std::vector<std::size_t> attributes_;
};

}  // namespace ctgan::synth::domains
