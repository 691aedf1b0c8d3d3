#include "server/synth/paid_domains/unit_rows.h"

#include <algorithm>
#include <utility>

#include "server/synth/privacy/exact_noise.h"

namespace ctgan::synth::paid_domains {
namespace {

// Those of the texts, and one more for each row that names nobody.
std::vector<std::uint32_t> numbers_of(const table::ColumnMetadata& column, const table::Categories& cells) {
  const std::vector<std::string>& missing = column.domain->missing;
  std::vector<bool> is_nobody;
  for (const std::string& text : cells.dictionary)
    is_nobody.push_back(text.empty() || std::find(missing.begin(), missing.end(), text) != missing.end());
  auto next = static_cast<std::uint32_t>(cells.dictionary.size());
  std::vector<std::uint32_t> units;
  for (const std::uint32_t code : cells.codes) units.push_back(is_nobody[code] ? next++ : code);
  return units;
}

// Vitter's reservoir for each unit ("Random sampling with a reservoir", 1985): row n of a unit takes the place of one
// that was kept with probability most / n.
std::vector<std::uint32_t> kept_rows(const std::vector<std::uint32_t>& units, std::uint64_t most,
                                     privacy::NoiseBits& bits) {
  const std::uint32_t highest = units.empty() ? 0 : *std::max_element(units.begin(), units.end());
  std::vector<std::uint64_t> seen(std::size_t{highest} + 1);
  std::vector<std::vector<std::uint32_t>> kept(std::size_t{highest} + 1);
  for (std::uint32_t row = 0; row < units.size(); ++row) {
    std::vector<std::uint32_t>& rows = kept[units[row]];
    const std::uint64_t number = ++seen[units[row]];
    if (rows.size() < most) {
      rows.push_back(row);
    } else if (const auto place = static_cast<std::uint64_t>(privacy::uniform_below(bits, number));
               place < most) {
      rows[place] = row;
    }
  }
  std::vector<std::uint32_t> all;
  for (const std::vector<std::uint32_t>& rows : kept) all.insert(all.end(), rows.begin(), rows.end());
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

std::vector<std::uint32_t> units_of(const table::Table& texts, const table::Metadata& metadata) {
  const std::string& unit = metadata.rules.privacy_unit;
  if (unit.empty()) return {};
  const auto column = std::find_if(metadata.columns.begin(), metadata.columns.end(),
                                   [&](const table::ColumnMetadata& one) { return one.name == unit; });
  return numbers_of(*column, texts.find(unit)->categories());
}

UnitRows bounded_rows(table::Table texts, const table::Metadata& metadata, privacy::NoiseBits& bits) {
  const std::vector<std::uint32_t> units = units_of(texts, metadata);
  if (metadata.rules.privacy_unit.empty()) return {.texts = std::move(texts)};
  const std::uint64_t most = metadata.rules.rows_per_unit;
  const std::vector<std::uint32_t> rows = kept_rows(units, most, bits);
  UnitRows bounded{.texts = texts.rows_at(rows), .rows_per_unit = most};
  for (const std::uint32_t row : rows) bounded.units.push_back(units[row]);
  return bounded;
}

}  // namespace ctgan::synth::paid_domains
