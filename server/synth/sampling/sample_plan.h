// What a user asked of the rows of a sample, understood for one model: shares of rows, each with the filter
// that its rows pass and the condition under which the model draws them.
//
//     SamplePlan plan = plan_sample(terms, rows, model, kept);
//     ConditionalRows source(model, plan, seed, pool, observer);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/conditions/sample_terms.h"
#include "server/synth/model/trainer.h"
#include "server/synth/sampling/kept_combinations.h"
#include "server/synth/sampling/row_filter.h"

namespace ctgan::synth::sampling {

struct SamplePlan {
  struct Share {
    std::uint64_t rows = 0;  // exactly so many
    RowFilter filter;
    // What its rows must have and a model can be given: of each discrete column the categories that conditions
    // admit, those of one alone first and of these the one that fewest training rows had, and of numbers and
    // dates the range. The filter checks all of it as well.
    std::vector<model::GivenCells> given;
  };
  // One, or with a balance or quota one for each category.
  std::vector<Share> shares;
  // Columns in which no value comes twice. Not those of identifiers, which a model makes so.
  std::vector<std::size_t> unique;
  // What each condition was taken for, in their order.
  std::vector<std::string> understood;
};

// A balance gives each category of its column that the conditions on that column admit rows / categories
// rows, the first of them one more where that leaves a rest.
// Throws Error(usage) naming the term: an unknown column or category, with the closest; a value that does not
// fit its column; a column without categories balanced; fewer rows than categories to balance; a quota whose
// sum is not `rows`, that names a category twice or one that a condition excludes; a combination that the
// model does not hold; a condition on identifiers, which are made when the rows are chosen.
SamplePlan plan_sample(const conditions::SampleTerms& terms, std::uint64_t rows,
                       const model::FittedModel& model, const KeptCombinations& kept);

}  // namespace ctgan::synth::sampling
