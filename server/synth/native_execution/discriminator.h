// CTGAN's packed discriminator by hand-written passes (Lin et al. 2018, "PacGAN"; Gulrajani et al. 2017 for
// the gradient penalty).
//
// What is not computed: real rows are sparse and conditions one-hot, so that their part of the first layer is
// a sum of weight rows; the interpolated groups' first sums are the mixture of the real and the fake ones.
//
// The penalty. For fixed activations' slopes the score is linear in the input, with gradient g. The gradient
// by the weights of sum((|g| - 1)^2) is that of the score's derivative in the direction d = c g, c = 2 (1 - 1
// / |g|): one more forward pass of d through the linear parts (the tangent), whose activations stand where
// those of the interpolated groups stood. All three kinds of groups then share one backward pass and one
// product a layer.
#pragma once

#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/kernels/kernels.h"
#include "server/synth/native_execution/optimizer.h"
#include "server/synth/native_execution/weights.h"
#include "server/synth/networks/ctgan_execution.h"

namespace ctgan::synth::native_execution {

struct DiscriminatorScores {
  double score = 0;    // mean D(fake) - mean D(real)
  double penalty = 0;  // times its weight
};

template <typename T>
class Discriminator {
 public:
  // `kernels` and `pool` outlive it.
  Discriminator(const networks::CtganShape& shape, const networks::CtganTraining& training,
                const networks::ParameterArena& arena, const kernels::Kernels<T>& kernels,
                threads::ThreadPool& pool);

  // Hands the gradient of the whole loss by every parameter to `optimizer`. `fake` holds the activated rows;
  // `real` their real counterparts, conditions included, as columns of a packed group.
  DiscriminatorScores train(const kernels::Panels<T>& fake, const kernels::SparseRows<T>& real,
                            const networks::DiscriminatorBatch& batch, const Optimizer<T>& optimizer);
  // mean D(fake); input_gradient() is then that of its negative by the fake rows.
  double judge(const kernels::Panels<T>& fake, const networks::FakeRows& rows);
  // (pac x layout.width) x groups: that of feature f of row r in a group's member m at (m * width + f,
  // group).
  const kernels::Panels<T>& input_gradient() const { return input_gradient_; }
  // All that training changes, by the arena's names.
  TrainedTensors<T> tensors();

 private:
  // The groups of a pass stand below each other: fake, then (in training) real, then interpolated ones.
  enum Passes : std::size_t { fake_only = 1, fake_and_real = 2, all = 3 };
  struct Activations {
    kernels::Panels<T> values, slope, gradient;
  };
  // A tile of the weights, the first layer's by member.
  struct Update {
    std::size_t layer, panel, member;
  };

  void resize(std::size_t rows);
  void load_condition(std::span<const std::uint32_t> condition);
  const std::uint32_t* member_condition(std::size_t member) const {
    return condition_.data() + member * groups_;
  }
  void sum_fake(const kernels::Panels<T>& fake, std::size_t panel, T* tile) const;
  void activate(std::size_t layer, std::size_t panel, std::span<const networks::DropoutMasks* const> dropout);
  void sum_inputs(std::size_t layer, std::size_t panel, std::size_t row, std::size_t rows);
  void forward_hidden(std::span<const networks::DropoutMasks* const> dropout);
  void backward_panel(std::size_t layer, std::size_t panel, std::size_t passes);
  void turn_last(std::size_t panel, const T* gradient);
  void finish_passes(std::size_t passes, std::size_t scored);
  double mean_score(std::size_t first) const;

  double penalise(double weight_of_group);
  void make_slopes_of_input();
  void forward_tangent();
  void update_first(const kernels::Panels<T>& fake, const kernels::SparseRows<T>& real, std::size_t panel,
                    std::size_t member, const Optimizer<T>& optimizer);
  void update_later(std::size_t layer, std::size_t panel, const Optimizer<T>& optimizer);
  void update_bias(std::size_t layer, std::size_t panel, const Optimizer<T>& optimizer);

  const kernels::Kernels<T>& kernels_;
  threads::ThreadPool& pool_;
  networks::CtganTraining training_;
  std::size_t pac_, width_, condition_width_, row_inputs_;
  std::vector<Linear<T>> layers_;  // the last gives the score
  std::vector<Update> updates_;
  std::size_t groups_ = 0;
  std::vector<Activations> activations_;
  std::vector<std::uint32_t> condition_;           // of the fake rows, by member, then group
  std::vector<kernels::AlignedBuffer<T>> turned_;  // first layer's gradients: a panel of groups each
  kernels::Panels<T> slopes_;                      // (pac x row_inputs) x groups: g
  kernels::AlignedBuffer<T> squares_;              // a stretch of inputs each: the groups' partial sums
  std::vector<T> direction_scale_;                 // c, one a group
  kernels::Panels<T> input_gradient_;
};

}  // namespace ctgan::synth::native_execution
