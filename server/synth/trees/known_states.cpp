#include "server/synth/trees/known_states.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <utility>

namespace ctgan::synth::trees {
namespace {

using codecs::CodeRows;
using KnownColumn = model::KnownRows::Column;

std::optional<GivenStates> states_of_categories(const TreesParts& parts, std::size_t column,
                                                const std::vector<std::string>& texts) {
  std::optional<std::size_t> variable;
  std::vector<State> states;
  for (const std::string& text : texts) {
    for (const CodeRows& rows : parts.codec.find(column, text)) {
      variable = parts.variables.of_part(rows.column, rows.code.part);
      states.push_back(static_cast<State>(rows.code.code));
    }
  }
  if (!variable) return std::nullopt;
  return GivenStates{*variable, StateSet(std::move(states))};
}

// The variable of a column's numbers.
std::optional<std::size_t> numbers_of(const Variables& variables, std::size_t column) {
  for (std::size_t v = 0; v < variables.size(); ++v)
    if (variables[v].column == column && variables[v].numbers) return v;
  return std::nullopt;
}

void add_range(const TreesParts& parts, const model::GivenCells& given, std::vector<GivenStates>& found) {
  const auto variable = numbers_of(parts.variables, given.column);
  if (!variable) return;
  const Variable& numbers = parts.variables[*variable];
  std::size_t first = 0, last = numbers.states - 1;
  const auto narrow = [&](const std::optional<std::string>& text, std::size_t& end) {
    if (!text) return true;
    const codecs::TextValues values = parts.codec.values_of(given.column, {&*text, 1});
    if (values.places.empty()) return false;
    end = numbers.numbers->state(values.values.numbers.front());
    return true;
  };
  if (!narrow(given.least, first) || !narrow(given.most, last) || first > last) return;
  found.push_back({*variable, StateSet::between(static_cast<State>(first), static_cast<State>(last))});
  if (numbers.presence) found.push_back({*numbers.presence, StateSet({State{0}})});
}

// Of one variable, from the cells of several columns.
class Collector {
 public:
  explicit Collector(std::size_t rows) : rows_(rows) {}

  std::size_t add(Evidence evidence) {
    of_.evidence.push_back(std::move(evidence));
    return of_.evidence.size() - 1;
  }
  // Both where the row's variable has evidence already, unless they exclude each other: then the first.
  void set(std::size_t row, std::size_t evidence) {
    if (of_.of_row.empty()) of_.of_row.assign(rows_, KnownStates::k_nothing);
    std::uint32_t& at = of_.of_row[row];
    at = at == KnownStates::k_nothing ? static_cast<std::uint32_t>(evidence) : both(at, evidence);
  }
  KnownStates::Of take() { return std::move(of_); }

 private:
  std::uint32_t both(std::uint32_t first, std::size_t second) {
    const auto [found, fresh] = both_.try_emplace({first, second}, first);
    if (!fresh) return found->second;
    const Evidence &a = of_.evidence[first], &b = of_.evidence[second];
    Evidence common{a.states.and_in(b.states), {}, a.counts || b.counts};
    if (!common.states.empty()) found->second = static_cast<std::uint32_t>(add(std::move(common)));
    return found->second;
  }

  std::size_t rows_;
  KnownStates::Of of_;
  std::map<std::pair<std::uint32_t, std::size_t>, std::uint32_t> both_;
};

// All columns' cells, column by column.
class Reader {
 public:
  Reader(const TreesParts& parts, const model::KnownRows& rows)
      : parts_(parts), rows_(rows), collectors_(parts.variables.size(), Collector(rows.rows)) {
    const Variables& variables = parts.variables;
    marginals_.resize(variables.size());
    for (std::size_t place = 0; place < variables.size(); ++place)
      marginals_[parts.trees.order()[place]] = parts.trees.marginal(place);
    found_.numbers.resize(parts.codec.columns().size());
  }

  KnownCells read() {
    for (std::size_t column = 0; column < rows_.columns.size(); ++column) {
      read_categories(column);
      read_numbers(column);
      if (rows_.fill) fill(column);
    }
    for (std::size_t v = 0; v < collectors_.size(); ++v) {
      found_.states.variables.push_back(collectors_[v].take());
      found_.states.variables[v].marginal = std::move(marginals_[v]);
    }
    return std::move(found_);
  }

 private:
  // Texts that are categories, or stand for missing values.
  void read_categories(std::size_t column) {
    const KnownColumn& cells = rows_.columns[column];
    const auto meant = parts_.codec.categories_meant(column, cells.texts);
    std::vector<std::optional<std::pair<std::size_t, std::size_t>>> evidence(cells.texts.size());
    for (std::size_t i = 0; i < cells.texts.size(); ++i) {
      auto given = states_of_categories(parts_, column, {meant[i].value_or(cells.texts[i])});
      if (!given) continue;
      Evidence one{given->states};
      if (given->states == StateSet({given->states.any()})) one.state = given->states.any();
      evidence[i] = {given->variable, collectors_[given->variable].add(std::move(one))};
    }
    for (std::size_t row = 0; row < rows_.rows; ++row)
      if (cells.is_known(row) && evidence[cells.text_of[row]])
        collectors_[evidence[cells.text_of[row]]->first].set(row, evidence[cells.text_of[row]]->second);
  }

