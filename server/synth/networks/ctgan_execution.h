// The contract between CTGAN (ctgan/, which decides what is computed) and whoever does the arithmetic.
// Every random number comes in with the batch, so that two executions can be compared gradient by gradient.
//
// Implementations: native_execution/ (hand-written passes on the CPU) and torch_execution/ (libtorch and
// autograd, CPU and CUDA; opened by dlopen, see neural/torch_library.h).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/encoders/encoded_table.h"
#include "server/synth/networks/ctgan_shape.h"
#include "server/synth/networks/training_options.h"
#include "server/synth/networks/training_state.h"

namespace ctgan::synth::networks {

struct CtganTraining {
  OptimizerOptions generator;
  OptimizerOptions discriminator;
  double gradient_penalty = 10;
  double gumbel_temperature = 0.2;
  double leaky_slope = 0.2;
  Precision precision = Precision::float32;
};

// What the generator is given for one batch. Row r's condition is the single one at condition[r] of the
// conditional vector (empty when there are no discrete columns).
struct GeneratorInput {
  std::size_t rows = 0;
  std::vector<float> latent;             // rows x embedding_dim
  std::vector<std::uint32_t> condition;  // rows, or empty
};

// Inverted dropout factors (0 or 1 / (1 - rate)) of one discriminator pass: per layer, groups x width.
using DropoutMasks = std::vector<std::vector<float>>;

struct FakeRows {
  GeneratorInput input;
  std::vector<float> gumbel;  // layout.width x rows; read at the one-hot blocks
  DropoutMasks dropout;
};

// The batch's rows are a multiple of pac and at least two.
struct DiscriminatorBatch {
  FakeRows fake;
  std::vector<std::uint32_t> real_rows;       // row numbers of the encoded table, as many as fake rows
  std::vector<std::uint32_t> real_condition;  // the condition that each real row was drawn for
  std::vector<float> interpolation;  // one alpha in [0, 1) a group of pac rows: the share of the real row
  DropoutMasks real_dropout, interpolated_dropout;
};

struct GeneratorBatch {
  FakeRows fake;
};

// What a training has come to, between two steps.
struct CtganState {
  NetworkState generator, discriminator;
};

// One instance trains one model. Not safe to share between threads.
class CtganTrainingExecution {
 public:
  virtual ~CtganTrainingExecution() = default;

  // One Adam step of the discriminator on its loss plus the gradient penalty. Returns the loss without the
  // penalty, mean D(fake) - mean D(real), as it was before the step. Updates the generator's running
  // statistics.
  virtual double train_discriminator(const DiscriminatorBatch& batch) = 0;
  // One Adam step of the generator. Returns its loss before the step, -mean D(fake) + conditional
  // cross-entropy.
  virtual double train_generator(const GeneratorBatch& batch) = 0;
  // Another training of this shape that goes on from the state, by the same arithmetic(), takes the steps that this one
  // would take, to the last bit.
  virtual CtganState state() = 0;
  virtual void go_on_from(const CtganState& state) = 0;
  // All that the results depend on beside what comes in: "native avx512 float32".
  virtual std::string arithmetic() const = 0;
  // Ends the training: the arenas hold the current numbers, and nothing else may be called after it.
  virtual void finish() = 0;
};

// One instance samples one model. Not safe to share between threads.
class CtganSamplingExecution {
 public:
  virtual ~CtganSamplingExecution() = default;

  // The generator's raw outputs (before activation), rows x layout.width, batch norm on its running
  // statistics.
  virtual void generate(const GeneratorInput& input, std::span<float> logits) = 0;
};

// Everything pointed to outlives the execution, which alone touches the arenas while it lives and may give
// back their memory meanwhile. It works on
// the pool's threads, or on as many of its library's.
struct CtganTrainingContext {
  const CtganShape* shape = nullptr;
  const CtganTraining* training = nullptr;
  const encoders::EncodedTable* encoded = nullptr;
  ParameterArena* generator = nullptr;
  ParameterArena* discriminator = nullptr;
  std::string device = "auto";  // "cpu", "cuda", or "auto": a CUDA device when there is one
  threads::ThreadPool* pool = nullptr;
};

struct CtganSamplingContext {
  const CtganShape* shape = nullptr;
  const ParameterArena* generator = nullptr;
  threads::ThreadPool* pool = nullptr;
};

// A way to do the arithmetic. Throws Error(unavailable) when the device or the precision is not there.
class CtganExecution {
 public:
  virtual ~CtganExecution() = default;

  virtual std::unique_ptr<CtganTrainingExecution> open_training(
      const CtganTrainingContext& context) const = 0;
  virtual std::unique_ptr<CtganSamplingExecution> open_sampling(
      const CtganSamplingContext& context) const = 0;
  // Times the products of one step of both networks, `rows` rows a batch, in each precision that is there;
  // takes some milliseconds. Empty where there is one precision only.
  virtual std::vector<PrecisionTime> time_precisions(const CtganShape& /*shape*/,
                                                     std::size_t /*rows*/) const {
    return {};
  }
};

}  // namespace ctgan::synth::networks
