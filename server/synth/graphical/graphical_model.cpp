#include "server/synth/graphical/graphical_model.h"

#include <cmath>
#include <limits>
#include <utility>

#include "common/errors/error.h"
#include "server/synth/graphical/calibration.h"
#include "server/synth/graphical/variable_elimination.h"
#include "server/synth/marginals/embedding.h"

namespace ctgan::synth::graphical {
namespace {

constexpr double k_impossible = -std::numeric_limits<double>::infinity();

std::vector<AttributeSet> attribute_sets(const std::vector<Factor>& potentials) {
  std::vector<AttributeSet> sets;
  sets.reserve(potentials.size());
  for (const Factor& potential : potentials) sets.push_back(potential.attributes);
  return sets;
}

std::vector<double> sums_of_potentials(const Domain& domain, const JunctionTree& tree,
                                       const Calibration& calibration,
                                       const std::vector<Factor>& potentials) {
  std::vector<double> cells(calibration.cells());
  for (const Factor& potential : potentials) {
    const std::size_t clique = *tree.clique_with(domain, potential.attributes);
    marginals::Embedding(domain, tree.cliques[clique].attributes, potential.attributes)
        .broadcast_add(potential.cells.data(), cells.data() + calibration.first_cell(clique));
  }
  return cells;
}

// The sum of -p ln p, of what has the sum 1 when divided by `total`.
double entropy_of(std::span<const double> cells, double total) {
  double entropy = 0;
  for (const double cell : cells)
    if (cell > 0) entropy -= cell / total * std::log(cell / total);
  return entropy;
}

}  // namespace

GraphicalModel::GraphicalModel(Domain domain, std::vector<Factor> potentials, double total,
                               threads::ThreadPool& pool, const EliminationSearch& search)
    : domain_(std::move(domain)),
      potentials_(std::move(potentials)),
      total_(total),
      tree_(junction_tree(domain_, attribute_sets(potentials_), search)) {
  Calibration calibration(domain_, tree_);
  std::vector<double> cells = sums_of_potentials(domain_, tree_, calibration, potentials_);
  log_partition_ = calibration.run(cells, total_, pool);
  if (log_partition_ == k_impossible)
    throw errors::Error(errors::Kind::bad_data, "no row of the model has all that is asked for",
                        "ask for less of it at once");
  for (std::size_t clique = 0; clique < tree_.cliques.size(); ++clique) {
    const auto first = cells.begin() + static_cast<std::ptrdiff_t>(calibration.first_cell(clique));
    beliefs_.emplace_back(first, first + static_cast<std::ptrdiff_t>(calibration.cells_of(clique)));
    const std::span<const double> separator = calibration.separator(clique);
    separators_.emplace_back(separator.begin(), separator.end());
  }
}

double GraphicalModel::entropy() const {
  double entropy = 0;
  for (std::size_t clique = 0; clique < tree_.cliques.size(); ++clique)
    entropy += entropy_of(belief(clique), total_) - entropy_of(separator(clique), total_);
  return entropy;
}

Factor GraphicalModel::marginal(const AttributeSet& attributes) const {
  const std::optional<std::size_t> clique = tree_.clique_with(domain_, attributes);
  if (!clique) return eliminate_to(*this, attributes);
  Factor marginal(domain_, attributes, 0);
  marginals::Embedding(domain_, tree_.cliques[*clique].attributes, attributes)
      .project_sum(belief(*clique).data(), marginal.cells.data());
  return marginal;
}

std::span<const double> GraphicalModel::belief(std::size_t clique) const {
  return beliefs_[clique];
}

std::span<const double> GraphicalModel::separator(std::size_t clique) const {
  return separators_[clique];
}

GraphicalModel GraphicalModel::given(std::span<const AllowedCodes> allowed, threads::ThreadPool& pool) const {
  std::vector<Factor> potentials = potentials_;
  for (const AllowedCodes& one : allowed) {
    Factor mask(domain_, {one.attribute}, k_impossible);
    for (const std::uint32_t code : one.codes) mask.cells[code] = 0;
    potentials.push_back(std::move(mask));
  }
  return {domain_, std::move(potentials), total_, pool};
}

}  // namespace ctgan::synth::graphical
