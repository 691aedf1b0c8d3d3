// What a TVAE archive holds, and back.
//
//   what model_archive.h says of every model
//   tensors   decoder.<parameter>       f32, the names of networks::decoder_parameters()
//             structural_zeros        structural_zeros.h
//
// Nothing of the encoder, and no training row.
#pragma once

#include "common/options/option_spec.h"
#include "server/synth/archive/archive.h"
#include "server/synth/models/structural_zeros.h"
#include "server/synth/networks/parameter_arena.h"
#include "server/synth/transforms/table_transform.h"

namespace ctgan::synth::models {

struct TvaeParts {
  options::Values options;
  transforms::TableTransform transform;
  networks::ParameterArena decoder;
  StructuralZeros zeros;
};

archive::Archive write_tvae(const options::Values& options, const transforms::TableTransform& transform,
                            const networks::ParameterArena& decoder, const StructuralZeros& zeros);

// Trusts nothing: every entry, type, shape and range is checked before memory is taken for it.
// Throws Error(bad_data) naming what is missing or wrong.
TvaeParts read_tvae(const archive::Archive& archive);

}  // namespace ctgan::synth::models
