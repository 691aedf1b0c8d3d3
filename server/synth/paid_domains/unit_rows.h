// The rows of a table that a private fit uses where its unit of privacy is a person with several rows: no more than so
// many of each.
#pragma once

#include <cstdint>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "server/synth/privacy/noise_bits.h"

namespace ctgan::synth::paid_domains {

struct UnitRows {
  table::Table texts;
  // The unit of each row, as some number; empty where each row is one.
  std::vector<std::uint32_t> units = {};
  std::uint64_t rows_per_unit = 1;
};

// The unit of each row, as UnitRows has it: a row whose cell names nobody (empty, or one of the column's missing texts) is
// a unit by itself. REQUIRES: as bounded_rows.
std::vector<std::uint32_t> units_of(const table::Table& texts, const table::Metadata& metadata);

// A unit with more than rules.rows_per_unit rows keeps as many of them, drawn evenly, whatever others have. The order stays.
// REQUIRES: as table::declared_metadata makes the metadata, and every cell as its text.
UnitRows bounded_rows(table::Table texts, const table::Metadata& metadata, privacy::NoiseBits& bits);

}  // namespace ctgan::synth::paid_domains
