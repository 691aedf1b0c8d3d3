#include "server/synth/trees/trees_archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/errors/error.h"
#include "common/options/methods.h"
#include "server/synth/model/model_archive.h"

namespace ctgan::synth::trees {
namespace {

using archive::Archive;
using archive::Tensor;
using archive::TensorType;

constexpr const char* k_method = "trees";
constexpr const char* k_tensor_order = "visit_order";
constexpr const char* k_tensor_counts = "tree_counts";
constexpr std::int64_t k_most_trees = 100;

// Tree `number` of the variable visit_order[place].
struct TreePlace {
  std::size_t place = 0;
  std::size_t number = 0;
};

std::string name_of(TreePlace tree, std::string_view what) {
  return fmt::format("tree{}_{}.{}", tree.place, tree.number, what);
}

[[noreturn]] void refuse(TreePlace tree, std::string_view why) {
  model::refuse_damaged(fmt::format("tree '{}_{}' {}", tree.place, tree.number, why));
}

template <typename Number>
Tensor words(std::string name, const std::vector<Number>& numbers) {
  Tensor tensor{.name = std::move(name), .type = TensorType::u8, .shape = {numbers.size(), 2}, .bytes = {}};
  tensor.bytes.reserve(numbers.size() * 2);
  for (const Number number : numbers) {
    tensor.bytes.push_back(static_cast<std::uint8_t>(number & 0xffU));
    tensor.bytes.push_back(static_cast<std::uint8_t>(number >> 8U));
  }
  return tensor;
}

std::vector<std::uint16_t> take_words(const Tensor& tensor) {
  if (tensor.type != TensorType::u8 || tensor.shape.size() != 2 || tensor.shape[1] != 2)
    model::refuse_damaged(errors::quoted(tensor.name) + " is no list of two bytes each");
  std::vector<std::uint16_t> numbers(tensor.shape[0]);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    numbers[i] =
        static_cast<std::uint16_t>(tensor.bytes[2 * i] | (std::uint16_t{tensor.bytes[2 * i + 1]} << 8U));
  return numbers;
}

Tensor bytes(std::string name, std::vector<std::uint8_t> numbers) {
  return {.name = std::move(name),
          .type = TensorType::u8,
          .shape = {numbers.size()},
          .bytes = std::move(numbers)};
}

const std::vector<std::uint8_t>& take_bytes(const Tensor& tensor) {
  if (tensor.type != TensorType::u8 || tensor.shape.size() != 1)
    model::refuse_damaged(errors::quoted(tensor.name) + " is no list of bytes");
  return tensor.bytes;
}

template <typename Number>
Tensor whole(std::string name, const std::vector<Number>& numbers) {
  const std::vector<std::int64_t> wide(numbers.begin(), numbers.end());
  return archive::tensor_from_integers(std::move(name), {wide.size()}, wide.data());
}

void add_tree(Archive& out, TreePlace place, const Tree& tree) {
  std::vector<std::uint16_t> predictors;
  std::vector<std::uint8_t> cuts, bins;
  std::vector<std::uint32_t> next;
  for (const Node& node : tree.nodes) {
    predictors.push_back(node.predictor);
    cuts.push_back(node.greatest_left);
    next.push_back(node.next);
  }
  for (const Predictor& predictor : tree.predictors)
    bins.insert(bins.end(), predictor.bins.begin(), predictor.bins.end());
  out.tensors.push_back(words(name_of(place, "predictors"), predictors));
  out.tensors.push_back(bytes(name_of(place, "cuts"), std::move(cuts)));
  out.tensors.push_back(whole(name_of(place, "next"), next));
  out.tensors.push_back(bytes(name_of(place, "bins"), std::move(bins)));
  out.tensors.push_back(whole(name_of(place, "leaf_starts"), tree.leaf_starts));
  out.tensors.push_back(words(name_of(place, "leaf_states"), tree.states));
}

// Children behind their parents and nowhere twice, leaves in their order: every walk ends in a leaf.
std::vector<Node> take_nodes(const Archive& in, TreePlace place, std::size_t& leaves) {
  const std::vector<std::uint16_t> predictors = take_words(in.tensor(name_of(place, "predictors")));
  const std::vector<std::uint8_t>& cuts = take_bytes(in.tensor(name_of(place, "cuts")));
  const std::vector<std::int64_t> next = archive::integers(in.tensor(name_of(place, "next")));
  if (predictors.empty() || predictors.size() != cuts.size() || predictors.size() != next.size())
    refuse(place, "has 'predictors', 'cuts' and 'next' of different nodes");
  std::vector<Node> nodes;
  std::vector<bool> is_child(predictors.size()), is_leaf;
  const auto count = static_cast<std::int64_t>(predictors.size());
  leaves = static_cast<std::size_t>(std::count(predictors.begin(), predictors.end(), Node::k_leaf));
  is_leaf.resize(leaves);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const std::int64_t to = next[at];
    if (predictors[at] == Node::k_leaf) {
      if (to < 0 || to >= static_cast<std::int64_t>(leaves) || is_leaf[static_cast<std::size_t>(to)])
        refuse(place, "has a 'next' that is no leaf");
      is_leaf[static_cast<std::size_t>(to)] = true;
    } else {
      if (predictors[at] >= place.place || to <= i || to >= count - 1 ||
          is_child[static_cast<std::size_t>(to)] || is_child[static_cast<std::size_t>(to) + 1])
        refuse(place, "has a 'next' or a predictor that no tree has");
      is_child[static_cast<std::size_t>(to)] = is_child[static_cast<std::size_t>(to) + 1] = true;
    }
    nodes.push_back({predictors[at], cuts[at], static_cast<std::uint32_t>(to)});
  }
  return nodes;
}

std::vector<Predictor> take_predictors(const Archive& in, TreePlace place, const VisitOrder& order,
                                       const Variables& variables) {
  const std::vector<std::uint8_t>& bins = take_bytes(in.tensor(name_of(place, "bins")));
  std::vector<Predictor> predictors;
  std::size_t from = 0;
  for (std::size_t i = 0; i < place.place; ++i) {
    const std::size_t states = variables[order[i]].all_states();
    if (bins.size() - from < states) refuse(place, "has fewer 'bins' than its predictors have states");
    const auto begin = bins.begin() + static_cast<std::ptrdiff_t>(from);
    predictors.push_back({order[i], BinOfState(begin, begin + static_cast<std::ptrdiff_t>(states))});
    from += states;
  }
  if (from != bins.size()) refuse(place, "has more 'bins' than its predictors have states");
  return predictors;
}

Tree take_tree(const Archive& in, TreePlace place, const VisitOrder& order, const Variables& variables) {
  Tree tree;
  std::size_t leaves = 0;
  tree.nodes = take_nodes(in, place, leaves);
  tree.predictors = take_predictors(in, place, order, variables);
  tree.states = take_words(in.tensor(name_of(place, "leaf_states")));
  const std::vector<std::int64_t> starts = archive::integers(in.tensor(name_of(place, "leaf_starts")));
  const bool in_order =
      starts.size() == leaves + 1 && starts.front() == 0 &&
      starts.back() == static_cast<std::int64_t>(tree.states.size()) &&
      std::adjacent_find(starts.begin(), starts.end(), std::greater_equal<>()) == starts.end();
  if (!in_order) refuse(place, "has 'leaf_starts' that are not those of its leaves");
  tree.leaf_starts.assign(starts.begin(), starts.end());
  const std::size_t states = variables[order[place.place]].states;
  if (std::any_of(tree.states.begin(), tree.states.end(), [states](State s) { return s >= states; }))
    refuse(place, "has 'leaf_states' that its variable has not");
  return tree;
}

VisitOrder take_order(const Archive& in, const Variables& variables) {
  const std::vector<std::int64_t> numbers = archive::integers(in.tensor(k_tensor_order));
  std::vector<bool> seen(variables.size());
  VisitOrder order;
  for (const std::int64_t number : numbers) {
    const auto variable = static_cast<std::size_t>(number);
    const bool known = number >= 0 && variable < variables.size() && !seen[variable];
    if (!known || (variables[variable].presence && !seen[*variables[variable].presence]))
      model::refuse_damaged("'visit_order' is no order of its variables");
    seen[variable] = true;
    order.push_back(variable);
  }
  if (order.size() != variables.size()) model::refuse_damaged("'visit_order' leaves variables out");
  return order;
}

// Of each variable in visit order.
std::vector<std::size_t> take_counts(const Archive& in, std::size_t variables) {
  const std::vector<std::int64_t> counts = archive::integers(in.tensor(k_tensor_counts));
  const bool good =
      counts.size() == variables &&
      std::all_of(counts.begin(), counts.end(), [](std::int64_t n) { return n > 0 && n <= k_most_trees; });
  if (!good) model::refuse_damaged("'tree_counts' does not count those of each variable");
  return {counts.begin(), counts.end()};
}

// The columns' codec and what trees know of their numbers, from the same records.
struct Columns {
  codecs::TableCodec codec;
  Variables variables;

