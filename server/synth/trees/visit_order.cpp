#include "server/synth/trees/visit_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "common/conditions/row_constraint.h"
#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "server/synth/trees/association.h"

namespace ctgan::synth::trees {
namespace {

// Variables of each column, in their order.
std::vector<VisitOrder> by_column(const Variables& variables) {
  std::vector<VisitOrder> columns;
  for (std::size_t v = 0; v < variables.size(); ++v) {
    if (v == 0 || variables[v].column != variables[v - 1].column) columns.emplace_back();
    columns.back().push_back(v);
  }
  return columns;
}

VisitOrder joined(const std::vector<VisitOrder>& columns, const std::vector<std::size_t>& order) {
  VisitOrder joined;
  for (const std::size_t column : order)
    joined.insert(joined.end(), columns[column].begin(), columns[column].end());
  return joined;
}

std::vector<std::size_t> named_columns(std::string_view list, const std::vector<std::string>& names) {
  const auto one = std::find(names.begin(), names.end(), list);
  if (one != names.end()) return {static_cast<std::size_t>(one - names.begin())};
  if (list.find(',') != std::string_view::npos) return conditions::parse_column_list(list, names);
  std::vector<std::string> near = names;
  near.insert(near.end(), k_order_words.begin(), k_order_words.end());
  throw errors::Error(errors::Kind::usage,
                      fmt::format("{} is no order of columns, and no column", errors::quoted(list)),
                      errors::suggestion(list, near));
}

}  // namespace

VisitOrder named_order(std::string_view columns, const table::Metadata& metadata,
                       const Variables& variables) {
  const std::vector<std::size_t> named = named_columns(columns, metadata.names());
  std::vector<VisitOrder> of = by_column(variables);
  const auto turn = [&](const VisitOrder& column) {
    return std::find(named.begin(), named.end(), variables[column.front()].column) - named.begin();
  };
  std::stable_sort(of.begin(), of.end(),
                   [&](const VisitOrder& a, const VisitOrder& b) { return turn(a) < turn(b); });
  VisitOrder order;
  for (const VisitOrder& column : of) order.insert(order.end(), column.begin(), column.end());
  return order;
}

VisitOrder data_order(const Variables& variables) {
  VisitOrder order(variables.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

VisitOrder association_order(const Variables& variables, const TrainingStates& training) {
  const std::vector<VisitOrder> columns = by_column(variables);
  const std::vector<std::vector<double>> between = associations(variables, training);
  const auto strength = [&](std::size_t a, std::size_t b) {
    double most = 0;
    for (const std::size_t v : columns[a])
      for (const std::size_t w : columns[b]) most = std::max(most, between[v][w]);
    return most;
  };
  std::vector<double> nearness(columns.size());
  for (std::size_t a = 0; a < columns.size(); ++a)
    for (std::size_t b = 0; b < columns.size(); ++b)
      if (a != b) nearness[a] += strength(a, b);
  std::vector<std::size_t> order;
  std::vector<bool> placed(columns.size());
  while (order.size() < columns.size()) {
    std::size_t next = columns.size();
    for (std::size_t c = 0; c < columns.size(); ++c)
      if (!placed[c] && (next == columns.size() || nearness[c] > nearness[next])) next = c;
    // From the first on, what counts is the strongest association to a placed column.
    for (std::size_t c = 0; c < columns.size(); ++c)
      nearness[c] = order.empty() ? strength(c, next) : std::max(nearness[c], strength(c, next));
    placed[next] = true;
    order.push_back(next);
  }
  return joined(columns, order);
}

VisitOrder reversed(const VisitOrder& order, const Variables& variables) {
  VisitOrder backwards;
  for (std::size_t end = order.size(); end > 0;) {
    std::size_t begin = end - 1;
    while (begin > 0 && variables[order[begin - 1]].column == variables[order[begin]].column) --begin;
    backwards.insert(backwards.end(), order.begin() + static_cast<std::ptrdiff_t>(begin),
                     order.begin() + static_cast<std::ptrdiff_t>(end));
    end = begin;
  }
  return backwards;
}

}  // namespace ctgan::synth::trees
