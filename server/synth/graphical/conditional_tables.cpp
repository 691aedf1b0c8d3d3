#include "server/synth/graphical/row_sampler.h"
#include "server/synth/marginals/embedding.h"

namespace ctgan::synth::graphical {
namespace {

// How far the cells of one code of each attribute are apart, in an array of these attributes in this order.
std::vector<std::size_t> strides_of(const Domain& domain, std::span<const Attribute> attributes) {
  std::vector<std::size_t> strides(attributes.size());
  std::size_t stride = 1;
  for (std::size_t place = attributes.size(); place-- > 0;) {
    strides[place] = stride;
    stride *= domain.size(attributes[place]);
  }
  return strides;
}

ConditionalTable table_of(const GraphicalModel& model, std::size_t clique, Attribute attribute,
                          const AttributeSet& parents) {
  const Domain& domain = model.domain();
  Factor joint(domain, union_of(parents, {attribute}), 0);
  marginals::Embedding(domain, model.tree().cliques[clique].attributes, joint.attributes)
      .project_sum(model.belief(clique).data(), joint.cells.data());
  ConditionalTable table;
  table.attribute = attribute;
  table.size = domain.size(attribute);
  table.parents = parents;
  std::vector<Attribute> order(parents.begin(), parents.end());
  table.parent_strides = strides_of(domain, order);
  order.push_back(attribute);
  const std::vector<Attribute> sorted(joint.attributes.begin(), joint.attributes.end());
  table.cumulative = rearranged(domain, joint.cells, sorted, order);
  for (std::size_t cell = 0; cell < table.cumulative.size(); ++cell)
    if (cell % table.size != 0) table.cumulative[cell] += table.cumulative[cell - 1];
  return table;
}

}  // namespace

std::vector<ConditionalTable> conditional_tables(const GraphicalModel& model) {
  std::vector<ConditionalTable> tables;
  const std::vector<Attribute>& order = model.tree().elimination_order;
  for (std::size_t clique = 0; clique < model.tree().cliques.size(); ++clique) {
    const JunctionTree::Clique& own = model.tree().cliques[clique];
    AttributeSet drawn = own.separator;
    for (std::size_t place = order.size(); place-- > 0;) {
      if (!own.attributes.contains(order[place]) || drawn.contains(order[place])) continue;
      tables.push_back(table_of(model, clique, order[place], drawn));
      drawn = union_of(drawn, {order[place]});
    }
  }
  return tables;
}

}  // namespace ctgan::synth::graphical
