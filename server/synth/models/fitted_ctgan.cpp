#include "server/synth/models/fitted_ctgan.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "server/synth/models/ctgan_archive.h"
#include "server/synth/models/ctgan_settings.h"
#include "server/synth/native_execution/native_execution.h"

namespace ctgan::synth::models {
namespace {

using random::Stream;
using random::StreamId;
using transforms::Block;

// Block number `block` of a sample, with the buffers that every block uses again.
class BlockSampler {
 public:
  BlockSampler(const networks::CtganShape& shape, const ConditionSampler& conditions,
               const networks::ParameterArena& generator, std::uint64_t seed, threads::ThreadPool& pool)
      : shape_(shape),
        conditions_(conditions),
        seed_(seed),
        execution_(native_execution::NativeExecution().open_sampling(
            {.shape = &shape, .generator = &generator, .pool = &pool})) {}

  transforms::EncodedTable sample(std::size_t rows, std::uint64_t block) {
    constexpr std::uint64_t k_streams = 3;
    input_.rows = rows;
    input_.latent.resize(rows * shape_.embedding_dim);
    Stream(seed_, StreamId::sampling, block * k_streams).fill_normal(input_.latent);
    input_.condition.resize(conditions_.empty() ? 0 : rows);
    Stream condition(seed_, StreamId::sampling, block * k_streams + 1);
    for (std::uint32_t& position : input_.condition) position = conditions_.draw(condition);
    gumbel_.resize(rows * shape_.layout.width);
    Stream(seed_, StreamId::sampling, block * k_streams + 2).fill_gumbel(gumbel_);
    logits_.resize(gumbel_.size());
    execution_->generate(input_, logits_);
    return encoded(rows);
  }

 private:
  transforms::EncodedTable encoded(std::size_t rows) const {
    transforms::EncodedTable table{shape_.layout, {}, rows};
    for (const Block& block : shape_.layout.blocks) {
      if (block.kind == Block::Kind::scalar) {
        table.columns.emplace_back(transforms::EncodedContinuous{{}, scalars(block, rows)});
      } else if (block.kind == Block::Kind::modes) {
        auto& mode = std::get<transforms::EncodedContinuous>(table.columns.back()).mode;
        mode.resize(rows);
        for (std::size_t row = 0; row < rows; ++row)
          mode[row] = static_cast<std::uint8_t>(choice(block, row));
      } else {
        auto codes = transforms::EncodedDiscrete::sized(block.width, rows);
        for (std::size_t row = 0; row < rows; ++row) codes.set(row, choice(block, row));
        table.columns.emplace_back(std::move(codes));
      }
    }
    return table;
  }

  std::vector<float> scalars(const Block& block, std::size_t rows) const {
    std::vector<float> values(rows);
    for (std::size_t row = 0; row < rows; ++row)
      values[row] = std::tanh(logits_[row * shape_.layout.width + block.offset]);
    return values;
  }

  // The greatest of logit plus Gumbel noise: an exact draw from the softmax of the logits.
  std::uint32_t choice(const Block& block, std::size_t row) const {
    const std::size_t start = row * shape_.layout.width + block.offset;
    std::size_t best = 0;
    for (std::size_t i = 1; i < block.width; ++i)
      if (logits_[start + i] + gumbel_[start + i] > logits_[start + best] + gumbel_[start + best]) best = i;
    return static_cast<std::uint32_t>(best);
  }

  const networks::CtganShape& shape_;
  const ConditionSampler& conditions_;
  std::uint64_t seed_;
  std::unique_ptr<networks::CtganSamplingExecution> execution_;
  networks::GeneratorInput input_;
  std::vector<float> gumbel_, logits_;
};

// Enough rows for the matrix products to be worth it, few enough for wide tables to stay small.
std::size_t rows_a_block(const networks::CtganShape& shape) {
  constexpr std::size_t k_cells = std::size_t{4} << 20;
  return std::clamp<std::size_t>(k_cells / (shape.layout.width + shape.generator_inputs()), 64, 4096);
}

Frequency sampling_frequency(const options::Values& options) {
  const bool as_training = options.text("sample_frequency") == "training";
  return as_training && options.boolean("log_frequency") ? Frequency::log : Frequency::original;
}

}  // namespace

FittedCtgan::FittedCtgan(options::Values options, transforms::TableTransform transform,
                         networks::ParameterArena generator)
    : options_(std::move(options)),
      transform_(std::move(transform)),
      metadata_(transform_.metadata()),
      shape_(ctgan_shape(options_, transform_.layout())),
      generator_(std::move(generator)),
      conditions_(category_counts(transform_), sampling_frequency(options_)) {}

std::unique_ptr<FittedCtgan> FittedCtgan::load(const archive::Archive& archive) {
  CtganParts parts = read_ctgan(archive);
  return std::make_unique<FittedCtgan>(std::move(parts.options), std::move(parts.transform),
                                       std::move(parts.generator));
}

std::string FittedCtgan::name() const {
  return std::string(k_ctgan);
}

void FittedCtgan::sample(std::uint64_t rows, std::uint64_t seed, const BlockSink& sink) const {
  const std::uint64_t block_rows = rows_a_block(shape_);
  threads::ThreadPool pool(0);
  BlockSampler sampler(shape_, conditions_, generator_, seed, pool);
  for (std::uint64_t done = 0, block = 0; done < rows; done += block_rows, ++block)
    sink(transform_.decode(
        sampler.sample(static_cast<std::size_t>(std::min(block_rows, rows - done)), block)));
}

archive::Archive FittedCtgan::save() const {
  return write_ctgan(options_, transform_, generator_);
}

}  // namespace ctgan::synth::models
