// A column's cells as codes of what it was declared to hold, and codes as cells. Every text has a code: what a domain
// does not foresee counts as the nearest that it does, so that no cell of a confidential table makes a fit fail.
//
//   codes         bins or categories, behind them one for all others where the domain names a text for these, behind
//                 them one for each text that stands for a missing value
//   constant      one code
//   id            one code: nothing is learnt
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "server/synth/codecs/codes.h"
#include "server/synth/codecs/column_codec.h"
#include "server/synth/domains/value_grid.h"

namespace ctgan::synth::domains {

struct CodedCell {
  std::uint32_t code = 0;
  bool outside = false;  // the domain does not foresee it
};

// Immutable; safe to share between threads.
class DomainColumn {
 public:
  // REQUIRES: as table::declared_metadata makes it.
  explicit DomainColumn(table::ColumnMetadata metadata);

  const table::ColumnMetadata& metadata() const { return metadata_; }
  std::size_t codes() const { return values() + missing().size(); }
  // Codes of cells that hold a value: those below.
  std::size_t present_codes() const { return values(); }
  // Null for categories and identifiers.
  const ValueGrid* grid() const { return grid_ ? &*grid_ : nullptr; }
  // Of a column of categories, missing texts among them, in the order of their codes.
  std::vector<std::string> texts() const;

  CodedCell code_of(std::string_view text) const;
  // A cell's text with this code. REQUIRES: no identifier.
  std::string text_of(std::uint32_t code) const;
  // Cells with these codes; where in its bin a number or a date is, is drawn evenly, by seed and row. `codes` is empty
  // where there is one code only.
  table::Column decode(const codecs::Codes& codes, const codecs::SampledRows& rows) const;
  // The identifiers of rows first, first + 1, ... of a sample.
  table::Column identifiers(std::uint64_t first, std::size_t count) const;

 private:
  std::size_t values() const;
  const std::vector<std::string>& missing() const { return metadata_.domain->missing; }
  table::Column empty_column() const;
  table::Column numbers(const codecs::Codes& codes, const codecs::SampledRows& rows) const;
  table::Column dates(const codecs::Codes& codes, const codecs::SampledRows& rows) const;

  table::ColumnMetadata metadata_;
  std::optional<ValueGrid> grid_;
  std::unordered_map<std::string, std::uint32_t> codes_of_texts_;
};

}  // namespace ctgan::synth::domains
