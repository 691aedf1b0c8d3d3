#include "common/conditions/rule_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "common/conditions/cell_values.h"
#include "common/conditions/equation_search.h"
#include "common/conditions/joined_cells.h"
#include "common/errors/error.h"
#include "common/table/kind_traits.h"

namespace ctgan::conditions {
namespace {

constexpr std::size_t k_most_rows = 20'000;
constexpr std::size_t k_most_columns = 40;
constexpr std::size_t k_fewest_rows = 20;
// An order or combination says something where chance would break it in so many rows, and in at least twenty.
constexpr double k_least_share = 0.02;
constexpr std::size_t k_most_values = 200;  // of a column that decides others, or avoids them
constexpr std::size_t k_few_numbers = 20;
constexpr std::size_t k_most_combinations = 2000;
constexpr std::size_t k_most_avoiding = 5;

// Some other row, as if drawn at random, but the same in every search.
std::size_t elsewhere(std::size_t row, std::size_t rows) {
  std::uint64_t mixed = (row + 1) * 0x9E3779B97F4A7C15ULL;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  return static_cast<std::size_t>((mixed ^ (mixed >> 31U)) % rows);
}

table::Table some_rows(const table::Table& table) {
  if (table.rows() <= k_most_rows) return table;
  std::vector<std::uint32_t> rows(k_most_rows);
  for (std::size_t i = 0; i < k_most_rows; ++i)
    rows[i] = static_cast<std::uint32_t>(i * table.rows() / k_most_rows);
  return table.rows_at(rows);
}

bool telling(double share, std::size_t rows) {
  return share >= k_least_share && share * static_cast<double>(rows) >= static_cast<double>(k_fewest_rows);
}

class Search {
 public:
  Search(const table::Table& table, const table::Metadata& metadata)
      : table_(some_rows(table)), metadata_(metadata), names_(metadata.names()) {
    for (std::size_t i = 0; i < names_.size() && numbers_.size() < k_most_columns; ++i) {
      if (!table::traits_of(metadata.columns[i].kind).is_number()) continue;
      if (!CellValues::suits(metadata.columns[i])) continue;
      const CellValues cells(metadata.columns[i]);
      numbers_.push_back({i, cells.type(), cells.grid(), cells.read(table_.columns()[i])});
    }
  }

  std::vector<FoundRule> run() {
    for (const FoundEquation& equation : find_equations(numbers_, names_)) {
      explained_.emplace_back(equation.columns.begin(), equation.columns.end());
      targets_.push_back(equation.columns.front());
      add(equation.text, false, 1);
    }
    find_orders();
    find_combinations();
    return std::move(found_);
  }

 private:
  struct Discrete {
    std::size_t column = 0;
    bool number = false;
    std::vector<std::uint32_t> codes;
    std::size_t values = 0;

    // Numbers of more values are no categories.
    bool few() const { return !number || values <= k_few_numbers; }
  };
  struct Order {
    std::size_t low = 0, high = 0;  // in numbers_
    bool strict = true;
    double share = 0;
  };

  void add(const std::string& text, bool decides, double share) {
    found_.push_back({parse_rule(text, names_), decides, share});
  }

  // An equation's target is above or below its parts as they are; they hold it.
  bool in_equation(std::size_t a, std::size_t b) const {
    for (std::size_t i = 0; i < explained_.size(); ++i) {
      const bool both = explained_[i].contains(a) && explained_[i].contains(b);
      if (both && (targets_[i] == a || targets_[i] == b)) return true;
    }
    return false;
  }

  std::optional<Order> order_of(std::size_t low, std::size_t high) const {
    const auto& a = numbers_[low].values;
    const auto& b = numbers_[high].values;
    Order order{low, high, true, 0};
    std::size_t rows = 0;
    std::size_t swapped = 0;
    std::size_t equal = 0;
    for (std::size_t row = 0; row < a.size(); ++row) {
      const long double other = b[elsewhere(row, b.size())];
      if (a[row] > other) ++swapped;
      if (std::isnan(a[row]) || std::isnan(b[row])) continue;
      if (a[row] > b[row]) return std::nullopt;
      ++rows;
      if (a[row] == b[row]) ++equal;
    }
    order.strict = equal == 0;
    order.share = rows == 0 ? 0 : static_cast<double>(swapped) / static_cast<double>(rows);
    if (equal == rows || !telling(order.share, rows)) return std::nullopt;
    return order;
  }

  void find_orders() {
    std::vector<Order> orders;
    for (std::size_t low = 0; low < numbers_.size(); ++low)
      for (std::size_t high = 0; high < numbers_.size(); ++high) {
        if (low == high || numbers_[low].type != numbers_[high].type) continue;
        if (in_equation(numbers_[low].column, numbers_[high].column)) continue;
        if (const auto order = order_of(low, high)) orders.push_back(*order);
      }
    const auto known = [&orders](std::size_t low, std::size_t high) {
      return std::any_of(orders.begin(), orders.end(),
                         [&](const Order& each) { return each.low == low && each.high == high; });
    };
    for (const Order& order : orders) {
      bool implied = false;
      for (std::size_t between = 0; between < numbers_.size() && !implied; ++between)
        implied = known(order.low, between) && known(between, order.high);
      if (implied) continue;
      add(fmt::format("{} {} {}", name_in_rule(names_[numbers_[order.low].column]),
                      order.strict ? "<" : "<=", name_in_rule(names_[numbers_[order.high].column])),
          false, order.share);
    }
  }

