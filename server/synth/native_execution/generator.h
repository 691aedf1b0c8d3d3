// CTGAN's generator in training, by hand-written passes. The batch's rows stand in panels; a task computes
// one panel of a layer from end to end, so that batch norm sees whole columns and needs no join of its own.
#pragma once

#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/kernels/kernels.h"
#include "server/synth/native_execution/optimizer.h"
#include "server/synth/native_execution/weights.h"
#include "server/synth/networks/ctgan_execution.h"

namespace ctgan::synth::native_execution {

template <typename T>
class Generator {
 public:
  // `kernels` and `pool` outlive it.
  Generator(const networks::CtganShape& shape, const networks::ParameterArena& arena,
            const kernels::Kernels<T>& kernels, threads::ThreadPool& pool);

  // The logits, rows x layout.width; valid until the next call. Updates the running statistics.
  const kernels::Panels<T>& forward(const networks::GeneratorInput& input);
  // Hands the gradient of every parameter to `optimizer`, from that of the logits of the last forward(input).
  void backward(const networks::GeneratorInput& input, const kernels::Panels<T>& logits_gradient,
                const Optimizer<T>& optimizer);
  // All that training changes, by the arena's names.
  TrainedTensors<T> tensors();

 private:
  struct Block {
    Block(const networks::ParameterArena& arena, const std::string& name);

    Linear<T> linear;
    Weights<T> norm_weight, norm_bias;  // 1 x outputs, as the next line
    kernels::Panels<T> running_mean, running_variance, inverse_deviation;
    kernels::Panels<T> normalised, activated, gradient;  // rows x outputs
  };

  // The weights of one panel of a layer that read one part of its inputs; behind the parts, those of the condition
  // and the bias.
  struct Update {
    std::size_t layer, panel, part;
  };

  // Layer `layer` (the output is the last) reads the activations of the blocks before it, the nearest first,
  // then the latent numbers, then the condition.
  const Linear<T>& linear(std::size_t layer) const;
  Linear<T>& linear(std::size_t layer);
  std::size_t parts(std::size_t layer) const { return layer + 1; }
  const kernels::Panels<T>& part(std::size_t layer, std::size_t index) const;
  std::size_t part_row(std::size_t layer, std::size_t index) const;

  void plan_updates();
  kernels::NormTile<T> norm_tile(Block& block, std::size_t panel) const;
  void load(const networks::GeneratorInput& input);
  void sum_inputs(std::size_t layer, std::size_t panel, std::size_t row, std::size_t rows,
                  const networks::GeneratorInput& input, T* tile) const;
  void forward_block(Block& block, std::size_t layer, const networks::GeneratorInput& input);
  void forward_output(const networks::GeneratorInput& input);
  void backward_block(std::size_t index, const kernels::Panels<T>& logits_gradient,
                      const Optimizer<T>& optimizer);
  void update_part(std::size_t layer, std::size_t panel, std::size_t index,
                   const kernels::Panels<T>& gradient, const Optimizer<T>& optimizer);
  void update_condition(std::size_t layer, std::size_t panel, const networks::GeneratorInput& input,
                        const kernels::Panels<T>& gradient, const Optimizer<T>& optimizer);

  const kernels::Kernels<T>& kernels_;
  threads::ThreadPool& pool_;
  std::size_t condition_width_;
  std::vector<Block> blocks_;
  Linear<T> output_;
  std::vector<Update> updates_;
  kernels::Panels<T> latent_, logits_;
};

}  // namespace ctgan::synth::native_execution
