#include "server/synth/native_execution/row_generator.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "server/synth/native_execution/factors.h"
#include "server/synth/native_execution/output_blocks.h"
#include "server/synth/native_execution/weights.h"

namespace ctgan::synth::native_execution {
namespace {

using kernels::Panels;

constexpr float k_norm_epsilon = 1e-5F;  // PyTorch's default for BatchNorm1d

std::string block_name(std::size_t index) {
  return "block" + std::to_string(index);
}

}  // namespace

RowGenerator::RowGenerator(const networks::CtganShape& shape, const networks::ParameterArena& arena)
    : kernels_(kernels::kernels<float>(kernels::chosen_instructions())),
      reads_(Reads::all),
      embedding_dim_(shape.embedding_dim),
      condition_width_(shape.layout.condition_width),
      width_(shape.layout.width),
      blocks_(output_blocks(shape.layout)) {
  for (std::size_t i = 0; i < shape.generator_dim.size(); ++i)
    layers_.push_back(load_layer(arena, block_name(i)));
  add_linear(arena, "output");
}

RowGenerator::RowGenerator(const networks::TvaeShape& shape, const networks::ParameterArena& arena)
    : kernels_(kernels::kernels<float>(kernels::chosen_instructions())),
      reads_(Reads::nearest),
      embedding_dim_(shape.embedding_dim),
      condition_width_(0),
      width_(shape.layout.width),
      blocks_(output_blocks(shape.layout)) {
  for (std::size_t i = 0; i <= shape.decompress_dims.size(); ++i)
    add_linear(arena, networks::tvae_layer_name("decoder", i));
}

void RowGenerator::add_linear(const networks::ParameterArena& arena, const std::string& name) {
  Linear<float> linear(arena, name);
  layers_.push_back({std::move(linear.weight.values), std::move(linear.bias.values)});
}

// norm(x) = (x - mean) * factor + shift is linear, as the layer before it is.
RowGenerator::Layer RowGenerator::load_layer(const networks::ParameterArena& arena,
                                             const std::string& name) const {
  Linear<float> linear(arena, name + ".linear");
  Layer layer{std::move(linear.weight.values), std::move(linear.bias.values)};
  const auto factor = arena.values(arena.find(name + ".norm.weight"));
  const auto shift = arena.values(arena.find(name + ".norm.bias"));
  const auto mean = arena.values(arena.find(name + ".norm.running_mean"));
  const auto variance = arena.values(arena.find(name + ".norm.running_var"));
  for (std::size_t c = 0; c < layer.weight.columns(); ++c) {
    const float scale = factor[c] / std::sqrt(variance[c] + k_norm_epsilon);
    for (std::size_t row = 0; row < layer.weight.rows(); ++row) layer.weight.at(row, c) *= scale;
    layer.bias.at(0, c) = (layer.bias.at(0, c) - mean[c]) * scale + shift[c];
  }
  return layer;
}

RowGenerator::Workspace RowGenerator::workspace() const {
  Workspace work;
  work.latent = Panels<float>(k_rows, embedding_dim_);
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i)
    work.activated.emplace_back(k_rows, layers_[i].weight.columns());
  work.logits = Panels<float>(k_rows, width_);
  work.scratch = kernels::AlignedBuffer<float>(width_ * k_strip);
  return work;
}

void RowGenerator::load_latent(const Rows& rows, Panels<float>& latent) const {
  for (std::size_t row = 0; row < rows.count; ++row)
    for (std::size_t panel = 0; panel < latent.panels(); ++panel)
      std::copy_n(rows.latent.data() + row * embedding_dim_ + panel * k_panel_columns,
                  columns_in(embedding_dim_, panel), latent.panel(panel, row));
}

void RowGenerator::forward_layer(std::size_t index, const Rows& rows, Workspace& work,
                                 Panels<float>& out) const {
  const Layer& layer = layers_[index];
  for (std::size_t panel = 0; panel < out.panels(); ++panel) {
    float* const tile = out.panel(panel);
    std::size_t weight_row = 0;
    for (std::size_t i = 0; i < parts(index); ++i) {
      const Panels<float>& from = part(index, i, work);
      const float* const right = layer.weight.panel(panel, weight_row);
      if (i == 0)
        kernels_.multiply_from(rows_of(from, 0), rows.count, from.columns(), right, layer.bias.panel(panel),
                               tile);
      else
        kernels_.multiply(rows_of(from, 0), rows.count, from.columns(), right, tile, true);
      weight_row += from.columns();
    }
    if (condition_width_ > 0)
      kernels_.add_rows(tile, rows.count, layer.weight.panel(panel, weight_row), rows.condition.data());
    if (index + 1 < layers_.size()) kernels_.rectify(tile, rows.count);
  }
}

void RowGenerator::forward_hidden(const Rows& rows, Workspace& work) const {
  load_latent(rows, work.latent);
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i) forward_layer(i, rows, work, work.activated[i]);
}

void RowGenerator::output_inputs(const Rows& rows, Workspace& work, Panels<float>& inputs,
                                 std::size_t first) const {
  forward_hidden(rows, work);
  const std::size_t output = layers_.size() - 1;
  std::size_t column = 0;
  for (std::size_t i = 0; i < parts(output); ++i) {
    const Panels<float>& from = part(output, i, work);
    if (column % k_panel_columns == 0) {
      for (std::size_t panel = 0; panel < from.panels(); ++panel)
        std::copy_n(from.panel(panel), rows.count * k_panel_columns,
                    inputs.panel(column / k_panel_columns + panel, first));
    } else {
      for (std::size_t row = 0; row < rows.count; ++row)
        for (std::size_t c = 0; c < from.columns(); ++c) inputs.at(first + row, column + c) = from.at(row, c);
    }
    column += from.columns();
  }
}

const Panels<float>& RowGenerator::forward(const Rows& rows, Workspace& work) const {
  forward_hidden(rows, work);
  forward_layer(layers_.size() - 1, rows, work, work.logits);
  return work.logits;
}

std::size_t RowGenerator::draws(std::size_t rows) const {
  return (rows + k_strip - 1) / k_strip * blocks_.size() * k_strip;
}

kernels::OutputStrip<float> RowGenerator::strip(const Rows& rows, const Panels<float>& logits,
                                                std::size_t row) const {
  return {.rows = std::min(k_strip, rows.count - row),
          .panel_stride = logits.panel_stride(),
          .logits = logits.panel(0, row)};
}

void RowGenerator::draw(const Rows& rows, std::span<const float> uniform, Workspace& work,
                        std::span<float> drawn) const {
  const Panels<float>& logits = forward(rows, work);
  const std::size_t strip_draws = blocks_.size() * k_strip;
  for (std::size_t row = 0, first = 0; row < rows.count; row += k_strip, first += strip_draws)
    kernels_.draw({blocks_.data(), blocks_.size(), width_}, strip(rows, logits, row), uniform.data() + first,
                  work.scratch.data(), drawn.data() + first);
}

void RowGenerator::choose(const Rows& rows, Workspace& work, std::span<float> drawn) const {
  const Panels<float>& logits = forward(rows, work);
  const std::size_t strip_draws = blocks_.size() * k_strip;
  for (std::size_t row = 0, first = 0; row < rows.count; row += k_strip, first += strip_draws)
    kernels_.choose({blocks_.data(), blocks_.size(), width_}, strip(rows, logits, row), work.scratch.data(),
                    drawn.data() + first);
}

}  // namespace ctgan::synth::native_execution