  static Columns load(const table::Metadata& metadata, const std::vector<codecs::ColumnRecord>& records) {
    codecs::TableCodec codec = codecs::TableCodec::load(metadata, records);
    Variables variables = Variables::load(codec, records);
    return {std::move(codec), std::move(variables)};
  }
};

}  // namespace

Archive write_trees(const TreesParts& parts) {
  Archive out = model::start_archive(options::find_method(k_method), parts.options, parts.codec.metadata());
  std::vector<codecs::ColumnRecord> records;
  for (std::size_t i = 0; i < parts.codec.columns().size(); ++i) {
    records.push_back(parts.codec.record(i));
    parts.variables.add_to(i, records.back());
  }
  model::add_columns(out, records);
  out.tensors.push_back(whole(k_tensor_order, parts.trees.order()));
  std::vector<std::size_t> counts;
  for (std::size_t place = 0; place < parts.trees.order().size(); ++place)
    counts.push_back(parts.trees.forest(place).size());
  out.tensors.push_back(whole(k_tensor_counts, counts));
  for (std::size_t place = 0; place < parts.trees.order().size(); ++place)
    for (std::size_t i = 0; i < parts.trees.forest(place).size(); ++i)
      add_tree(out, {place, i}, parts.trees.forest(place)[i]);
  return out;
}

TreesParts read_trees(const Archive& archive) {
  model::check_format(archive);
  options::Values options = model::read_options(archive, options::find_method(k_method));
  Columns columns = model::read_columns<Columns>(archive);
  VisitOrder order = take_order(archive, columns.variables);
  const std::vector<std::size_t> counts = take_counts(archive, order.size());
  std::vector<Forest> forests;
  for (std::size_t place = 0; place < order.size(); ++place) {
    forests.emplace_back();
    for (std::size_t i = 0; i < counts[place]; ++i)
      forests.back().push_back(take_tree(archive, {place, i}, order, columns.variables));
  }
  return {std::move(options), std::move(columns.codec), std::move(columns.variables),
          SequentialTrees(std::move(order), std::move(forests))};
}

}  // namespace ctgan::synth::trees
