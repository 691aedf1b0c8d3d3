#include "server/synth/graphical/calibration.h"

#include <algorithm>

#include "common/errors/error.h"
#include "server/synth/marginals/logarithms.h"

namespace ctgan::synth::graphical {

Calibration::Calibration(const Domain& domain, const JunctionTree& tree) : tree_(tree) {
  if (tree.cells > marginals::k_most_cells)
    throw errors::Error(errors::Kind::bad_data, "the marginals that were measured need too large a model",
                        "let fewer columns be measured together");
  std::size_t messages = 0;
  std::vector<std::size_t> depth;
  for (const JunctionTree::Clique& clique : tree.cliques) {
    const bool is_root = clique.parent == JunctionTree::k_no_parent;
    marginals::Embedding in_clique(domain, clique.attributes, clique.separator);
    passages_.push_back(
        {cells_, in_clique.large_cells(), messages, in_clique.small_cells(), in_clique, {}, {}});
    if (!is_root) {
      const JunctionTree::Clique& parent = tree.cliques[clique.parent];
      passages_.back().in_parent.emplace_back(domain, parent.attributes, clique.separator);
      passages_[clique.parent].children.push_back(passages_.size() - 1);
    }
    depth.push_back(is_root ? 0 : depth[clique.parent] + 1);
    levels_.resize(std::max(levels_.size(), depth.back() + 1));
    for (Level* const level : {&levels_[depth.back()], &all_}) {
      level->cliques.push_back(passages_.size() - 1);
      level->cells += in_clique.large_cells();
    }
    cells_ += in_clique.large_cells();
    messages += in_clique.small_cells();
  }
  for (std::vector<double>* const array : {&messages_, &sums_, &separators_, &factors_})
    array->resize(messages);
}

double Calibration::run(std::span<double> cells, double mass, threads::ThreadPool& pool) {
  for (std::size_t level = levels_.size(); level-- > 0;)
    for_each(pool, levels_[level], [&](std::size_t clique) { send_to_parent(clique, cells); });
  for (const Level& level : levels_)
    for_each(pool, level, [&](std::size_t clique) { take_from_parent(clique, mass, cells); });
  return messages_.front();
}

std::span<const double> Calibration::separator(std::size_t clique) const {
  return std::span(separators_).subspan(passages_[clique].first_message, passages_[clique].messages);
}

// Leaves in the clique's cells what they are given the separator's, but for their sums.
void Calibration::send_to_parent(std::size_t clique, std::span<double> cells) {
  const Passage& passage = passages_[clique];
  const std::span<double> own = cells.subspan(passage.first_cell, passage.cells);
  for (const std::size_t child : passage.children)
    passages_[child].in_parent.front().broadcast_add(messages_.data() + passages_[child].first_message,
                                                     own.data());
  exponentiate_groups(passage.in_clique, own,
                      std::span(sums_).subspan(passage.first_message, passage.messages),
                      std::span(messages_).subspan(passage.first_message, passage.messages));
}

void Calibration::take_from_parent(std::size_t clique, double mass, std::span<double> cells) {
  const Passage& passage = passages_[clique];
  const std::size_t first = passage.first_message;
  if (passage.in_parent.empty()) {
    separators_[first] = sums_[first] > 0 ? mass : 0;
  } else {
    const Passage& parent = passages_[tree_.cliques[clique].parent];
    passage.in_parent.front().project_sum(cells.data() + parent.first_cell, separators_.data() + first);
  }
  for (std::size_t at = first; at < first + passage.messages; ++at)
    factors_[at] = sums_[at] > 0 ? separators_[at] / sums_[at] : 0;
  passage.in_clique.broadcast_multiply(factors_.data() + first, cells.data() + passage.first_cell);
}

}  // namespace ctgan::synth::graphical
