// A multilayer perceptron that says of rows whether they are real: the discriminator of a private GAN, one of its teachers,
// or their student. Leaky ReLU between its layers, one score a row; the loss is the logistic one.
//
// Gradients of single rows are never made. Layer l of row i has the gradient b_i a_i^T, of its inputs a_i and the gradient
// b_i by its sums: |b_i|^2 (|a_i|^2 + 1), summed over the layers, is the squared length of the row's gradient, with its
// biases (Goodfellow, "Efficient per-example gradient computations", 2015). The rows' b_i are scaled so that no gradient is
// longer than a bound, and one product a layer sums them (Li et al., "Large language models can be strong differentially
// private learners", ICLR 2022, section 4).
//
// All in double precision: what is summed over rows of neighbouring tables differs by a clipped gradient and by less than a
// millionth of its bound beside it, as PaidTraining requires of fewer than 10^5 rows.
#pragma once

#include <span>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/kernels/kernels.h"
#include "server/synth/kernels/panels.h"
#include "server/synth/native_execution/optimizer.h"
#include "server/synth/native_execution/weights.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::private_gan {

// Rows as a network takes them: whole ones, or the non-zero numbers of each.
struct ClassifiedRows {
  std::size_t count = 0;
  const kernels::Panels<double>* whole = nullptr;
  kernels::SparseRows<double> sparse = {};
};

// Not safe to share between threads.
class RowClassifier {
 public:
  // `hidden`: the widths of its layers. Starts as PyTorch's Linear does, by `start`. The pool outlives it.
  RowClassifier(std::size_t inputs, const std::vector<std::size_t>& hidden, random::Stream& start,
                const networks::OptimizerOptions& optimizer, threads::ThreadPool& pool);

  // Numbers of a gradient: every weight and bias.
  std::size_t parameters() const { return parameters_; }

  // Adds the gradient of the rows' losses to `sum`: how unlikely it finds it that they are real, or with `are_real` false
  // that they are not; each times `weight`.
  void add_gradient(const ClassifiedRows& rows, bool are_real, double weight, std::span<double> sum);
  // The same of real rows, with each row's gradient made no longer than `bound`.
  void add_clipped_gradient(const ClassifiedRows& rows, double bound, std::span<double> sum);
  // The same of rows with a probability each that they are real.
  void add_gradient_of(const ClassifiedRows& rows, std::span<const double> targets, double weight,
                       std::span<double> sum);
  // One step of Adam.
  void step(std::span<const double> gradient);

  // A score each, above 0 for rows that it finds real; valid until the next call.
  std::span<const double> scores(const ClassifiedRows& rows);
  // The mean loss of a generator that wants these rows to be found real; input_gradient() is then its gradient by them.
  double judge(const kernels::Panels<double>& rows);
  // inputs x rows.
  const kernels::Panels<double>& input_gradient() const { return input_gradient_; }

 private:
  struct Activations {
    kernels::Panels<double> values, slope, gradient;  // rows x outputs
  };
  // A panel of a layer's weights, and where its numbers stand in a gradient.
  struct Tile {
    std::size_t layer, panel, offset;
  };

  void forward(const ClassifiedRows& rows);
  // Forward, and back to the gradients of each row's loss by the layers' sums.
  void differentiate(const ClassifiedRows& rows, std::span<const double> targets, double weight);
  void sum_first(const ClassifiedRows& rows, std::size_t panel);
  // From the gradient by the scores.
  void backward();
  void scale_to(double bound, const ClassifiedRows& rows);
  void add_tiles(const ClassifiedRows& rows, std::span<double> sum);
  void add_tile(const ClassifiedRows& rows, const Tile& tile, std::span<double> sum);
  double square_of_inputs(std::size_t layer, const ClassifiedRows& rows, std::size_t row) const;

  const kernels::Kernels<double>& kernels_;
  threads::ThreadPool& pool_;
  std::vector<native_execution::Linear<double>> layers_;  // the last gives the score
  native_execution::Adam<double> adam_;
  std::vector<Tile> tiles_;
  std::size_t parameters_ = 0;
  std::size_t rows_ = 0;
  std::vector<Activations> activations_;
  std::vector<double> scores_;
  kernels::Panels<double> input_gradient_;
};

}  // namespace ctgan::synth::private_gan
