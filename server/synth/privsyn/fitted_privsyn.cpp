#include "server/synth/privsyn/fitted_privsyn.h"

#include <algorithm>
#include <utility>

#include "server/synth/marginal_methods/coded_rows.h"

namespace ctgan::synth::privsyn {
namespace {

using marginal_methods::CodedRows;

class PrivsynBlocks final : public model::SampledBlocks {
 public:
  PrivsynBlocks(const PrivsynParts& parts, const GradualUpdate& update, std::uint64_t rows,
                std::uint64_t seed)
      : update_(update), rows_(parts, parts.total, rows, seed) {}

  std::size_t count() const override { return rows_.count(); }
  table::Table make(std::size_t block) const override {
    return rows_.decode(block, update_.rows(rows_.block_rows(), rows_.stream(block)), true);
  }

 private:
  const GradualUpdate& update_;
  CodedRows rows_;
};

class PrivsynCandidates final : public model::CandidateBlocks {
 public:
  PrivsynCandidates(const PrivsynParts& parts, const GradualUpdate& update, std::uint64_t seed)
      : update_(update), rows_(parts, parts.total, model::k_most_rows, seed) {}

  bool is_given(std::size_t /*share*/) const override { return false; }
  table::Table make(std::size_t /*share*/, std::size_t block) const override {
    return rows_.decode(block, update_.rows(rows_.block_rows(), rows_.stream(block)), false);
  }

 private:
  const GradualUpdate& update_;
  CodedRows rows_;
};

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
  return std::make_unique<PrivsynBlocks>(parts_, update_, rows, seed);
}

std::unique_ptr<model::CandidateBlocks> FittedPrivsyn::candidates(
    const std::vector<std::vector<model::GivenCells>>& /*given*/, std::uint64_t seed) const {
  return std::make_unique<PrivsynCandidates>(parts_, update_, seed);
}

table::Table FittedPrivsyn::number_rows(table::Table rows, std::uint64_t /*seed*/,
                                        std::uint64_t first) const {
  return parts_.domain.number_rows(rows, first);
}

archive::Archive FittedPrivsyn::save() const {
  return write_privsyn(parts_);
}

}  // namespace ctgan::synth::privsyn