  std::vector<Discrete> discrete_columns() const {
    std::vector<Discrete> columns;
    for (std::size_t i = 0; i < names_.size() && columns.size() < k_most_columns; ++i) {
      const table::ColumnMetadata& metadata = metadata_.columns[i];
      const bool number =
          metadata.kind == table::ColumnKind::numerical && metadata.dtype == table::Dtype::int64;
      if (!number && !table::traits_of(metadata.kind).is_discrete()) continue;
      Discrete column{i, number, cell_codes(table_.columns()[i]), 0};
      column.values =
          static_cast<std::size_t>(*std::max_element(column.codes.begin(), column.codes.end())) + 1;
      const std::size_t most = number ? k_most_values : k_most_combinations;
      if (column.values >= 2 && column.values <= std::min(most, table_.rows() / 5))
        columns.push_back(std::move(column));
    }
    return columns;
  }

  // The share of the rows that would have a combination that no row has, if the columns knew nothing of each
  // other. `mixed`: of a table in which they do know nothing.
  static double avoided(const Discrete& a, const Discrete& b, bool mixed) {
    const std::size_t rows = a.codes.size();
    std::vector<double> of_a(a.values);
    std::vector<double> of_b(b.values);
    std::unordered_set<std::uint64_t> seen;
    for (std::size_t row = 0; row < rows; ++row) {
      const std::uint32_t other = b.codes[mixed ? elsewhere(row, rows) : row];
      ++of_a[a.codes[row]];
      ++of_b[other];
      seen.insert(std::uint64_t{a.codes[row]} << 32U | other);
    }
    double met = 0;
    for (const std::uint64_t pair : seen) met += of_a[pair >> 32U] * of_b[pair & 0xffffffffU];
    return 1 - met / (static_cast<double>(rows) * static_cast<double>(rows));
  }

  static std::size_t pairs(const Discrete& a, const Discrete& b) {
    std::unordered_set<std::uint64_t> seen;
    for (std::size_t row = 0; row < a.codes.size(); ++row)
      seen.insert(std::uint64_t{a.codes[row]} << 32U | b.codes[row]);
    return seen.size();
  }

  void find_combinations() {
    const std::vector<Discrete> columns = discrete_columns();
    std::vector<std::size_t> group(columns.size());
    std::iota(group.begin(), group.end(), 0);
    std::vector<double> shares(columns.size());
    struct Avoiding {
      std::size_t a, b;
      double share;
    };
    std::vector<Avoiding> avoiding;
    for (std::size_t a = 0; a < columns.size(); ++a)
      for (std::size_t b = a + 1; b < columns.size(); ++b) {
        if (columns[a].number && columns[b].number) continue;
        const std::size_t together = pairs(columns[a], columns[b]);
        const double share = avoided(columns[a], columns[b], false);
        // Rare values avoid each other by chance.
        const double by_chance = avoided(columns[a], columns[b], true);
        if (!telling(share - 3 * by_chance, table_.rows()) || together > k_most_combinations) continue;
        if (together == std::max(columns[a].values, columns[b].values))
          join(group, shares, a, b, share);
        else if (columns[a].few() && columns[b].few())
          avoiding.push_back({a, b, share});
      }
    add_groups(columns, group, shares);
    std::sort(avoiding.begin(), avoiding.end(),
              [](const auto& x, const auto& y) { return x.share > y.share; });
    std::set<std::size_t> used;
    for (const Avoiding& pair : avoiding) {
      if (used.size() >= 2 * k_most_avoiding) break;
      // Combinations that share a column grow together; those of one group are kept already.
      if (used.contains(pair.a) || used.contains(pair.b) || grouped(group, pair.a) || grouped(group, pair.b))
        continue;
      used.insert({pair.a, pair.b});
      add(list({columns[pair.a].column, columns[pair.b].column}), false, pair.share);
    }
  }

  static bool grouped(const std::vector<std::size_t>& group, std::size_t column) {
    return std::count(group.begin(), group.end(), group[column]) > 1;
  }

  static void join(std::vector<std::size_t>& group, std::vector<double>& shares, std::size_t a, std::size_t b,
                   double share) {
    const std::size_t from = group[b];
    const std::size_t to = group[a];
    shares[to] = std::max({shares[to], shares[from], share});
    std::replace(group.begin(), group.end(), from, to);
  }

  void add_groups(const std::vector<Discrete>& columns, const std::vector<std::size_t>& group,
                  const std::vector<double>& shares) {
    for (std::size_t first = 0; first < columns.size(); ++first) {
      std::vector<std::size_t> members;
      for (std::size_t i = 0; i < columns.size(); ++i)
        if (group[i] == first) members.push_back(columns[i].column);
      if (members.size() > 1) add(list(members), true, shares[first]);
    }
  }

  std::string list(const std::vector<std::size_t>& columns) const {
    std::string text;
    for (const std::size_t column : columns)
      text += (text.empty() ? "" : ", ") + name_in_rule(names_[column]);
    return text;
  }

  table::Table table_;
  const table::Metadata& metadata_;
  std::vector<std::string> names_;
  std::vector<NumberColumn> numbers_;
  std::vector<std::set<std::size_t>> explained_;  // the columns of each equation
  std::vector<std::size_t> targets_;
  std::vector<FoundRule> found_;
};

// Whether one fit can keep all of them.
bool consistent(const std::vector<std::string>& rules, const table::Metadata& metadata) {
  try {
    const RowRules checked(rules, metadata);
    return true;
  } catch (const errors::Error&) {
    return false;
  }
}

}  // namespace

std::vector<FoundRule> find_rules(const table::Table& table, const table::Metadata& metadata) {
  if (table.rows() < k_fewest_rows) return {};
  std::vector<FoundRule> found;
  std::vector<std::string> texts;
  for (FoundRule& next : Search(table, metadata).run()) {
    texts.push_back(next.rule.text);
    if (consistent(texts, metadata))
      found.push_back(std::move(next));
    else
      texts.pop_back();
  }
  return found;
}

}  // namespace ctgan::conditions
