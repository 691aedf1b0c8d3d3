#include "server/synth/neural/row_network.h"

namespace ctgan::synth::neural {

using native_execution::RowGenerator;

RowNetwork row_network(networks::ParameterArena& generator, const networks::CtganShape& shape,
                       const ConditionSampler& conditions) {
  return {.parameters = generator,
          .layout = shape.layout,
          .output = "output",
          .generator = [&shape, &generator] { return RowGenerator(shape, generator); },
          .conditions = &conditions,
          .scalars_are_fitted = false};
}

RowNetwork row_network(networks::ParameterArena& decoder, const networks::TvaeShape& shape) {
  return {.parameters = decoder,
          .layout = shape.layout,
          .output = networks::tvae_layer_name("decoder", shape.decompress_dims.size()),
          .generator = [&shape, &decoder] { return RowGenerator(shape, decoder); },
          .conditions = nullptr,
          .scalars_are_fitted = true};
}

}  // namespace ctgan::synth::neural
