#include "server/synth/graphical/variable_elimination.h"

#include <optional>
#include <utility>

#include "server/synth/marginals/embedding.h"

namespace ctgan::synth::graphical {
namespace {

using Clique = JunctionTree::Clique;

// What a clique says to its parent: how the attributes asked for are distributed given the separator.
struct Answer {
  AttributeSet asked;  // those of the attributes that it or a clique below it has
  std::optional<Factor> factor;
};

void multiply_into(const Domain& domain, const AttributeSet& small, std::span<const double> cells,
                   Factor& large) {
  marginals::Embedding(domain, large.attributes, small).broadcast_multiply(cells.data(), large.cells.data());
}

std::vector<double> inverse_of(std::span<const double> cells) {
  std::vector<double> inverses(cells.begin(), cells.end());
  for (double& inverse : inverses) inverse = inverse > 0 ? 1 / inverse : 0;
  return inverses;
}

class Collecting {
 public:
  Collecting(const GraphicalModel& model, const AttributeSet& attributes)
      : model_(model), asked_(attributes), answers_(model.tree().cliques.size()) {
    const std::vector<Clique>& cliques = model.tree().cliques;
    for (std::size_t clique = 0; clique < cliques.size(); ++clique)
      answers_[clique].asked = intersection_of(cliques[clique].attributes, attributes);
  }

  Factor result() {
    for (std::size_t clique = answers_.size(); clique-- > 0;) {
      Answer& answer = answers_[clique];
      if (answer.asked == asked_) return project_sum(model_.domain(), product(clique), asked_);
      pass_up(clique);
    }
    return {model_.domain(), AttributeSet{}, model_.total()};
  }

 private:
  // Children stand behind their parents: theirs are there.
  void pass_up(std::size_t clique) {
    const Clique& own = model_.tree().cliques[clique];
    Answer& answer = answers_[clique];
    if (!own.separator.contains(answer.asked)) {
      Factor all = product(clique);
      multiply_into(model_.domain(), own.separator, inverse_of(model_.separator(clique)), all);
      answer.factor = project_sum(model_.domain(), all, union_of(own.separator, answer.asked));
    }
    Answer& parent = answers_[own.parent];
    parent.asked = union_of(parent.asked, answer.asked);
    if (answer.factor) below_[own.parent].push_back(std::move(*answer.factor));
  }

  // Of all that anybody needs of the clique; of what nobody does the sum, before anything is multiplied.
  Factor product(std::size_t clique) {
    const Domain& domain = model_.domain();
    const Clique& own = model_.tree().cliques[clique];
    const std::vector<Factor>& factors = below_[clique];
    AttributeSet attributes = union_of(own.separator, answers_[clique].asked);
    for (const Factor& factor : factors) attributes = union_of(attributes, factor.attributes);
    Factor needed(domain, intersection_of(own.attributes, attributes), 0);
    marginals::Embedding(domain, own.attributes, needed.attributes)
        .project_sum(model_.belief(clique).data(), needed.cells.data());
    if (attributes == needed.attributes) return multiplied(std::move(needed), factors);
    Factor all(domain, attributes, 0);
    add(domain, needed, all);
    return multiplied(std::move(all), factors);
  }

  Factor multiplied(Factor product, const std::vector<Factor>& factors) {
    for (const Factor& factor : factors)
      multiply_into(model_.domain(), factor.attributes, factor.cells, product);
    return product;
  }

  const GraphicalModel& model_;
  const AttributeSet& asked_;
  std::vector<Answer> answers_;  // of each clique
  std::vector<std::vector<Factor>> below_ = std::vector<std::vector<Factor>>(answers_.size());
};

}  // namespace

Factor eliminate_to(const GraphicalModel& model, const AttributeSet& attributes) {
  return Collecting(model, attributes).result();
}

}  // namespace ctgan::synth::graphical
