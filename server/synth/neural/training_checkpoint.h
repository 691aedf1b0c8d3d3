// What the checkpoints of a network's training hold.
//
//   entries   method, options (JSON): whose training it is
//             arithmetic: what its numbers depend on beside that (networks/ctgan_execution.h)
//   tensors   position            i64, epoch and step that come next
//             pass                i64, batches that were drawn: their random numbers come from streams by this number
//             NETWORK.values.*, NETWORK.mean.*, NETWORK.square.*    f32, the network's numbers and Adam's moments
//             NETWORK.steps       i64, that Adam has taken
//
// and what a method adds. Readers throw Error(bad_data) for what is missing or does not fit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/options/option_spec.h"
#include "server/synth/archive/archive.h"
#include "server/synth/networks/training_state.h"

namespace ctgan::synth::neural {

// What comes next in a training. After the last step: the epoch behind the last.
struct TrainingPosition {
  int epoch = 1;
  std::size_t step = 0;
};

archive::Archive start_checkpoint(std::string_view method, const options::Values& options,
                                  TrainingPosition next);
bool is_checkpoint_of(const archive::Archive& checkpoint, std::string_view method,
                      const options::Values& options);
TrainingPosition read_position(const archive::Archive& checkpoint, int epochs, std::size_t steps_an_epoch);

void add_pass(archive::Archive& checkpoint, std::uint64_t pass);
std::uint64_t read_pass(const archive::Archive& checkpoint);

// The state is given back piece by piece as it is added.
void add_state(archive::Archive& checkpoint, const std::string& network, networks::NetworkState state);
networks::NetworkState read_state(const archive::Archive& checkpoint, const std::string& network,
                                  const std::vector<networks::Parameter>& layout);

void add_arithmetic(archive::Archive& checkpoint, const std::string& arithmetic);
// Throws Error(bad_data) naming both unless it is the same.
void require_arithmetic(const archive::Archive& checkpoint, const std::string& arithmetic);

}  // namespace ctgan::synth::neural
