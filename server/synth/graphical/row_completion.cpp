#include "server/synth/graphical/row_completion.h"

#include <algorithm>
#include <utility>

#include "server/synth/marginals/embedding.h"

namespace ctgan::synth::graphical {
namespace {

std::size_t stride_in(const Domain& domain, const AttributeSet& attributes, Attribute attribute) {
  if (!attributes.contains(attribute)) return 0;
  std::size_t stride = 1;
  for (const Attribute other : attributes)
    if (other > attribute) stride *= domain.size(other);
  return stride;
}

std::vector<double> given_separator(const GraphicalModel& model, std::size_t clique) {
  const JunctionTree::Clique& own = model.tree().cliques[clique];
  std::vector<double> cells(model.belief(clique).begin(), model.belief(clique).end());
  marginals::Embedding(model.domain(), own.attributes, own.separator)
      .broadcast_multiply(marginals::inverses(model.separator(clique)).data(), cells.data());
  return cells;
}

// Where messages go, the greatest is 1: a product of many would leave the range of doubles. One of zeros says nothing.
void normalise(std::vector<double>& message) {
  const double greatest = *std::max_element(message.begin(), message.end());
  for (double& cell : message) cell = greatest > 0 ? cell / greatest : 1;
}

}  // namespace

// What is known of one row, or drawn already, and what was sent up. Used for one row after the other.
struct RowCompletion::Row {
  std::vector<std::size_t> codes;             // of each attribute
  std::vector<bool> is_known;                 // the same
  std::vector<std::vector<double>> messages;  // of each clique to its parent; empty: it says nothing
};

RowCompletion::RowCompletion(const GraphicalModel& model) : model_(model) {
  const std::vector<JunctionTree::Clique>& cliques = model.tree().cliques;
  passages_.resize(cliques.size());
  for (std::size_t clique = 1; clique < cliques.size(); ++clique)
    passages_[cliques[clique].parent].children.push_back(clique);
  for (std::size_t clique = 0; clique < cliques.size(); ++clique) {
    const auto stride = [&](const AttributeSet& attributes, Attribute attribute) {
      return stride_in(model.domain(), attributes, attribute);
    };
    Passage& passage = passages_[clique];
    for (const Attribute a : cliques[clique].attributes) {
      passage.axes.push_back({a,
                              model.domain().size(a),
                              stride(cliques[clique].attributes, a),
                              stride(cliques[clique].separator, a),
                              {}});
      for (const std::size_t child : passage.children)
        passage.axes.back().in_children.push_back(stride(cliques[child].separator, a));
    }
    passage.given_separator = given_separator(model, clique);
    passage.separator_cells = model.separator(clique).size();
  }
}

// Calls use(cell of the separator, weight, open axes, their codes) for every cell that what is known leaves open, until
// it gives false. A weight is how likely the cell is given the separator, times what was sent up about it.
template <typename Use>
void RowCompletion::for_each_open_cell(std::size_t clique, const Row& row, const Use& use) const {
  const Passage& passage = passages_[clique];
  std::vector<const Axis*> open;
  std::size_t cell = 0, shared = 0;
  std::vector<std::size_t> in_children(passage.children.size());
  const auto move = [&](const Axis& axis, std::size_t codes) {
    cell += codes * axis.stride;
    shared += codes * axis.in_separator;
    for (std::size_t child = 0; child < in_children.size(); ++child)
      in_children[child] += codes * axis.in_children[child];
  };
  for (const Axis& axis : passage.axes)
    if (row.is_known[axis.attribute])
      move(axis, row.codes[axis.attribute]);
    else
      open.push_back(&axis);
  std::vector<std::size_t> codes(open.size());
  for (;;) {
    double weight = passage.given_separator[cell];
    for (std::size_t child = 0; child < in_children.size(); ++child) {
      const std::vector<double>& message = row.messages[passage.children[child]];
      if (!message.empty()) weight *= message[in_children[child]];
    }
    if (!use(shared, weight, open, codes)) return;
    std::size_t place = open.size();
    for (; place-- > 0;) {
      move(*open[place], 1);
      if (++codes[place] < open[place]->size) break;
      move(*open[place], std::size_t{0} - codes[place]);
      codes[place] = 0;
    }
    if (place == std::size_t{0} - 1) return;
  }
}

void RowCompletion::send_up(std::size_t clique, Row& row) const {
  const Passage& passage = passages_[clique];
  const auto says_something = [&](std::size_t child) { return !row.messages[child].empty(); };
  const auto is_news = [&](const Axis& axis) {
    return axis.in_separator == 0 && row.is_known[axis.attribute];
  };
  std::vector<double>& message = row.messages[clique];
  message.clear();
  if (std::none_of(passage.children.begin(), passage.children.end(), says_something) &&
      std::none_of(passage.axes.begin(), passage.axes.end(), is_news))
    return;
  message.resize(passage.separator_cells);
  for_each_open_cell(clique, row, [&](std::size_t shared, double weight, const auto&, const auto&) {
    message[shared] += weight;
    return true;
  });
  normalise(message);
}

// The first cell at which the sum of weights is above a uniform part of all.
void RowCompletion::draw_clique(std::size_t clique, double uniform, Row& row) const {
  double total = 0, sum = 0;
  for_each_open_cell(clique, row, [&](std::size_t, double weight, const auto&, const auto&) {
    total += weight;
    return true;
  });
  std::vector<std::pair<Attribute, std::size_t>> drawn;
  for_each_open_cell(clique, row, [&](std::size_t, double weight, const auto& open, const auto& codes) {
    sum += weight;
    if (sum <= uniform * total && total > 0) return true;
    for (std::size_t place = 0; place < open.size(); ++place)
      drawn.emplace_back(open[place]->attribute, codes[place]);
    return false;
  });
  for (const auto& [attribute, code] : drawn) {
    row.codes[attribute] = code;
    row.is_known[attribute] = true;
  }
}

void RowCompletion::draw(const RowSampler::Streams& streams, const KnownRows& known, std::size_t first,
                         std::size_t count, std::span<codecs::Codes> columns) const {
  if (columns.empty()) return;
  std::vector<std::vector<float>> uniforms;
  for (const JunctionTree::Clique& clique : model_.tree().cliques) {
    // Every clique has an attribute of its own that its parent lacks.
    uniforms.emplace_back(2 * count);
    streams(difference_of(clique.attributes, clique.separator)[0]).fill_uniform(uniforms.back());
  }
  Row row{std::vector<std::size_t>(columns.size()), std::vector<bool>(columns.size()),
          std::vector<std::vector<double>>(passages_.size())};
  for (std::size_t at = 0; at < count; ++at) {
    for (std::size_t a = 0; a < columns.size(); ++a) {
      row.is_known[a] = known[a][first + at] != 0;
      row.codes[a] = columns[a].code(first + at);
    }
    for (std::size_t clique = passages_.size(); clique-- > 1;) send_up(clique, row);
    for (std::size_t clique = 0; clique < passages_.size(); ++clique)
      draw_clique(clique, double{uniforms[clique][2 * at]} + double{uniforms[clique][2 * at + 1]} * 0x1p-24,
                  row);
    for (std::size_t a = 0; a < columns.size(); ++a)
      if (known[a][first + at] == 0) columns[a].set(first + at, static_cast<std::uint32_t>(row.codes[a]));
  }
}

}  // namespace ctgan::synth::graphical
