#include "server/synth/private_gan/fitted_gan.h"

#include <algorithm>
#include <utility>

#include "common/options/method_list.h"
#include "server/synth/marginal_methods/coded_rows.h"
#include "server/synth/marginal_methods/matched_rows.h"
#include "server/synth/private_gan/generator_training.h"

namespace ctgan::synth::private_gan {
namespace {

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

// Nothing is given.
marginal_methods::DrawCodes plain_rows(const Drawn& from) {
  return [from](std::size_t /*share*/, std::size_t rows, random::Stream random) {
    return drawn_codes(from, rows, std::nullopt, random);
  };
}

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
  return marginal_methods::drawn_blocks(parts_, parts_.shares.total, rows, seed,
                                        plain_rows({shape_, conditions_, generator_}));
}

std::unique_ptr<model::CandidateBlocks> FittedGan::candidates(
    const std::vector<std::vector<model::GivenCells>>& given, std::uint64_t seed) const {
  const Drawn from{shape_, conditions_, generator_};
  std::vector<std::optional<std::uint32_t>> conditions;
  std::vector<bool> is_given;
  for (const std::vector<model::GivenCells>& cells : given) {
    conditions.push_back(condition_of(parts_, shape_.layout, cells));
    is_given.push_back(conditions.back().has_value());
  }
  return marginal_methods::drawn_candidates(
      parts_, parts_.shares.total, seed, std::move(is_given),
      [from, conditions](std::size_t share, std::size_t count, random::Stream random) {
        return drawn_codes(from, count, conditions[share], random);
      });
}

std::unique_ptr<model::CompletedBlocks> FittedGan::complete(const model::KnownRows& known,
                                                            std::uint64_t seed) const {
  if (parts_.method == options::patectgan().name) return nullptr;
  return std::make_unique<marginal_methods::MatchedRows>(parts_, parts_.shares.total, known, seed,
                                                         plain_rows({shape_, conditions_, generator_}));
}

table::Table FittedGan::number_rows(table::Table rows, std::uint64_t /*seed*/, std::uint64_t first) const {
  return parts_.domain.number_rows(rows, first);
}

}  // namespace ctgan::synth::private_gan
