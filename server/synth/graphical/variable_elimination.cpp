#include "server/synth/graphical/variable_elimination.h"

#include <algorithm>
#include <utility>

#include "common/errors/error.h"
#include "server/synth/marginals/embedding.h"

namespace ctgan::synth::graphical {
namespace {

using Clique = JunctionTree::Clique;
using Order = std::vector<Attribute>;

// The same tree from another root: whom each clique says what it knows.
struct Towards {
  std::vector<std::size_t> order;  // parents before their children
  std::vector<std::size_t> parent;
  std::vector<std::size_t> edge;  // the clique whose separator is between it and its parent
};

Towards towards(const JunctionTree& tree, std::size_t root) {
  std::vector<std::vector<std::size_t>> children(tree.cliques.size());
  for (std::size_t clique = 1; clique < tree.cliques.size(); ++clique)
    children[tree.cliques[clique].parent].push_back(clique);
  Towards found{{root}, std::vector<std::size_t>(tree.cliques.size(), JunctionTree::k_no_parent), {}};
  found.edge.resize(tree.cliques.size());
  for (std::size_t at = 0; at < found.order.size(); ++at) {
    const std::size_t clique = found.order[at];
    const auto visit = [&](std::size_t next, std::size_t edge) {
      if (next == JunctionTree::k_no_parent || next == found.parent[clique]) return;
      found.order.push_back(next);
      found.parent[next] = clique;
      found.edge[next] = edge;
    };
    visit(tree.cliques[clique].parent, clique);
    for (const std::size_t child : children[clique]) visit(child, child);
  }
  return found;
}

std::size_t clique_with_most(const GraphicalModel& model, const AttributeSet& attributes) {
  const std::vector<Clique>& cliques = model.tree().cliques;
  const auto cells = [&](const Clique& clique) {
    return model.domain().cells(intersection_of(clique.attributes, attributes));
  };
  const auto best = std::max_element(cliques.begin(), cliques.end(),
                                     [&](const Clique& a, const Clique& b) { return cells(a) < cells(b); });
  return static_cast<std::size_t>(best - cliques.begin());
}

void append(const AttributeSet& attributes, Order& order) {
  order.insert(order.end(), attributes.begin(), attributes.end());
}

// What a clique says to the next: how attributes asked for that the next one lacks are distributed given what they
// share. For each cell of those a row of cells of the separator.
struct Message {
  Order carried;
  AttributeSet separator;
  std::vector<double> cells;
};

// A clique's cells times messages, for one cell of what these carry after the other.
class Combination {
 public:
  // Throws Error(bad_data) for a result of too many cells.
  Combination(const Domain& domain, Factor clique, const std::vector<Message>& messages,
              const AttributeSet& kept)
      : clique_(std::move(clique)), messages_(messages), projection_(domain, clique_.attributes, kept) {
    std::uint64_t cells = projection_.small_cells();
    for (const Message& message : messages) {
      in_clique_.emplace_back(domain, clique_.attributes, message.separator);
      rows_.push_back(message.cells.size() / in_clique_.back().small_cells());
      combinations_ *= rows_.back();
      if (__builtin_mul_overflow(cells, std::uint64_t{rows_.back()}, &cells) ||
          cells > marginals::k_most_cells)
        throw errors::Error(errors::Kind::bad_data, "a marginal of the model has too many cells",
                            "ask for fewer columns together");
    }
  }

  // By what messages carry, in their order, and then by what is kept.
  std::vector<double> cells() const {
    std::vector<double> all(combinations_ * projection_.small_cells()), product(clique_.cells.size());
    std::vector<std::size_t> row(messages_.size());
    for (std::size_t combination = 0; combination < combinations_; ++combination) {
      std::copy(clique_.cells.begin(), clique_.cells.end(), product.begin());
      for (std::size_t m = 0; m < messages_.size(); ++m)
        in_clique_[m].broadcast_multiply(messages_[m].cells.data() + row[m] * in_clique_[m].small_cells(),
                                         product.data());
      projection_.project_sum(product.data(), all.data() + combination * projection_.small_cells());
      for (std::size_t m = messages_.size(); m-- > 0;) {
        if (++row[m] < rows_[m]) break;
        row[m] = 0;
      }
    }
    return all;
  }

