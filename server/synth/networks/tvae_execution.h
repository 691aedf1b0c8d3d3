// The contract between TVAE (tvae/, which decides what is computed) and whoever does the arithmetic. Every
// random number comes in with the batch, so that two executions can be compared gradient by gradient.
//
// Implementations: native_execution/tvae_training.h (hand-written passes on the CPU) and
// torch_execution/torch_tvae.h (libtorch and autograd, CPU and CUDA).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/encoders/encoded_table.h"
#include "server/synth/networks/training_options.h"
#include "server/synth/networks/training_state.h"
#include "server/synth/networks/tvae_shape.h"

namespace ctgan::synth::networks {

struct TvaeTraining {
  OptimizerOptions optimizer = {.learning_rate = 1e-3, .weight_decay = 1e-5, .beta1 = 0.9, .beta2 = 0.999};
  double loss_factor = 2;  // of the reconstruction
  // After each step the deviations are put back between these.
  double least_deviation = 0.01;
  double greatest_deviation = 1;
};

struct TvaeBatch {
  std::vector<std::uint32_t> rows;  // at least one row number of the encoded table
  std::vector<float> noise;         // rows x embedding_dim, standard normal
};

// Both for a mean row of the batch, in nats.
struct TvaeLoss {
  double reconstruction = 0;  // times its factor
  double divergence = 0;      // Kullback-Leibler, of the latent numbers from standard normal ones
};

// One instance trains one model. Not safe to share between threads.
class TvaeTrainingExecution {
 public:
  virtual ~TvaeTrainingExecution() = default;

  // One Adam step of both networks on the sum of the losses, which are returned as they were before it.
  virtual TvaeLoss train(const TvaeBatch& batch) = 0;
  // Another training of this shape that goes on from the state, by the same arithmetic(), takes the steps that this one
  // would take, to the last bit.
  virtual NetworkState state() = 0;
  virtual void go_on_from(const NetworkState& state) = 0;
  // All that the results depend on beside what comes in: "native avx512".
  virtual std::string arithmetic() const = 0;
  // Ends the training: the arena holds the current numbers, and nothing else may be called after it.
  virtual void finish() = 0;
};

// Everything pointed to outlives the execution, which alone touches the arena while it lives and may give
// back its memory meanwhile. It works on the pool's threads, or on as many of its library's.
struct TvaeTrainingContext {
  const TvaeShape* shape = nullptr;
  const TvaeTraining* training = nullptr;
  const encoders::EncodedTable* encoded = nullptr;
  ParameterArena* parameters = nullptr;  // tvae_parameters()
  std::string device = "auto";           // "cpu", "cuda", or "auto": a CUDA device when there is one
  threads::ThreadPool* pool = nullptr;
};

// A way to do the arithmetic. Throws Error(unavailable) when the device is not there.
class TvaeExecution {
 public:
  virtual ~TvaeExecution() = default;

  virtual std::unique_ptr<TvaeTrainingExecution> open_training(const TvaeTrainingContext& context) const = 0;
};

}  // namespace ctgan::synth::networks
