#include "server/synth/graphical/variable_elimination.h"

#include <algorithm>
#include <utility>

#include "common/errors/error.h"
#include "server/synth/marginals/block_loops.h"
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

template <typename Attributes>
void append(const Attributes& attributes, Order& order) {
  order.insert(order.end(), attributes.begin(), attributes.end());
}

// What a clique says to the next: how attributes asked for that the next one lacks are distributed given what they
// share. For each cell of those a row of cells of the separator.
struct Message {
  Order carried;
  AttributeSet separator;
  std::vector<double> cells;
};

// A clique's cells times messages, summed over all but what is kept. The last message is a matrix product of what it
// carries and what is kept; the others are gone through, one cell of what they carry after the other.
class Combination {
 public:
  // Throws Error(bad_data) for a result of too many cells.
  Combination(const Domain& domain, Factor clique, const std::vector<Message>& messages,
              const AttributeSet& kept)
      : domain_(domain), clique_(std::move(clique)), messages_(messages), kept_(kept) {
    std::uint64_t cells = domain.cells(kept);
    for (const Message& message : messages) {
      in_clique_.emplace_back(domain, clique_.attributes, message.separator);
      rows_.push_back(message.cells.size() / in_clique_.back().small_cells());
      if (__builtin_mul_overflow(cells, std::uint64_t{rows_.back()}, &cells) ||
          cells > marginals::k_most_cells)
        throw errors::Error(errors::Kind::bad_data, "a marginal of the model has too many cells",
                            "ask for fewer columns together");
    }
    cells_ = static_cast<std::size_t>(cells);
  }

  // By what messages carry, in their order, and then by what is kept, in order() of it.
  std::vector<double> cells() const {
    if (messages_.empty()) return project_sum(domain_, clique_, kept_).cells;
    const LastProduct last(domain_, messages_.back(), kept_);
    std::vector<double> all(cells_);
    std::size_t combinations = 1;
    for (std::size_t m = 0; m + 1 < messages_.size(); ++m) combinations *= rows_[m];
    std::vector<std::size_t> row(messages_.size() - 1);
    for (std::size_t combination = 0; combination < combinations; ++combination) {
      last.add(product_with(row), all.data() + combination * (cells_ / combinations));
      for (std::size_t m = row.size(); m-- > 0;) {
        if (++row[m] < rows_[m]) break;
        row[m] = 0;
      }
    }
    return all;
  }

  // What the last message is not about comes last.
  Order order() const {
    Order order;
    if (messages_.empty()) {
      append(kept_, order);
    } else {
      append(intersection_of(kept_, messages_.back().separator), order);
      append(difference_of(kept_, messages_.back().separator), order);
    }
    return order;
  }

 private:
  // For each code of what is kept and the message is about: rows of the message times rows of the clique, by what the
  // message is about and is not kept.
  class LastProduct {
   public:
    LastProduct(const Domain& domain, const Message& message, const AttributeSet& kept)
        : domain_(domain), needed_(union_of(kept, message.separator)) {
      const AttributeSet shared = intersection_of(kept, message.separator),
                         own = difference_of(kept, message.separator),
                         summed = difference_of(message.separator, kept);
      shared_cells_ = domain.array_cells(shared);
      own_cells_ = domain.array_cells(own);
      summed_cells_ = domain.array_cells(summed);
      for (const AttributeSet* const set : {&shared, &own, &summed}) append(*set, order_);
      Order from = message.carried, to = message.carried;
      append(message.separator, from);
      append(shared, to);
      append(summed, to);
      message_ = rearranged(domain, message.cells, from, to);
    }

    void add(const Factor& clique, double* cells) const {
      const Factor needed = project_sum(domain_, clique, needed_);
      const std::vector<double> rows =
          rearranged(domain_, needed.cells, Order(needed_.begin(), needed_.end()), order_);
      const std::size_t separator = shared_cells_ * summed_cells_, kept = shared_cells_ * own_cells_;
      for (std::size_t shared = 0; shared < shared_cells_; ++shared)
        marginals::add_row_products(
            {message_.data() + shared * summed_cells_, message_.size() / separator, separator},
            {rows.data() + shared * own_cells_ * summed_cells_, own_cells_, summed_cells_}, summed_cells_,
            cells + shared * own_cells_, kept);
    }

   private:
    const Domain& domain_;
    AttributeSet needed_;
    Order order_;
    std::size_t shared_cells_, own_cells_, summed_cells_;
    std::vector<double> message_;
  };

  Factor product_with(const std::vector<std::size_t>& row) const {
    Factor product = clique_;
    for (std::size_t m = 0; m < row.size(); ++m)
      in_clique_[m].broadcast_multiply(messages_[m].cells.data() + row[m] * in_clique_[m].small_cells(),
                                       product.cells.data());
    return product;
  }

  const Domain& domain_;
  Factor clique_;
  const std::vector<Message>& messages_;
  AttributeSet kept_;
  std::vector<marginals::Embedding> in_clique_;  // of each message
  std::vector<std::size_t> rows_;                // the same
  std::size_t cells_ = 0;
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
    const Combination combination(model_.domain(), std::move(given), messages_[clique], kept);
    Order from = carried_to(clique), to = from;
    append(combination.order(), from);
    append(own, to);
    Message message{to, separator, {}};
    append(separator, to);
    message.cells = rearranged(model_.domain(), combination.cells(), from, to);
    return message;
  }

  Factor last_product(std::size_t clique) const {
    const AttributeSet kept = intersection_of(attributes_of(clique), asked_);
    Order order = carried_to(clique);
    const Combination combination(model_.domain(), needed_of(clique, kept), messages_[clique], kept);
    append(combination.order(), order);
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
