// Networks that were never trained, and a table for them: what is put right after a training is put right
// here from nothing.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "server/synth/networks/parameter_arena.h"
#include "server/synth/networks/tvae_shape.h"
#include "server/synth/transforms/table_transform.h"
#include "tests/server/synth/models/trainer_suite.h"

namespace ctgan::tests {

struct Encoded {
  explicit Encoded(const std::string& csv, int threads = 2)
      : pool(threads),
        rows(table_from(csv)),
        transform(synth::transforms::TableTransform::fit(rows, table::infer_metadata(rows, {}), 1, pool)),
        table(transform.encode(rows, 1, pool)) {}

  threads::ThreadPool pool;
  table::Table rows;
  synth::transforms::TableTransform transform;
  synth::transforms::EncodedTable table;
};

inline synth::networks::ParameterArena untrained(std::vector<synth::networks::Parameter> parameters) {
  synth::networks::ParameterArena arena(std::move(parameters));
  synth::random::Stream random(11, synth::random::StreamId::weights);
  arena.initialise(random);
  for (const synth::networks::Parameter& parameter : arena.parameters())
    if (parameter.name.ends_with("running_var") || parameter.name == synth::networks::k_tvae_deviations)
      for (float& value : arena.values(parameter)) value = 0.25F;
  return arena;
}

}  // namespace ctgan::tests
