// The one owner of a network's numbers: named float tensors in one aligned block. Executions view it (CPU)
// or copy it (GPU) and write it back; the archive saves it. Names are those of PyTorch's state_dict.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/synth/random/random.h"

namespace ctgan::synth::networks {

struct Parameter {
  std::string name;  // "block0.linear.weight"
  std::vector<std::size_t> shape;
  bool trained = true;  // false for batch norm's running statistics
  // Where training starts: uniform in start +- spread.
  double start = 0;
  double spread = 0;
  // Filled in by the arena.
  std::size_t offset = 0;  // in floats, 64-byte aligned
  std::size_t size = 0;
};

// Trained parameters stand first and side by side, so that an optimiser can walk them in one loop; the gaps
// between them are zero and stay zero.
class ParameterArena {
 public:
  static constexpr std::size_t k_alignment = 64;  // bytes

  // Zero-filled. REQUIRES: distinct names.
  explicit ParameterArena(std::vector<Parameter> layout);

  // In the order given.
  const std::vector<Parameter>& parameters() const { return parameters_; }
  const Parameter& find(std::string_view name) const;  // throws Error(internal) for an unknown name

  std::span<float> values(const Parameter& parameter);
  std::span<const float> values(const Parameter& parameter) const;
  std::span<float> values(std::string_view name) { return values(find(name)); }

  // The whole block, and its trained front part, gaps included.
  std::span<float> block() { return {block_.get(), size_}; }
  std::span<const float> block() const { return {block_.get(), size_}; }
  std::size_t trained_size() const { return trained_size_; }

  // Gives the block's memory back to the system, as far as whole pages go; the numbers are zero after it, and
  // the memory returns as they are written.
  void give_back();

  // Draws every parameter from its start and spread, in the order of parameters().
  void initialise(random::Stream& random);

 private:
  struct AlignedDelete {
    void operator()(float* block) const;
  };
  std::vector<Parameter> parameters_;
  std::size_t trained_size_ = 0;
  std::size_t size_ = 0;
  std::unique_ptr<float[], AlignedDelete> block_;
};

}  // namespace ctgan::synth::networks
