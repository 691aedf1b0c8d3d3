#include "server/synth/marginal_methods/marginal_archive.h"

#include <utility>

#include "server/synth/model/model_archive.h"

namespace ctgan::synth::marginal_methods {
namespace {

constexpr const char* k_potential = "potential";

graphical::GraphicalModel take_model(const archive::Archive& in, const marginals::Domain& domain) {
  const double total = read_total(in);
  std::vector<marginals::Factor> potentials = read_factors(k_potential, in, domain);
  // What no fit may make is not made here either.
  constexpr double k_most_megabytes = 4096;
  std::vector<marginals::AttributeSet> sets;
  for (const marginals::Factor& potential : potentials) sets.push_back(potential.attributes);
  if (graphical::megabytes(graphical::junction_tree_cells(domain, sets)) > k_most_megabytes)
    model::refuse_damaged("its potentials need more memory than any fit's");
  threads::ThreadPool alone(1);
  return {domain, std::move(potentials), total, alone};
}

}  // namespace

archive::Archive write_marginals(const MarginalParts& parts) {
  archive::Archive out = write_private(parts);
  write_total(parts.model.total(), out);
  write_factors(k_potential, parts.model.potentials(), out);
  return out;
}

MarginalParts read_marginals(const archive::Archive& archive) {
  PrivateParts parts = read_private(archive);
  graphical::GraphicalModel model = take_model(archive, parts.model_domain());
  return {std::move(parts), std::move(model)};
}

}  // namespace ctgan::synth::marginal_methods
