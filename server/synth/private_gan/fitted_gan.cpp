#include "server/synth/private_gan/fitted_gan.h"

#include <algorithm>
#include <utility>

#include "server/synth/marginal_methods/coded_rows.h"
#include "server/synth/private_gan/generator_training.h"

namespace ctgan::synth::private_gan {
namespace {

using marginal_methods::CodedRows;
using native_execution::RowGenerator;

// What rows are drawn from.
struct Drawn {
  const networks::CtganShape& shape;
  const neural::ConditionSampler& conditions;
  const RowGenerator& generator;
};

// What RowGenerator drew for `count` rows, as rows `first`, first + 1, ...
void store(const std::vector<float>& drawn, std::size_t first, std::size_t count,
           std::vector<codecs::Codes>& codes) {
  const float* from = drawn.data();
  for (std::size_t done = 0; done < count; done += RowGenerator::k_strip)
    for (codecs::Codes& column : codes) {
      const std::size_t rows = std::min(RowGenerator::k_strip, count - done);
      for (std::size_t row = 0; row < rows; ++row)
        column.set(first + done + row, static_cast<std::uint32_t>(from[row]));
      from += RowGenerator::k_strip;
    }
}

// Codes of a whole block. `given`: the condition of all rows; without it each draws its own.
std::vector<codecs::Codes> drawn_codes(const Drawn& from, std::size_t rows,
                                       std::optional<std::uint32_t> given, random::Stream random) {
  std::vector<codecs::Codes> codes;
  for (const encoders::Block& block : from.shape.layout.blocks)
    codes.push_back(codecs::Codes::sized(block.width, rows));
  RowGenerator::Workspace work = from.generator.workspace();
  std::vector<float> latent, uniform, drawn;
  std::vector<std::uint32_t> condition;
  for (std::size_t first = 0; first < rows; first += RowGenerator::k_rows) {
    const std::size_t count = std::min(RowGenerator::k_rows, rows - first);
    latent.resize(count * from.shape.embedding_dim);
    random.fill_normal(latent);
    condition.resize(count);
    for (std::uint32_t& position : condition) position = given ? *given : from.conditions.draw(random);
    uniform.resize(from.generator.draws(count));
    random.fill_uniform(uniform);
    drawn.resize(uniform.size());
    from.generator.draw({count, latent, condition}, uniform, work, drawn);
    store(drawn, first, count, codes);
  }
  return codes;
}

class GanBlocks final : public model::SampledBlocks {
 public:
  GanBlocks(const GanParts& parts, const Drawn& from, std::uint64_t rows, std::uint64_t seed)
      : from_(from), rows_(parts, parts.shares.total, rows, seed) {}

  std::size_t count() const override { return rows_.count(); }
  table::Table make(std::size_t block) const override {
    return rows_.decode(block, drawn_codes(from_, rows_.block_rows(), std::nullopt, rows_.stream(block)),
                        true);
  }

 private:
  Drawn from_;
  CodedRows rows_;
};

class GanCandidates final : public model::CandidateBlocks {
 public:
  GanCandidates(const GanParts& parts, const Drawn& from, std::vector<std::optional<std::uint32_t>> given,
                std::uint64_t seed)
      : from_(from), rows_(parts, parts.shares.total, model::k_most_rows, seed), given_(std::move(given)) {}

  bool is_given(std::size_t share) const override { return given_[share].has_value(); }
  table::Table make(std::size_t share, std::size_t block) const override {
    return rows_.decode(block, drawn_codes(from_, rows_.block_rows(), given_[share], rows_.stream(block)),
                        false);
  }

 private:
  Drawn from_;
  CodedRows rows_;
  std::vector<std::optional<std::uint32_t>> given_;  // of each share
};

// The place in the conditional vector of the code that stands for the first category that is given alone.
std::optional<std::uint32_t> condition_of(const GanParts& parts, const encoders::OutputLayout& layout,
                                          const std::vector<model::GivenCells>& given) {
  const auto& attributes = parts.domain.attributes();
  for (const model::GivenCells& cells : given) {
    const auto at = std::find(attributes.begin(), attributes.end(), cells.column);
    if (!cells.one_category() || at == attributes.end()) continue;
    const auto a = static_cast<std::size_t>(at - attributes.begin());
    const std::uint32_t code = parts.merged[a].merged()[*cells.one_category()];
    return static_cast<std::uint32_t>(layout.blocks[a].condition_offset) + code;
  }
  return std::nullopt;
}

}  // namespace

FittedGan::FittedGan(GanParts parts)
    : parts_(std::move(parts)),
      shape_(generator_shape(parts_.options, parts_.shares.layout())),
      conditions_(parts_.shares.category_rows(), neural::Frequency::original),
      generator_(shape_, parts_.generator) {}

std::unique_ptr<FittedGan> FittedGan::load(const archive::Archive& archive) {
  return std::make_unique<FittedGan>(read_gan(archive));
}

std::vector<model::Category> FittedGan::categories(std::size_t column) const {
  return marginal_methods::categories_of(
      parts_, parts_.shares.total, column,
      [this](marginals::Attribute attribute) { return parts_.shares.one_way[attribute]; });
}

std::unique_ptr<model::SampledBlocks> FittedGan::sample(std::uint64_t rows, std::uint64_t seed) const {
  return std::make_unique<GanBlocks>(parts_, Drawn{shape_, conditions_, generator_}, rows, seed);
}

std::unique_ptr<model::CandidateBlocks> FittedGan::candidates(
    const std::vector<std::vector<model::GivenCells>>& given, std::uint64_t seed) const {
  std::vector<std::optional<std::uint32_t>> conditions;
  for (const std::vector<model::GivenCells>& cells : given)
    conditions.push_back(condition_of(parts_, shape_.layout, cells));
  return std::make_unique<GanCandidates>(parts_, Drawn{shape_, conditions_, generator_},
                                         std::move(conditions), seed);
}

table::Table FittedGan::number_rows(table::Table rows, std::uint64_t /*seed*/, std::uint64_t first) const {
  return parts_.domain.number_rows(rows, first);
}

}  // namespace ctgan::synth::private_gan
