#include "server/synth/marginal_methods/known_codes.h"

#include <algorithm>
#include <string>

namespace ctgan::synth::marginal_methods {
namespace {

const domains::DomainColumn& column_of(const PrivateParts& parts, std::size_t attribute) {
  return parts.domain.columns()[parts.domain.attributes()[attribute]];
}

// Where a gap is to be filled and a merged code stands for missing cells as well, the first code that does not.
codecs::Codes filled(const domains::DomainColumn& column, const MergedCodes& merged, codecs::Codes codes) {
  for (std::size_t row = 0; row < codes.rows(); ++row) {
    const std::uint32_t code = codes.code(row);
    if (code >= column.present_codes()) codes.set(row, merged.codes_of(merged.merged()[code]).front());
  }
  return codes;
}

}  // namespace

KnownCodes known_codes(const PrivateParts& parts, const model::KnownRows& rows) {
  KnownCodes found;
  for (std::size_t a = 0; a < parts.merged.size(); ++a) {
    const model::KnownRows::Column& cells = rows.columns[parts.domain.attributes()[a]];
    std::vector<std::uint32_t> code_of;
    for (const std::string& text : cells.texts)
      code_of.push_back(parts.merged[a].merged()[column_of(parts, a).code_of(text).code]);
    codecs::Codes& codes = found.codes.emplace_back(codecs::Codes::sized(parts.merged[a].size(), rows.rows));
    std::vector<std::uint8_t>& known = found.known.emplace_back(rows.rows);
    for (std::size_t row = 0; row < rows.rows; ++row) {
      if (!cells.is_known(row)) continue;
      known[row] = 1;
      codes.set(row, code_of[cells.text_of[row]]);
    }
  }
  return found;
}

bool is_missing(const PrivateParts& parts, std::size_t attribute, std::uint32_t merged) {
  // Ascending: the first is a value where any is.
  return parts.merged[attribute].codes_of(merged).front() >= column_of(parts, attribute).present_codes();
}

table::Table cells_of(const PrivateParts& parts, std::vector<codecs::Codes> merged,
                      const std::function<random::Stream(std::size_t attribute)>& streams,
                      const codecs::SampledRows& rows, bool fill) {
  for (std::size_t a = 0; a < merged.size(); ++a) {
    merged[a] = parts.merged[a].split(merged[a], streams(a));
    if (fill) merged[a] = filled(column_of(parts, a), parts.merged[a], std::move(merged[a]));
  }
  return parts.domain.decode(merged, rows);
}

}  // namespace ctgan::synth::marginal_methods
