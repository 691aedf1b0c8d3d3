// The one owner of a network's numbers: named float tensors in one aligned block. Executions view it (CPU)
// or copy it (GPU) and write it back; the archive saves it. Names are those of PyTorch's state_dict.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ctgan::synth::networks {

struct Parameter {
  std::string name;  // "generator.block0.linear.weight"
  std::vector<std::size_t> shape;
  std::size_t offset = 0;  // in floats, 64-byte aligned
  std::size_t size = 0;
  bool trained = true;     // false for batch norm's running statistics
};

class ParameterArena {
 public:
  // Zero-filled. Names distinct.
  explicit ParameterArena(std::vector<Parameter> layout);

  const std::vector<Parameter>& parameters() const { return parameters_; }
  const Parameter& find(std::string_view name) const;  // throws Error(internal) for an unknown name
  std::span<float> values(const Parameter& parameter);
  std::span<const float> values(const Parameter& parameter) const;
  std::span<float> values(std::string_view name);

 private:
  struct AlignedDelete {
    void operator()(float* block) const;
  };
  std::vector<Parameter> parameters_;
  std::unique_ptr<float[], AlignedDelete> block_;
};

}  // namespace ctgan::synth::networks
