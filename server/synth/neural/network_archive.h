// What the archive of a model holds that is a network, and back.
//
//   what model_archive.h says of every model
//   tensors   PREFIX<parameter>         f32, the network's parameters by their names
//             structural_zeros          structural_zeros.h
//
// Of the network that makes rows, not of those that only trained it; and no training row.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/options/methods.h"
#include "server/synth/archive/archive.h"
#include "server/synth/encoders/table_encoder.h"
#include "server/synth/networks/parameter_arena.h"
#include "server/synth/neural/structural_zeros.h"

namespace ctgan::synth::neural {

struct NetworkParts {
  options::Values options;
  encoders::TableEncoder encoder;
  networks::ParameterArena parameters;
  StructuralZeros zeros = {};
};

// What an archive is held against when it is read.
struct NetworkFormat {
  const options::Method& method;
  std::string prefix;  // of the parameters' names
  // What holds where an archive of earlier times names no value, other than today's defaults.
  nlohmann::json unsaid = nlohmann::json::object();
  std::function<std::vector<networks::Parameter>(const options::Values&, const encoders::OutputLayout&)>
      parameters;
  // Throws Error(bad_data) for numbers that no training ends with. Null: any finite ones do.
  void (*check)(const networks::ParameterArena& parameters) = nullptr;
};

archive::Archive write_network(const NetworkFormat& format, const NetworkParts& parts);

// Trusts nothing: every entry, type, shape and range is checked before memory is taken for it; shapes before
// the arena is made, so that options that promise huge networks cost nothing. Throws Error(bad_data) naming
// what is missing or wrong.
NetworkParts read_network(const NetworkFormat& format, const archive::Archive& archive);

}  // namespace ctgan::synth::neural
