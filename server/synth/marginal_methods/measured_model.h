// What a method of marginals makes of confidential rows: a graphical model of their codes after rare ones were merged.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "server/synth/graphical/estimation.h"
#include "server/synth/graphical/graphical_model.h"
#include "server/synth/marginal_methods/confidential_rows.h"
#include "server/synth/model/monitor.h"

namespace ctgan::synth::marginal_methods {

struct MeasuredModel {
  std::vector<MergedCodes> merged;  // one an attribute: what the model's codes are
  graphical::GraphicalModel model;
};

// Marginals for ConfidentialRows::distances(), made on all threads; the context may stop it. `marginal` is safe to be
// called by several; it and the context outlive it.
using Marginal = std::function<marginals::Factor(const marginals::AttributeSet& set)>;
ConfidentialRows::Expected marginals_by(Marginal marginal, const model::FitContext& context);
// Those of a model, which outlives it.
ConfidentialRows::Expected marginals_of(const graphical::GraphicalModel& model,
                                        const model::FitContext& context);

// The model of all that a method measured. It ends before the optimum, which follows the noise: rows of it are further from
// the exact counts (docs/decisions.md). `start`: as in graphical::EstimationOptions.
graphical::Estimate estimated_model(const marginals::Domain& domain,
                                    std::span<const marginals::Measurement> measurements,
                                    const model::FitContext& context,
                                    const graphical::GraphicalModel* start = nullptr);

// Each code alone.
std::vector<MergedCodes> unmerged(const marginals::Domain& domain);

// Standard deviation of the noise of each of so many marginals that cost `rho` together.
double sigma_for(double rho, std::size_t marginals);

// What every method begins with: the marginal of each attribute. Codes that are measured at less than three standard
// deviations, which nothing tells from noise, are one from then on, in the rows as in the measurements.
struct OneWayMarginals {
  std::vector<MergedCodes> merged;
  std::vector<marginals::Measurement> measurements;
};
OneWayMarginals measure_one_way(ConfidentialRows& rows, double sigma);

}  // namespace ctgan::synth::marginal_methods
