// The network that makes a trained model's rows (CTGAN's generator, TVAE's decoder), as they are drawn from
// it: forward passes over stretches of up to k_rows rows, each on the thread that calls, batch norm on its
// running statistics. What a row gets does not depend on the rows beside it.
//
//     RowGenerator generator(shape, arena);
//     RowGenerator::Workspace work = generator.workspace();   // one a thread
//     generator.draw(rows, uniform, work, drawn);
//
// Immutable, safe to share between threads; a workspace is not.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "server/synth/kernels/kernels.h"
#include "server/synth/kernels/panels.h"
#include "server/synth/networks/ctgan_shape.h"
#include "server/synth/networks/parameter_arena.h"
#include "server/synth/networks/tvae_shape.h"

namespace ctgan::synth::native_execution {

class RowGenerator {
 public:
  static constexpr std::size_t k_rows = 128;  // in a stretch, at most
  static constexpr std::size_t k_strip = 32;  // of them stand side by side in what is drawn

  struct Rows {
    std::size_t count = 0;
    std::span<const float> latent;             // count x embedding_dim
    std::span<const std::uint32_t> condition;  // count, or empty; as in networks::GeneratorInput
  };
  struct Workspace {
    kernels::Panels<float> latent, logits;
    std::vector<kernels::Panels<float>> activated;  // a block each
    kernels::AlignedBuffer<float> scratch;
  };

  // Copies the arena's numbers. Throws as kernels::chosen_instructions.
  RowGenerator(const networks::CtganShape& shape, const networks::ParameterArena& arena);
  RowGenerator(const networks::TvaeShape& shape, const networks::ParameterArena& arena);

  std::size_t embedding_dim() const { return embedding_dim_; }
  Workspace workspace() const;
  // The raw outputs, rows x layout.width: the workspace's, valid until it is used again.
  const kernels::Panels<float>& forward(const Rows& rows, Workspace& work) const;

  // What the output layer reads of a row, its condition apart, in the order of its weights.
  std::size_t output_inputs() const { return layers_.back().weight.rows() - condition_width_; }
  // Writes it to rows [first, first + rows.count) of `inputs`, which has output_inputs() columns.
  void output_inputs(const Rows& rows, Workspace& work, kernels::Panels<float>& inputs,
                     std::size_t first) const;

  // Numbers that draw() takes and gives for so many rows: for each strip of 32 rows and each block of the
  // layout one a row, whole strips always.
  std::size_t draws(std::size_t rows) const;
  // Draws every block of every row; see kernels::Kernels::draw. `uniform` holds numbers in [0, 1).
  void draw(const Rows& rows, std::span<const float> uniform, Workspace& work, std::span<float> drawn) const;
  // As draw(), but takes the likeliest of every block; see kernels::Kernels::choose.
  void choose(const Rows& rows, Workspace& work, std::span<float> drawn) const;

 private:
  struct Layer {
    kernels::Panels<float> weight;  // inputs x outputs; in the blocks batch norm's factors are in it
    kernels::Panels<float> bias;    // 1 x outputs
  };

  // What a layer reads: the activations of the layer before it, or of all before it, the nearest first, then
  // the latent numbers, then the condition.
  enum class Reads { nearest, all };

  void add_linear(const networks::ParameterArena& arena, const std::string& name);
  Layer load_layer(const networks::ParameterArena& arena, const std::string& name) const;
  void load_latent(const Rows& rows, kernels::Panels<float>& latent) const;
  void forward_hidden(const Rows& rows, Workspace& work) const;
  void forward_layer(std::size_t index, const Rows& rows, Workspace& work, kernels::Panels<float>& out) const;

  std::size_t parts(std::size_t layer) const { return reads_ == Reads::all ? layer + 1 : 1; }
  const kernels::Panels<float>& part(std::size_t layer, std::size_t index, const Workspace& work) const {
    return index < layer ? work.activated[layer - 1 - index] : work.latent;
  }
  kernels::OutputStrip<float> strip(const Rows& rows, const kernels::Panels<float>& logits,
                                    std::size_t row) const;

  const kernels::Kernels<float>& kernels_;
  Reads reads_;
  std::size_t embedding_dim_;
  std::size_t condition_width_;
  std::size_t width_;
  std::vector<kernels::OutputBlock> blocks_;
  std::vector<Layer> layers_;  // the output is the last
};

}  // namespace ctgan::synth::native_execution
