// One training step of TVAE's two networks (Xu et al. 2019, section 4.5), from a batch of row numbers and
// noise to the gradients of every parameter. What becomes of the gradients is the optimizer's affair.
//
// What is not computed: real rows are sparse, so that the encoder's first layer is a sum of weight rows, its
// gradient a scatter of rows, and the likelihood looks at one number of every block.
#pragma once

#include <string>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/kernels/kernels.h"
#include "server/synth/native_execution/optimizer.h"
#include "server/synth/native_execution/sparse_batch.h"
#include "server/synth/native_execution/weights.h"
#include "server/synth/networks/tvae_execution.h"

namespace ctgan::synth::native_execution {

template <typename T>
class TvaeStep {
 public:
  // Everything outlives it but the arena, whose numbers are copied. REQUIRES: each network has a hidden
  // layer.
  TvaeStep(const networks::TvaeShape& shape, const networks::TvaeTraining& training,
           const encoders::EncodedTable& encoded, const networks::ParameterArena& arena,
           const kernels::Kernels<T>& kernels, threads::ThreadPool& pool);

  // Makes room for the optimizer's moments. Call it before the first step, when the arena has been cleared.
  void start();
  // Batches may differ in size.
  networks::TvaeLoss train(const networks::TvaeBatch& batch, const Optimizer<T>& optimizer);
  // Puts the deviations back between their bounds, as after every step.
  void bound_deviations();
  // All that training changes, by the arena's names.
  TrainedTensors<T> tensors();
  // Ends the training: the arena gets the numbers, and nothing else may be called after it.
  void finish(networks::ParameterArena& arena);

 private:
  // A layer's sums, or its activations where a ReLU follows it, and the gradient by the sums.
  struct Layer {
    Layer(const networks::ParameterArena& arena, const std::string& layer_name)
        : name(layer_name), linear(arena, layer_name) {}

    std::string name;
    Linear<T> linear;
    kernels::Panels<T> values, gradient;  // rows x outputs
  };
  // Where a layer's input comes from: the batch's rows when `from` is null.
  struct Link {
    const kernels::Panels<T>* from;
    Layer* to;
  };

  void make_room(std::size_t rows);
  std::vector<Link> links();
  kernels::SparseRows<T> sparse_from(std::size_t row) const;
  kernels::LatentTile<T> latent_tile(const networks::TvaeBatch& batch, std::size_t panel, std::size_t row);
  template <typename Work>
  void for_each_stretch(std::size_t panels, const Work& work);

  void sum_inputs(const Link& link, std::size_t panel, std::size_t row, std::size_t rows) const;
  void forward_hidden(const kernels::Panels<T>* from, Layer& to);
  double forward_latent(const networks::TvaeBatch& batch);
  double forward(const networks::TvaeBatch& batch);
  double compare();
  void backward_through(const Layer& above, kernels::Panels<T>& gradient, std::size_t panel, bool add) const;
  void backward_hidden(const std::vector<const Layer*>& above, Layer& below);
  void backward_latent(const networks::TvaeBatch& batch);
  void backward(const networks::TvaeBatch& batch);
  void update(const Link& link, std::size_t panel, const Optimizer<T>& optimizer) const;
  void update_all(const Optimizer<T>& optimizer);
  void update_deviations(const Optimizer<T>& optimizer);

  const networks::TvaeShape& shape_;
  const networks::TvaeTraining& training_;
  const kernels::Kernels<T>& kernels_;
  threads::ThreadPool& pool_;
  std::vector<kernels::OutputBlock> blocks_;
  SparseBatch<T> batch_rows_;
  std::vector<Layer> compress_;
  Layer mean_, log_variance_;  // the latter's values become the standard deviations
  kernels::Panels<T> latent_;
  std::vector<Layer> decompress_;  // the last is the output, without a ReLU
  Weights<T> deviations_;          // of the scalars, 1 x layout.width
  kernels::SparseRows<T> sparse_;
  std::size_t rows_ = 0, room_ = 0;                // of this batch; of the largest so far
  kernels::AlignedBuffer<T> deviations_gradient_;  // a strip of rows each
};

}  // namespace ctgan::synth::native_execution
