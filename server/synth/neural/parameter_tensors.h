// A network's parameters as tensors of an archive, and back.
#pragma once

#include <string>
#include <vector>

#include "server/synth/archive/archive.h"
#include "server/synth/networks/parameter_arena.h"

namespace ctgan::synth::neural {

// f32 tensors, each named PREFIX<parameter>.
void add_parameters(archive::Archive& out, const std::string& prefix, const networks::ParameterArena& arena);

// Shapes are checked before the arena is made, so that options that promise huge networks cost nothing. Throws
// Error(bad_data) naming what is missing or has another shape.
networks::ParameterArena read_parameters(const archive::Archive& in, const std::string& prefix,
                                         std::vector<networks::Parameter> parameters);

}  // namespace ctgan::synth::neural
