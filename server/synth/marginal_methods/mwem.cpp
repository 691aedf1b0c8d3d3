#include "server/synth/marginal_methods/mwem.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/options/splits.h"
#include "server/synth/marginal_methods/workload.h"
#include "server/synth/marginals/embedding.h"
#include "server/synth/privacy/mechanisms.h"

namespace ctgan::synth::marginal_methods {
namespace {

using marginals::Attribute;
using marginals::AttributeSet;
using marginals::Domain;
using marginals::Embedding;
using marginals::Factor;

// The joint distribution of a group of attributes, in rows.
class Histogram {
 public:
  Histogram(const Domain& domain, AttributeSet group, double total)
      : domain_(domain),
        cells_(std::move(group), std::vector<double>(domain.array_cells(group))),
        total_(total) {
    std::fill(cells_.cells.begin(), cells_.cells.end(), total / static_cast<double>(cells_.cells.size()));
  }

  const Factor& cells() const { return cells_; }
  Factor marginal(const AttributeSet& set) const { return project_sum(domain_, cells_, set); }

  // What was measured of a marginal, to be learnt from then on. Beyond all rows it is noise, of which a step as long as
  // that would make nothing but larger noise.
  void add(const AttributeSet& set, std::vector<double> measured) {
    for (double& cell : measured) cell = std::clamp(cell, -total_, total_);
    answers_.push_back({Embedding(domain_, cells_.attributes, set), std::move(measured)});
  }

  // One pass of multiplicative weights over all that was measured.
  void learn() {
    for (const Answer& answer : answers_) {
      std::vector<double> factors(answer.measured.size());
      answer.embedding.project_sum(cells_.cells.data(), factors.data());
      for (std::size_t i = 0; i < factors.size(); ++i)
        factors[i] = std::exp((answer.measured[i] - factors[i]) / (2 * total_));
      answer.embedding.broadcast_multiply(factors.data(), cells_.cells.data());
      const double scale = total_ / marginals::sum_of(cells_.cells);
      for (double& cell : cells_.cells) cell *= scale;
    }
  }

  // The potential of a graphical model of which this is the group's distribution.
  Factor potential() const {
    Factor logarithms = cells_;
    for (double& cell : logarithms.cells) cell = std::log(cell / total_);
    return logarithms;
  }

 private:
  struct Answer {
    Embedding embedding;
    std::vector<double> measured;
  };

  const Domain& domain_;
  Factor cells_;
  double total_;
  std::vector<Answer> answers_;
};

// Marginals of a group with at most `width` attributes, those of fewer first, and no more than `most` of them.
std::vector<AttributeSet> marginals_of_group(const AttributeSet& group, std::size_t width, std::size_t most) {
  std::vector<AttributeSet> sets;
  for (std::size_t size = 1; size <= std::min(width, group.size()); ++size)
    for (const AttributeSet& places : sets_of_size(group.size(), size)) {
      if (sets.size() == most) return sets;
      std::vector<Attribute> attributes;
      for (const Attribute place : places) attributes.push_back(group[place]);
      sets.emplace_back(std::move(attributes));
    }
  return sets;
}

class Mwem {
 public:
  Mwem(ConfidentialRows& rows, const std::vector<AttributeSet>& groups, const MwemOptions& options,
       const model::FitContext& context)
      : rows_(rows), options_(options), context_(context) {
    for (const AttributeSet& group : groups)
      candidates_.push_back(marginals_of_group(group, options.width, options.candidates));
    for (const auto& candidates : candidates_) all_rounds_ += rounds_of(candidates.size());
  }

  graphical::GraphicalModel run(const std::vector<AttributeSet>& groups) {
    constexpr double k_counting_rows = 0.05;
    const double epsilon = rows_.accountant().remaining();
    const double total = std::max(
        rows_.measure_laplace("number of rows", AttributeSet(), 1 / (k_counting_rows * epsilon)).front(),
        1.0);
    round_epsilon_ = (1 - k_counting_rows) * epsilon / static_cast<double>(all_rounds_);
    std::vector<Factor> potentials;
    for (std::size_t i = 0; i < groups.size(); ++i)
      potentials.push_back(fit(Histogram(rows_.domain(), groups[i], total), candidates_[i]).potential());
    return {rows_.domain(), std::move(potentials), total, context_.pool};
  }

 private:
  std::size_t rounds_of(std::size_t candidates) const { return std::min(options_.iterations, candidates); }

