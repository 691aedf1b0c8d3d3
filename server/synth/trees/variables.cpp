#include "server/synth/trees/variables.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "common/errors/error.h"

namespace ctgan::synth::trees {
namespace {

using codecs::ColumnValues;
using codecs::Domain;

std::vector<State> states_of_codes(const codecs::Codes& codes) {
  std::vector<State> states(codes.rows());
  for (std::size_t row = 0; row < states.size(); ++row) states[row] = static_cast<State>(codes.code(row));
  return states;
}

struct NumberOfRow {
  double number = 0;
  std::uint32_t row = 0;
};

// Of the rows whose cell holds a number, ascending.
std::vector<NumberOfRow> sorted_numbers(const ColumnValues& values, const Domain& domain) {
  std::vector<NumberOfRow> sorted;
  for (std::size_t row = 0; row < values.numbers.size(); ++row)
    if (!domain.presence || values.parts[*domain.presence].code(row) == 0)
      sorted.push_back({values.numbers[row], static_cast<std::uint32_t>(row)});
  std::sort(sorted.begin(), sorted.end(),
            [](const NumberOfRow& a, const NumberOfRow& b) { return a.number < b.number; });
  return sorted;
}

// States and ranks, which are spread over all that 16 bits hold; rows without a number have rank 0.
void fit_numbers(Variable& variable, const ColumnValues& values, const Domain& domain,
                 std::uint64_t least_rows, std::vector<State>& states, std::vector<std::uint16_t>& ranks) {
  const std::vector<NumberOfRow> sorted = sorted_numbers(values, domain);
  std::vector<double> numbers;
  numbers.reserve(sorted.size());
  for (const NumberOfRow& one : sorted) numbers.push_back(one.number);
  variable.numbers = NumberStates::fit(numbers, {.least_rows = least_rows, .step = domain.step});
  variable.states = variable.numbers->size();
  states.assign(values.numbers.size(), variable.absent());
  ranks.assign(values.numbers.size(), 0);
  const double scale = std::numeric_limits<std::uint16_t>::max() /
                       static_cast<double>(std::max<std::size_t>(sorted.size(), 2) - 1);
  for (std::size_t from = 0, to = 0; from < sorted.size(); from = to) {
    while (to < sorted.size() && sorted[to].number == sorted[from].number) ++to;
    const State state = variable.numbers->state(sorted[from].number);
    const auto rank = static_cast<std::uint16_t>(static_cast<double>(from + to - 1) / 2 * scale);
    for (std::size_t i = from; i < to; ++i) {
      states[sorted[i].row] = state;
      ranks[sorted[i].row] = rank;
    }
  }
}

}  // namespace

Variables::Variables(const codecs::TableCodec& codec) : columns_(codec.columns().size()) {
  for (std::size_t column = 0; column < columns_; ++column) {
    const Domain domain = codec.columns()[column]->domain();
    const std::size_t first = variables_.size();
    for (std::size_t part = 0; part < domain.parts.size(); ++part)
      variables_.push_back({.column = column, .part = part, .states = domain.parts[part].counts.size()});
    if (!domain.has_numbers) continue;
    variables_.push_back({.column = column});
    if (domain.presence) variables_.back().presence = first + *domain.presence;
  }
  if (variables_.empty())
    throw errors::Error(errors::Kind::bad_data,
                        "no column was left with anything to learn: all rows are alike");
}

Variables Variables::fit(const codecs::TableCodec& codec, const codecs::LearntColumns& learnt,
                         std::uint64_t seed, threads::ThreadPool& pool, TrainingStates& states) {
  Variables made(codec);
  std::vector<Variable>& variables = made.variables_;
  const std::uint64_t least_rows = codec.metadata().rules.min_category_count;
  states.states.resize(variables.size());
  states.ranks.resize(variables.size());
  pool.run(made.columns_, [&](std::size_t column) {
    const codecs::ColumnCodec& one = *codec.columns()[column];
    const Domain domain = one.domain();
    if (!domain.has_numbers && domain.parts.empty()) return;
    const ColumnValues values = one.encode(learnt[column], {.seed = seed, .column = column});
    for (std::size_t v = 0; v < variables.size(); ++v) {
      if (variables[v].column != column) continue;
      if (variables[v].part)
        states.states[v] = states_of_codes(values.parts[*variables[v].part]);
      else
        fit_numbers(variables[v], values, domain, least_rows, states.states[v], states.ranks[v]);
    }
  });
  states.rows = states.states.front().size();
  return made;
}

Variables Variables::load(const codecs::TableCodec& codec, const std::vector<codecs::ColumnRecord>& records) {
  Variables made(codec);
  for (Variable& variable : made.variables_) {
    if (variable.part) continue;
    variable.numbers =
        NumberStates::take(codec.metadata().columns[variable.column].name, records[variable.column]);
    variable.states = variable.numbers->size();
  }
  return made;
}

void Variables::add_to(std::size_t column, codecs::ColumnRecord& record) const {
  for (const Variable& variable : variables_)
    if (variable.column == column && variable.numbers) variable.numbers->add_to(record);
}

std::size_t Variables::of_part(std::size_t column, std::size_t part) const {
  const auto found = std::find_if(variables_.begin(), variables_.end(), [&](const Variable& variable) {
    return variable.column == column && variable.part == part;
  });
  return static_cast<std::size_t>(found - variables_.begin());
}

codecs::ColumnValues Variables::values(std::size_t column, const std::vector<std::vector<State>>& states,
                                       const std::vector<std::vector<float>>& uniform) const {
  codecs::ColumnValues values;
  for (std::size_t v = 0; v < variables_.size(); ++v) {
    const Variable& variable = variables_[v];
    if (variable.column != column) continue;
    const std::vector<State>& drawn = states[v];
    if (variable.part) {
      codecs::Codes codes = codecs::Codes::sized(variable.states, drawn.size());
      for (std::size_t row = 0; row < drawn.size(); ++row) codes.set(row, drawn[row]);
      values.parts.push_back(std::move(codes));
      continue;
    }
    values.numbers.resize(drawn.size());
    for (std::size_t row = 0; row < drawn.size(); ++row)
      if (drawn[row] < variable.states)
        values.numbers[row] = variable.numbers->number(drawn[row], static_cast<double>(uniform[v][row]));
  }
  return values;
}

BinOfState ordered_bins(const Variable& variable, std::span<const State> states) {
  constexpr std::size_t k_most_number_bins = 254;  // beside that of rows without a number
  std::vector<std::size_t> rows(variable.all_states());
  for (const State state : states) ++rows[state];
  BinOfState bins(variable.all_states());
  const std::size_t with_value = std::accumulate(
      rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(variable.states), std::size_t{0});
  const double rows_a_bin =
      variable.states > k_most_number_bins ? static_cast<double>(with_value) / k_most_number_bins : 0;
  double pending = 0;
  std::size_t bin = variable.presence ? 1 : 0;
  for (std::size_t state = 0; state < variable.states; ++state) {
    bins[state] = static_cast<Bin>(bin);
    pending += static_cast<double>(rows[state]);
    if (pending < rows_a_bin || bin == std::numeric_limits<Bin>::max()) continue;
    ++bin;
    // What a common state has too much, the next bins lack: else there would be too few bins in all.
    pending = 0;
  }
  return bins;
}

}  // namespace ctgan::synth::trees
