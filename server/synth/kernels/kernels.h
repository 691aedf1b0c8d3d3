// The loops that a training step consists of, over panels (panels.h), compiled once for every set of vector
// instructions. A tile is the rows of one panel: 32 numbers a row, side by side.
//
//     const Kernels<float>& k = kernels<float>(chosen_instructions());
//     k.multiply({.data = rows.panel(0), .row_stride = 32, ...}, m, depth, right, out, false);
//
// Every kernel works on one thread and gives the same bits however its caller cuts the work: each number of a
// product is one chain of sums over the depth, in order. Pointers are aligned to a cache line unless said
// otherwise and do not overlap. The float kernels are what a job runs; the double ones exist so that tests
// can compare gradients beyond the rounding of floats.
#pragma once

#include <cstddef>
#include <cstdint>

#include "server/synth/kernels/instructions.h"

namespace ctgan::synth::kernels {

// The left factor of a product, m x depth: element (i, k) stands at
//     data[i * row_stride + (k / segment) * segment_stride + (k % segment) * depth_stride].
// A matrix in panels is read as it is with strides (32, 1), segments of 32 and its panel stride; the
// transpose of one of its panels with strides (1, 32) and a single segment. There are no other forms.
template <typename T>
struct LeftFactor {
  const T* data = nullptr;
  std::size_t row_stride = 0;
  std::size_t depth_stride = 0;
  std::size_t segment = 0;
  std::size_t segment_stride = 0;
};

// Batch norm of one tile in training (Ioffe and Szegedy 2015): the statistics are the batch's own.
template <typename T>
struct NormTile {
  const T* weight = nullptr;  // 32 each
  const T* bias = nullptr;
  T* running_mean = nullptr;
  T* running_variance = nullptr;
  T* inverse_deviation = nullptr;
  T momentum = 0;
  T epsilon = 0;
};

template <typename T>
struct NormGradient {
  T* weight = nullptr;  // 32 each, overwritten
  T* bias = nullptr;
};

// What Adam needs of a step: values -= rate * mean' / (sqrt(square') * root_scale + epsilon), where the bias
// corrections are folded into rate and root_scale (Kingma and Ba 2015, end of section 2).
template <typename T>
struct AdamStep {
  T rate = 0;
  T root_scale = 0;
  T beta1 = 0;
  T beta2 = 0;
  T epsilon = 0;
  T weight_decay = 0;
};

// One block of the generator's output, see encoders::Block.
struct OutputBlock {
  enum class Kind : std::uint8_t { scalar, modes, categories };
  Kind kind = Kind::scalar;
  std::size_t offset = 0;
  std::size_t width = 1;
  std::size_t condition_offset = 0;
};

struct OutputBlocks {
  const OutputBlock* data = nullptr;
  std::size_t size = 0;
  std::size_t width = 0;  // of all of them
};

// Up to 32 neighbouring rows of the generator's output. `gumbel` is width x gumbel_stride: the noise of
// feature f for the strip's first row stands at f * gumbel_stride; any alignment.
template <typename T>
struct OutputStrip {
  std::size_t rows = 0;
  std::size_t panel_stride = 0;   // of logits and output
  const T* logits = nullptr;      // at the strip's first row
  const float* gumbel = nullptr;  // read by activate() only
  std::size_t gumbel_stride = 0;
  const std::uint32_t* condition = nullptr;  // one a row, or null without discrete columns
  T temperature = 1;
};

// Where the gradient by the activated output stands: that of feature f and row r at
// data[row_offset[r] + 32 * f].
template <typename T>
struct StripGradient {
  const T* data = nullptr;
  const std::size_t* row_offset = nullptr;
};

// Sparse rows, `entries` non-zero numbers each: row r holds value[i] at column index[i] for i from r *
// entries on.
template <typename T>
struct SparseRows {
  const std::uint32_t* index = nullptr;
  const T* value = nullptr;
  std::size_t entries = 0;
};

// The latent numbers of one tile. `deviation` holds the logarithms of their variances until draw_latent()
// turns them into standard deviations (the columns beyond the last, which nothing multiplies, into ones).
// `noise` is row-major with `noise_stride` floats a row, of which `columns` (at most 32) count; any
// alignment.
template <typename T>
struct LatentTile {
  const T* mean = nullptr;
  T* deviation = nullptr;
  const float* noise = nullptr;
  std::size_t noise_stride = 0;
  std::size_t columns = 0;
};

// What the decoder's output is held against: entry b of each row of `target` is the scalar or the one of
// block b. `deviation` has a number a column of the row, of which those at scalars are read.
template <typename T>
struct Likelihood {
  SparseRows<T> target;  // from the strip's first row on
  const T* deviation = nullptr;
  T scale = 1;                      // of the gradients
  T* deviation_gradient = nullptr;  // the strip's, written at scalars; any alignment
};

template <typename T>
struct Kernels {
  // out (m x 32) = left (m x depth) * right (depth x 32), added to what `out` holds when `add`.
  void (*multiply)(const LeftFactor<T>& left, std::size_t m, std::size_t depth, const T* right, T* out,
                   bool add);
  // The same, but the sums of every row start with the numbers of `row` (32). REQUIRES: depth > 0.
  void (*multiply_from)(const LeftFactor<T>& left, std::size_t m, std::size_t depth, const T* right,
                        const T* row, T* out);
  // Up to 32 rows of a matrix in panels, turned into one panel: out(c, r) = from(r, c).
  void (*transpose)(const T* from, std::size_t panel_stride, std::size_t rows, std::size_t columns, T* out);