  Histogram fit(Histogram histogram, std::vector<AttributeSet> candidates) {
    const std::size_t rounds = rounds_of(candidates.size());
    for (std::size_t round = 0; round < rounds; ++round) {
      const double for_choice = candidates.size() > 1 ? round_epsilon_ / 2 : 0;
      const double scale = 1 / (round_epsilon_ - for_choice);
      const std::size_t chosen = for_choice > 0 ? choose(histogram, candidates, for_choice, scale) : 0;
      histogram.add(candidates[chosen], rows_.measure_laplace("marginals", candidates[chosen], scale));
      candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(chosen));
      for (std::size_t pass = 0; pass < options_.passes; ++pass) {
        context_.monitor.check_stop();
        histogram.learn();
      }
      context_.monitor.report({"measuring marginals", "marginal", ++done_, all_rounds_});
    }
    return histogram;
  }

  // What a measurement would be wrong by for its noise, the mean of |x| of each cell, is no reason to measure.
  std::size_t choose(const Histogram& histogram, const std::vector<AttributeSet>& sets, double epsilon,
                     double scale) {
    ConfidentialRows::Candidates choice;
    for (std::size_t i = 0; i < sets.size(); ++i) {
      choice.places.push_back(i);
      choice.weights.push_back(1);
      choice.offsets.push_back(scale * rows_.sensitivity() *
                               static_cast<double>(rows_.domain().cells(sets[i])));
    }
    const Distances distances = rows_.distances(sets, [&](std::span<const AttributeSet> some) {
      context_.monitor.check_stop();
      std::vector<Factor> expected;
      for (const AttributeSet& set : some) expected.push_back(histogram.marginal(set));
      return expected;
    });
    return rows_.choose("choices", distances, choice, epsilon);
  }

  ConfidentialRows& rows_;
  const MwemOptions& options_;
  const model::FitContext& context_;
  std::vector<std::vector<AttributeSet>> candidates_;  // of each group
  std::size_t all_rounds_ = 0;
  double round_epsilon_ = 0;
  std::uint64_t done_ = 0;
};

// Attributes of the columns with these names; a column that can hold one value alone is none.
std::vector<Attribute> attributes_named(const std::vector<std::string>& names,
                                        const domains::TableDomain& domain) {
  std::vector<Attribute> attributes;
  for (const std::string& name : names)
    for (std::size_t a = 0; a < domain.attributes().size(); ++a)
      if (domain.metadata().columns[domain.attributes()[a]].name == name)
        attributes.push_back(static_cast<Attribute>(a));
  return attributes;
}

}  // namespace

std::vector<AttributeSet> split_groups(const Domain& domain, const std::vector<Attribute>& attributes,
                                       std::size_t most_attributes, std::uint64_t most_cells) {
  std::vector<std::vector<Attribute>> groups;
  for (const Attribute attribute : attributes) {
    if (!groups.empty() && groups.back().size() < most_attributes) {
      std::vector<Attribute> grown = groups.back();
      grown.push_back(attribute);
      if (domain.cells(AttributeSet(grown)) <= most_cells) {
        groups.back() = std::move(grown);
        continue;
      }
    }
    groups.push_back({attribute});
  }
  std::vector<AttributeSet> sets;
  for (std::vector<Attribute>& group : groups) sets.emplace_back(std::move(group));
  return sets;
}

std::vector<AttributeSet> groups_of(const options::Values& options, const domains::TableDomain& domain) {
  const std::vector<std::uint32_t> sizes = domain.sizes();
  const Domain attributes({sizes.begin(), sizes.end()});
  const auto most_cells = static_cast<std::uint64_t>(options.integer("histogram_cells"));
  const bool is_split = options.contains("splits");
  const std::size_t most_attributes =
      is_split ? attributes.attributes() : static_cast<std::size_t>(options.integer("split_factor"));
  std::vector<std::vector<std::string>> wanted =
      is_split ? options::parse_splits(options.text("splits"))
               : std::vector<std::vector<std::string>>{domain.metadata().names()};
  std::vector<AttributeSet> groups;
  std::vector<bool> is_grouped(attributes.attributes());
  for (const auto& names : wanted)
    for (AttributeSet& group :
         split_groups(attributes, attributes_named(names, domain), most_attributes, most_cells)) {
      for (const Attribute a : group) is_grouped[a] = true;
      groups.push_back(std::move(group));
    }
  for (Attribute a = 0; a < attributes.attributes(); ++a)
    if (!is_grouped[a]) groups.push_back(AttributeSet{a});
  return groups;
}

MeasuredModel fit_mwem(ConfidentialRows& rows, const std::vector<AttributeSet>& groups,
                       const MwemOptions& options, const model::FitContext& context) {
  std::vector<MergedCodes> codes = unmerged(rows.domain());
  return {std::move(codes), Mwem(rows, groups, options, context).run(groups)};
}

}  // namespace ctgan::synth::marginal_methods
