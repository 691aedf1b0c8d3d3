#include "server/synth/privsyn/fitted_privsyn.h"

#include <algorithm>
#include <utility>

#include "server/synth/marginal_methods/coded_rows.h"
#include "server/synth/marginal_methods/matched_rows.h"

namespace ctgan::synth::privsyn {
namespace {

// Nothing can be given.
marginal_methods::DrawCodes draw_by(const GradualUpdate& update) {
  return [&update](std::size_t /*share*/, std::size_t rows, random::Stream random) {
    return update.rows(rows, random);
  };
}

}  // namespace

FittedPrivsyn::FittedPrivsyn(PrivsynParts parts)
    : parts_(std::move(parts)),
      update_(parts_.model_domain(), parts_.marginals,
              static_cast<std::size_t>(parts_.options.integer("update_iterations"))) {}

std::unique_ptr<FittedPrivsyn> FittedPrivsyn::load(const archive::Archive& archive) {
  return std::make_unique<FittedPrivsyn>(read_privsyn(archive));
}

std::vector<model::Category> FittedPrivsyn::categories(std::size_t column) const {
  return marginal_methods::categories_of(
      parts_, parts_.total, column, [this](marginals::Attribute attribute) {
        const auto with = std::find_if(
            parts_.marginals.begin(), parts_.marginals.end(),
            [attribute](const marginals::Factor& one) { return one.attributes.contains(attribute); });
        return project_sum(update_.domain(), *with, marginals::AttributeSet{attribute});
      });
}

std::unique_ptr<model::SampledBlocks> FittedPrivsyn::sample(std::uint64_t rows, std::uint64_t seed) const {
  return marginal_methods::drawn_blocks(parts_, parts_.total, rows, seed, draw_by(update_));
}

std::unique_ptr<model::CandidateBlocks> FittedPrivsyn::candidates(
    const std::vector<std::vector<model::GivenCells>>& given, std::uint64_t seed) const {
  return marginal_methods::drawn_candidates(parts_, parts_.total, seed, std::vector<bool>(given.size()),
                                            draw_by(update_));
}

std::unique_ptr<model::CompletedBlocks> FittedPrivsyn::complete(const model::KnownRows& known,
                                                                std::uint64_t seed) const {
  return std::make_unique<marginal_methods::MatchedRows>(parts_, parts_.total, known, seed, draw_by(update_));
}

table::Table FittedPrivsyn::number_rows(table::Table rows, std::uint64_t /*seed*/,
                                        std::uint64_t first) const {
  return parts_.domain.number_rows(rows, first);
}

archive::Archive FittedPrivsyn::save() const {
  return write_privsyn(parts_);
}

}  // namespace ctgan::synth::privsyn