  void read_numbers(std::size_t column) {
    const KnownColumn& cells = rows_.columns[column];
    const codecs::TextValues texts = parts_.codec.values_of(column, cells.texts);
    if (texts.places.empty()) return;
    std::vector<std::size_t> place_of(cells.texts.size(), texts.places.size());
    for (std::size_t i = 0; i < texts.places.size(); ++i) place_of[texts.places[i]] = i;
    std::vector<double>& numbers = found_.numbers[column];
    numbers.assign(rows_.rows, std::numeric_limits<double>::quiet_NaN());
    for (std::size_t v = 0; v < parts_.variables.size(); ++v) {
      const Variable& variable = parts_.variables[v];
      if (variable.column != column) continue;
      std::vector<std::size_t> evidence;
      for (std::size_t i = 0; i < texts.places.size(); ++i)
        evidence.push_back(collectors_[v].add(
            variable.part ? evidence_of_code(texts.values.parts[*variable.part].code(i))
                          : evidence_of_number(variable, marginals_[v], texts.values.numbers[i])));
      for (std::size_t row = 0; row < rows_.rows; ++row) {
        if (!cells.is_known(row) || place_of[cells.text_of[row]] == texts.places.size()) continue;
        collectors_[v].set(row, evidence[place_of[cells.text_of[row]]]);
        numbers[row] = texts.values.numbers[place_of[cells.text_of[row]]];
      }
    }
  }

  static Evidence evidence_of_code(std::uint32_t code) {
    const auto state = static_cast<State>(code);
    return {StateSet({state}), state};
  }

  // The neighbourhood of a number that fewer rows have is the twentieth of all rows around it: leaves of a few rows
  // have hardly one with the very same number.
  static Evidence evidence_of_number(const Variable& variable, const std::vector<State>& marginal,
                                     double number) {
    const State state = variable.numbers->state(number);
    const auto with_value = static_cast<std::size_t>(
        std::lower_bound(marginal.begin(), marginal.end(), variable.absent()) - marginal.begin());
    const auto [low, high] = std::equal_range(marginal.begin(), marginal.end(), state);
    const auto first = static_cast<std::size_t>(low - marginal.begin());
    const auto last = static_cast<std::size_t>(high - marginal.begin());
    const std::size_t wanted = std::max(with_value / 20, last - first);
    const std::size_t reach = (wanted - (last - first)) / 2;
    if (with_value == 0) return {StateSet({state}), state};
    const State from = std::min(state, marginal[first - std::min(first, reach)]);
    const State to = std::max(state, marginal[std::min(last + reach, with_value) - 1]);
    return {StateSet::between(from, to), state};
  }

  // Unknown cells are not missing, where any are not.
  void fill(std::size_t column) {
    const std::vector<std::string>& missing = parts_.codec.metadata().columns[column].missing_texts;
    auto given = states_of_categories(parts_, column, missing);
    if (!given) return;
    const Variable& variable = parts_.variables[given->variable];
    std::vector<State> states;
    for (std::size_t state = 0; state < variable.states; ++state)
      if (given->states.contains(static_cast<State>(state))) states.push_back(static_cast<State>(state));
    StateSet present = StateSet::all_but(variable.states, states);
    if (present.empty()) return;
    Evidence evidence{present, {}, false};
    if (present == StateSet({present.any()})) evidence.state = present.any();
    Collector& collector = collectors_[given->variable];
    const std::size_t number = collector.add(std::move(evidence));
    for (std::size_t row = 0; row < rows_.rows; ++row)
      if (!rows_.columns[column].is_known(row)) collector.set(row, number);
  }

  const TreesParts& parts_;
  const model::KnownRows& rows_;
  std::vector<Collector> collectors_;          // of each variable
  std::vector<std::vector<State>> marginals_;  // of each variable
  KnownCells found_;
};

}  // namespace

std::vector<GivenStates> states_of(const TreesParts& parts, const std::vector<model::GivenCells>& given) {
  std::vector<GivenStates> found;
  for (const model::GivenCells& cells : given) {
    if (cells.categories.empty()) {
      add_range(parts, cells, found);
      continue;
    }
    const std::vector<std::string> known = parts.codec.categories(cells.column).categories;
    std::vector<std::string> texts;
    for (const std::size_t category : cells.categories) texts.push_back(known[category]);
    if (auto states = states_of_categories(parts, cells.column, texts)) found.push_back(std::move(*states));
  }
  // Columns that are drawn as one are one variable.
  std::vector<GivenStates> apart;
  for (GivenStates& one : found) {
    const auto same = std::find_if(apart.begin(), apart.end(),
                                   [&](const GivenStates& other) { return other.variable == one.variable; });
    if (same == apart.end())
      apart.push_back(std::move(one));
    else if (const StateSet both = same->states.and_in(one.states); !both.empty())
      same->states = both;
  }
  return apart;
}

KnownCells known_cells(const TreesParts& parts, const model::KnownRows& rows) {
  return Reader(parts, rows).read();
}

}  // namespace ctgan::synth::trees