 private:
  Factor clique_;
  const std::vector<Message>& messages_;
  marginals::Embedding projection_;
  std::vector<marginals::Embedding> in_clique_;  // of each message
  std::vector<std::size_t> rows_;                // the same
  std::size_t combinations_ = 1;
};

class Collecting {
 public:
  Collecting(const GraphicalModel& model, const AttributeSet& attributes)
      : model_(model),
        asked_(attributes),
        towards_(towards(model.tree(), clique_with_most(model, attributes))),
        behind_(model.tree().cliques.size()),
        messages_(model.tree().cliques.size()) {
    for (std::size_t clique = 0; clique < behind_.size(); ++clique)
      behind_[clique] = intersection_of(attributes_of(clique), attributes);
  }

  Factor result() {
    for (std::size_t at = towards_.order.size(); at-- > 1;) {
      const std::size_t clique = towards_.order[at];
      if (behind_[clique] == asked_) return last_product(clique);
      pass_on(clique);
    }
    return last_product(towards_.order.front());
  }

 private:
  const AttributeSet& attributes_of(std::size_t clique) const {
    return model_.tree().cliques[clique].attributes;
  }

  void pass_on(std::size_t clique) {
    const std::size_t parent = towards_.parent[clique];
    const AttributeSet& separator = model_.tree().cliques[towards_.edge[clique]].separator;
    if (!separator.contains(behind_[clique]))
      messages_[parent].push_back(message_of(clique, separator, model_.separator(towards_.edge[clique])));
    behind_[parent] = union_of(behind_[parent], behind_[clique]);
  }

  Message message_of(std::size_t clique, const AttributeSet& separator,
                     std::span<const double> shared) const {
    const AttributeSet own = difference_of(intersection_of(attributes_of(clique), asked_), separator);
    const AttributeSet kept = union_of(own, separator);
    Factor given = needed_of(clique, kept);
    marginals::Embedding(model_.domain(), given.attributes, separator)
        .broadcast_multiply(marginals::inverses(shared).data(), given.cells.data());
    Order from = carried_to(clique), to = from;
    append(kept, from);
    append(own, to);
    Message message{to, separator, {}};
    append(separator, to);
    message.cells =
        rearranged(model_.domain(),
                   Combination(model_.domain(), std::move(given), messages_[clique], kept).cells(), from, to);
    return message;
  }

  Factor last_product(std::size_t clique) const {
    const AttributeSet kept = intersection_of(attributes_of(clique), asked_);
    Order order = carried_to(clique);
    append(kept, order);
    const Combination combination(model_.domain(), needed_of(clique, kept), messages_[clique], kept);
    const Order sorted(asked_.begin(), asked_.end());
    return {asked_, rearranged(model_.domain(), combination.cells(), order, sorted)};
  }

  // In the order of the messages.
  Order carried_to(std::size_t clique) const {
    Order order;
    for (const Message& message : messages_[clique])
      order.insert(order.end(), message.carried.begin(), message.carried.end());
    return order;
  }

  // The clique's marginal of all that is kept or that a message is about.
  Factor needed_of(std::size_t clique, const AttributeSet& kept) const {
    AttributeSet needed = kept;
    for (const Message& message : messages_[clique]) needed = union_of(needed, message.separator);
    Factor factor(model_.domain(), needed, 0);
    marginals::Embedding(model_.domain(), attributes_of(clique), needed)
        .project_sum(model_.belief(clique).data(), factor.cells.data());
    return factor;
  }

  const GraphicalModel& model_;
  const AttributeSet& asked_;
  Towards towards_;
  std::vector<AttributeSet> behind_;            // attributes asked for that a clique, or one behind it, has
  std::vector<std::vector<Message>> messages_;  // to each clique
};

}  // namespace

Factor eliminate_to(const GraphicalModel& model, const AttributeSet& attributes) {
  return Collecting(model, attributes).result();
}

}  // namespace ctgan::synth::graphical
