// Rows of a caller, of which some cells are known, as codes of a private model; and such rows as cells again.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "server/synth/codecs/codes.h"
#include "server/synth/marginal_methods/private_archive.h"
#include "server/synth/model/given_cells.h"

namespace ctgan::synth::marginal_methods {

struct KnownCodes {
  // Of all rows, merged, an attribute each; what stands where nothing is known says nothing.
  std::vector<codecs::Codes> codes;
  // Of each attribute, whether a row's code is known (1) or not (0).
  std::vector<std::vector<std::uint8_t>> known;
};
KnownCodes known_codes(const PrivateParts& parts, const model::KnownRows& rows);

// Whether a merged code stands for missing cells alone.
bool is_missing(const PrivateParts& parts, std::size_t attribute, std::uint32_t merged);

// Merged codes as cells; which of several codes a merged one was is drawn evenly, by a stream for each attribute. With
// `fill` no cell is missing whose merged code stands for a value as well.
table::Table cells_of(const PrivateParts& parts, std::vector<codecs::Codes> merged,
                      const std::function<random::Stream(std::size_t attribute)>& streams,
                      const codecs::SampledRows& rows, bool fill);

}  // namespace ctgan::synth::marginal_methods
