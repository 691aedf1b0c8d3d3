// A network that makes rows, as what follows its training sees it: pair_fitting.h and calibration.h work on the
// output layer of any network.
#pragma once

#include <functional>
#include <string>

#include "server/synth/encoders/output_layout.h"
#include "server/synth/native_execution/row_generator.h"
#include "server/synth/networks/ctgan_shape.h"
#include "server/synth/networks/parameter_arena.h"
#include "server/synth/networks/tvae_shape.h"
#include "server/synth/neural/conditional_sampler.h"

namespace ctgan::synth::neural {

struct RowNetwork {
  networks::ParameterArena& parameters;
  const encoders::OutputLayout& layout;
  // The layer whose outputs are the layout's logits: parameters OUTPUT.weight and OUTPUT.bias.
  std::string output;
  // Of what its parameters are when it is called.
  std::function<native_execution::RowGenerator()> generator;
  // What rows are given, as sampling draws it: the last inputs of the output layer. Null: nothing.
  const ConditionSampler* conditions = nullptr;
  // Its losses are of each row's own numbers, so that scalars spread as the table's do.
  bool scalars_are_fitted = false;

  std::string weight() const { return output + ".weight"; }
  std::string bias() const { return output + ".bias"; }
  // Whether rows are given anything: a table may have nothing to give.
  bool takes_conditions() const { return conditions != nullptr && !conditions->empty(); }
};

// All that is given outlives what is returned.
RowNetwork row_network(networks::ParameterArena& generator, const networks::CtganShape& shape,
                       const ConditionSampler& conditions);
RowNetwork row_network(networks::ParameterArena& decoder, const networks::TvaeShape& shape);

}  // namespace ctgan::synth::neural
