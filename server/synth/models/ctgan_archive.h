// What a CTGAN archive holds, and back.
//
//   what model_archive.h says of every model
//   tensors   generator.<parameter>     f32, the names of networks::generator_parameters()
//             structural_zeros        structural_zeros.h
//
// Nothing of the discriminator, and no training row.
#pragma once

#include "common/options/option_spec.h"
#include "server/synth/archive/archive.h"
#include "server/synth/models/structural_zeros.h"
#include "server/synth/networks/parameter_arena.h"
#include "server/synth/transforms/table_transform.h"

namespace ctgan::synth::models {

struct CtganParts {
  options::Values options;
  transforms::TableTransform transform;
  networks::ParameterArena generator;
  StructuralZeros zeros;
};

archive::Archive write_ctgan(const options::Values& options, const transforms::TableTransform& transform,
                             const networks::ParameterArena& generator, const StructuralZeros& zeros);

// Trusts nothing: every entry, type, shape and range is checked before memory is taken for it.
// Throws Error(bad_data) naming what is missing or wrong.
CtganParts read_ctgan(const archive::Archive& archive);

}  // namespace ctgan::synth::models
