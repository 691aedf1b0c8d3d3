#include "server/synth/trees/tree_contents.h"

#include <algorithm>
#include <string>
#include <vector>

#include "common/errors/error.h"
#include "common/table_formats/csv_writer.h"

namespace ctgan::synth::trees {
namespace {

using nlohmann::ordered_json;

// Numbers of a column as its cells have them; as they are where a rule has the column learnt as something else.
std::vector<std::string> spelled(const TreesParts& parts, const Variable& variable,
                                 std::vector<double> numbers) {
  const codecs::ColumnCodec& codec = *parts.codec.columns()[variable.column];
  codecs::ColumnValues values;
  const std::size_t rows = numbers.size();
  values.numbers = std::move(numbers);
  for (const codecs::CategoryRows& part : codec.domain().parts)
    values.parts.push_back(codecs::Codes::sized(part.counts.size(), rows));
  const table::Column column = codec.decode(values, {.count = rows, .column = variable.column});
  const table_formats::CellTexts cells(column);
  std::vector<std::string> texts(rows);
  for (std::size_t row = 0; row < rows; ++row) cells.append(row, texts[row]);
  return texts;
}

ordered_json number_states(const TreesParts& parts, const Variable& variable,
                           const std::vector<std::size_t>& rows) {
  std::vector<double> ends;
  for (std::size_t state = 0; state < variable.states; ++state) {
    const auto [low, high] = variable.numbers->ends(static_cast<State>(state));
    ends.push_back(low);
    ends.push_back(high);
  }
  const std::vector<std::string> texts = spelled(parts, variable, std::move(ends));
  ordered_json states = ordered_json::array();
  for (std::size_t state = 0; state < variable.states; ++state) {
    if (variable.numbers->is_value(static_cast<State>(state)))
      states.push_back({{"value", texts[2 * state]}, {"rows", rows[state]}});
    else
      states.push_back({{"from", texts[2 * state]}, {"to", texts[2 * state + 1]}, {"rows", rows[state]}});
  }
  return states;
}

// A category's code has its text where the codec says it, else its number.
ordered_json code_states(const TreesParts& parts, const Variable& variable,
                         const std::vector<std::size_t>& rows) {
  std::vector<std::string> texts(variable.states);
  const codecs::ColumnCodec& codec = *parts.codec.columns()[variable.column];
  std::vector<std::string> known = codec.categories().categories;
  const auto& missing = codec.metadata().missing_texts;
  known.insert(known.end(), missing.begin(), missing.end());
  for (const std::string& text : known) {
    const auto code = codec.find(text);
    if (!code || code->part != *variable.part) continue;
    std::string& of_code = texts[code->code];
    of_code = of_code.empty() ? errors::quoted(text) : of_code + ", ...";
  }
  ordered_json states = ordered_json::array();
  for (std::size_t state = 0; state < variable.states; ++state)
    states.push_back({{"value", texts[state].empty() ? ordered_json(state) : ordered_json(texts[state])},
                      {"rows", rows[state]}});
  return states;
}

ordered_json leaf_rows(const Forest& forest) {
  std::vector<std::size_t> rows;
  for (const Tree& tree : forest)
    for (std::uint32_t leaf = 0; leaf + 1 < tree.leaf_starts.size(); ++leaf)
      rows.push_back(tree.leaf(leaf).size());
  std::sort(rows.begin(), rows.end());
  return {{"least", rows.front()}, {"median", rows[rows.size() / 2]}, {"greatest", rows.back()}};
}

std::string part_name(const TreesParts& parts, const Variable& variable) {
  const codecs::Domain domain = parts.codec.columns()[variable.column]->domain();
  if (domain.presence == variable.part) return "missing";
  return domain.parts[*variable.part].own ? "category" : "other";
}

}  // namespace

ordered_json contents_of(const TreesParts& parts) {
  ordered_json contents = ordered_json::array();
  ordered_json given = ordered_json::array();
  for (std::size_t place = 0; place < parts.trees.order().size(); ++place) {
    const Variable& variable = parts.variables[parts.trees.order()[place]];
    const std::string& name = parts.codec.metadata().columns[variable.column].name;
    const Forest& forest = parts.trees.forest(place);
    std::vector<std::size_t> rows(variable.states);
    std::size_t leaves = 0;
    for (const Tree& tree : forest) {
      leaves += tree.leaf_starts.size() - 1;
      for (const State state : tree.states) ++rows[state];
    }
    ordered_json one{{"column", name}};
    if (variable.part) one["part"] = part_name(parts, variable);
    one.update({{"given", given}, {"trees", forest.size()}, {"leaves", leaves}});
    one["rows_a_leaf"] = leaf_rows(forest);
    one["states"] = variable.part ? code_states(parts, variable, rows) : number_states(parts, variable, rows);
    contents.push_back(std::move(one));
    if (given.empty() || given.back() != name) given.push_back(name);
  }
  return contents;
}

}  // namespace ctgan::synth::trees