  void (*fill_rows)(T* tile, std::size_t rows, const T* row);
  // tile(r, :) += table(which[r], :); both are tiles.
  void (*add_rows)(T* tile, std::size_t rows, const T* table, const std::uint32_t* which);
  // table(which[r], :) += tile(r, :), in the order of r.
  void (*scatter_rows)(T* table, std::size_t rows, const T* tile, const std::uint32_t* which);
  // tile(r, :) += sum of value * table(index, :) over the entries of `group` neighbouring sparse rows.
  void (*add_sparse)(T* tile, std::size_t rows, std::size_t group, const SparseRows<T>& sparse,
                     const T* table);
  // table(index - first, :) += value * tile(r, :) for the sparse row r * group + member of each r.
  void (*scatter_sparse)(T* table, std::size_t rows, std::size_t group, std::size_t member,
                         const SparseRows<T>& sparse, std::uint32_t first, const T* tile);
  // out(r, :) = share[r] * a(r, :) + (1 - share[r]) * b(r, :).
  void (*mix_rows)(T* out, std::size_t rows, const float* share, const T* a, const T* b);
  // tile(r, :) *= factor[r].
  void (*scale_rows)(T* tile, std::size_t rows, const T* factor);
  void (*multiply_elements)(T* tile, std::size_t rows, const T* other);
  // out (32) = the sum of the tile's rows, in order.
  void (*sum_rows)(const T* tile, std::size_t rows, T* out);
  // sums (32) += squares of the tile's rows.
  void (*sum_squares)(const T* tile, std::size_t rows, T* sums);

  // Turns sums into normalised numbers, in place, and writes relu(weight * normalised + bias).
  void (*normalise)(T* tile, std::size_t rows, const NormTile<T>& norm, T* activated);
  // From the gradient by `activated` to the gradient by the sums, in place.
  void (*normalise_backward)(T* tile, std::size_t rows, const NormTile<T>& norm, const T* normalised,
                             const T* activated, const NormGradient<T>& gradient);

  // sums become activations, slope their derivative: leaky ReLU times the dropout factor. `dropout` is
  // row-major with `stride` floats a row, of which `columns` (at most 32) count; any alignment.
  void (*leaky_dropout)(T* sums, T* slope, std::size_t rows, T leak, const float* dropout, std::size_t stride,
                        std::size_t columns);

  // Gumbel softmax of the one-hot blocks and tanh of the scalars (Jang et al. 2017, equation 2), written to
  // `output` (as far as the strip's logits). `scratch` holds width x 32.
  void (*activate)(const OutputBlocks& blocks, const OutputStrip<T>& strip, T* scratch, T* output);
  // logits_gradient (laid out as the logits) = the gradient through activate(), plus that of the conditional
  // cross-entropy times `cross_entropy_scale`. Returns the strip's summed cross-entropy. `scratch` holds
  // 2 x width x 32.
  T(*activate_backward)
  (const OutputBlocks& blocks, const OutputStrip<T>& strip, const T* output, const StripGradient<T>& gradient,
   T cross_entropy_scale, T* scratch, T* logits_gradient);

  // tile(r, :) = max(tile(r, :), 0).
  void (*rectify)(T* tile, std::size_t rows);
  // One draw of every block for each row: the tanh of a scalar, the number of a mode or a category with its
  // probability by the softmax of the logits (without temperature), for which `uniform` has a number in [0,
  // 1) each. `uniform` and `drawn` are blocks x 32. `scratch` holds width x 32.
  void (*draw)(const OutputBlocks& blocks, const OutputStrip<T>& strip, const float* uniform, T* scratch,
               T* drawn);

  // As draw(), but every mode and category is the likeliest one.
  void (*choose)(const OutputBlocks& blocks, const OutputStrip<T>& strip, T* scratch, T* drawn);

  // gradient(r, c) = 0 where activated(r, c) is not above 0.
  void (*rectify_backward)(T* gradient, std::size_t rows, const T* activated);
  // latent = mean + deviation * noise (Kingma and Welling 2014, section 2.4). Returns the tile's summed
  // Kullback-Leibler divergence from standard normal numbers (appendix B there).
  T (*draw_latent)(const LatentTile<T>& tile, std::size_t rows, T* latent);
  // From the gradient by `latent` to the gradient by the means, in place, and that by the logarithms of the
  // variances; both with the divergence's, times `scale`.
  void (*latent_backward)(const LatentTile<T>& tile, std::size_t rows, T scale, T* gradient,
                          T* by_log_variance);
  // Minus the logarithm of the target's likelihood, summed over the strip (Xu et al. 2019, section 4.5): a
  // scalar is normal around the tanh of its output, without the density's constant; modes and categories come
  // by the softmax of theirs. logits_gradient (laid out as the logits) = the gradient of that, times
  // `to.scale`. `scratch` holds width x 32.
  T(*reconstruct)
  (const OutputBlocks& blocks, const OutputStrip<T>& strip, const Likelihood<T>& to, T* scratch,
   T* logits_gradient);

  void (*adam)(const AdamStep<T>& step, std::size_t count, const T* gradient, T* values, T* mean, T* square);
};

// REQUIRES: `instructions` is available. Defined for float and double.
template <typename T>
const Kernels<T>& kernels(Instructions instructions);
template <>
const Kernels<float>& kernels<float>(Instructions instructions);
template <>
const Kernels<double>& kernels<double>(Instructions instructions);

// The AVX-512 kernels, but every product rounds its factors to bf16 (8 bits of precision; sums and results
// stay float) and takes half the time. A left factor must be one of the two forms named above. REQUIRES:
// bf16_available().
const Kernels<float>& bf16_kernels();

}  // namespace ctgan::synth::kernels
