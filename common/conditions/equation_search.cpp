#include "common/conditions/equation_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

namespace ctgan::conditions {
namespace {

constexpr std::size_t k_fewest_rows = 20;
constexpr long double k_day = 86'400;
constexpr long double k_relative = 1e-9L;
// A target of fewer values is met by chance.
constexpr std::size_t k_fewest_values = 5;
constexpr std::size_t k_fewest_values_of_three = 10;

using Places = std::vector<std::size_t>;

// A way to compute a number from others.
struct Form {
  std::size_t operands;
  long double (*value)(long double a, long double b, long double c);
  const char* text;  // {0} {1} {2}: the operands
  bool symmetric;    // in the first two
};

constexpr std::array<Form, 7> k_pairs{{
    {2, [](long double a, long double b, long double) { return a * b; }, "{} * {}", true},
    {2, [](long double a, long double b, long double) { return a * (1 - b); }, "{} * (1 - {})", false},
    {2, [](long double a, long double b, long double) { return a * (1 + b); }, "{} * (1 + {})", false},
    {2, [](long double a, long double b, long double) { return a * b / 100; }, "{} * {} / 100", true},
    {2, [](long double a, long double b, long double) { return a * (1 - b / 100); }, "{} * (1 - {} / 100)",
     false},
    {2, [](long double a, long double b, long double) { return a * (1 + b / 100); }, "{} * (1 + {} / 100)",
     false},
    {2, [](long double a, long double b, long double) { return a / b; }, "{} / {}", false},
}};
constexpr std::array<Form, 3> k_triples{{
    {3, [](long double a, long double b, long double c) { return a * b + c; }, "{} * {} + {}", true},
    {3, [](long double a, long double b, long double c) { return a * b - c; }, "{} * {} - {}", true},
    {3, [](long double a, long double b, long double c) { return a * b * c; }, "{} * {} * {}", true},
}};

class EquationSearch {
 public:
  EquationSearch(const std::vector<NumberColumn>& columns, const std::vector<std::string>& names)
      : columns_(columns), names_(names) {
    for (const NumberColumn& column : columns) {
      std::set<long double> values;
      for (const long double value : column.values)
        if (!std::isnan(value) && values.size() < k_fewest_values_of_three) values.insert(value);
      different_.push_back(values.size());
    }
  }

  std::vector<FoundEquation> run() {
    each_target(k_fewest_values, [this](std::size_t target) { find_multiple(target); });
    find_sums();
    each_target(k_fewest_values, [this](std::size_t target) { find_pair(target); });
    find_sums_of_three();
    each_target(k_fewest_values_of_three, [this](std::size_t target) { find_triple(target); });
    return std::move(found_);
  }

 private:
  template <typename Find>
  void each_target(std::size_t values, const Find& find) {
    for (std::size_t target = columns_.size(); target-- > 0;)
      if (different_[target] >= values) find(target);
  }

  bool number(std::size_t place) const { return columns_[place].type == ValueType::number; }
  bool usable(std::size_t place) const { return different_[place] >= 2; }
  std::string name(std::size_t place) const { return name_in_rule(names_[columns_[place].column]); }

  // Whether the columns stand in an equation together, or one of them is a target already.
  bool explained(const Places& places) const {
    for (const Places& known : explained_) {
      if (std::find(places.begin(), places.end(), known.front()) != places.end() &&
          known.front() == places.front())
        return true;
      const auto common = std::count_if(places.begin(), places.end(), [&](std::size_t place) {
        return std::find(known.begin(), known.end(), place) != known.end();
      });
      if (static_cast<std::size_t>(common) >= std::min(known.size(), places.size())) return true;
    }
    return false;
  }

  void add(Places places, const std::string& expression) {
    FoundEquation equation;
    equation.text = fmt::format("{} = {}", name(places.front()), expression);
    for (const std::size_t place : places) equation.columns.push_back(columns_[place].column);
    found_.push_back(std::move(equation));
    explained_.push_back(std::move(places));
  }

  bool near(std::size_t target, long double found, long double wanted) const {
    return std::abs(found - wanted) <=
           columns_[target].grid / 2 + k_relative * std::max(std::abs(found), std::abs(wanted));
  }

  // Whether `value(row)` is the target in every row; rows where it or the target is missing say nothing.
  template <typename Value>
  bool holds(std::size_t target, const Value& value) const {
    const auto& wanted = columns_[target].values;
    std::size_t rows = 0;
    std::size_t not_zero = 0;
    for (std::size_t row = 0; row < wanted.size(); ++row) {
      const long double found = value(row);
      if (std::isnan(found) || std::isnan(wanted[row])) continue;
      // Divided by zero, which is near everything.
      if (std::isinf(found)) return false;
      if (!near(target, found, wanted[row])) return false;
      ++rows;
      not_zero += wanted[row] != 0 ? 1 : 0;
    }
    return rows >= k_fewest_rows && not_zero >= k_fewest_rows / 2;
  }

  long double at(std::size_t place, std::size_t row) const { return columns_[place].values[row]; }

  // Another column, a part of it, or at a fixed distance from it.
  void find_multiple(std::size_t target) {
    for (std::size_t a = 0; a < target; ++a) {
      if (!usable(a) || columns_[a].type != columns_[target].type || explained({target, a})) continue;
      if (holds(target, [&](std::size_t row) { return at(a, row); })) return add({target, a}, name(a));
      if (const auto shift = shift_of(target, a))
        return add({target, a}, fmt::format("{} {}", name(a), *shift));
      const auto factor = number(target) ? factor_of(target, a) : std::nullopt;
      if (factor && holds(target, [&](std::size_t row) { return at(a, row) * *factor; }))
        return add({target, a}, fmt::format("{} * {:.6g}", name(a), *factor));
    }
  }

  std::optional<std::string> shift_of(std::size_t target, std::size_t a) const {
    const auto& wanted = columns_[target].values;
    const auto first = std::find_if(wanted.begin(), wanted.end(), [&](const long double& value) {
      return !std::isnan(value) && !std::isnan(at(a, static_cast<std::size_t>(&value - wanted.data())));
    });
    if (first == wanted.end()) return std::nullopt;
    const long double unit = number(target) ? 1 : k_day;
    const long double shift = (*first - at(a, static_cast<std::size_t>(first - wanted.begin()))) / unit;
    if (std::abs(shift) != std::floor(std::abs(shift)) || shift == 0 || std::abs(shift) > 1e6L)
      return std::nullopt;
    if (!holds(target, [&](std::size_t row) { return at(a, row) + shift * unit; })) return std::nullopt;
    return fmt::format("{} {:.0f}", shift < 0 ? '-' : '+', std::abs(shift));
  }

  // Of four digits at most: who multiplies by more has another column for it.
  std::optional<long double> factor_of(std::size_t target, std::size_t a) const {
    long double of_target = 0;
    long double of_a = 0;
    for (std::size_t row = 0; row < columns_[a].values.size(); ++row) {
      if (std::isnan(at(a, row)) || std::isnan(at(target, row))) continue;
      of_target += std::abs(at(target, row));
      of_a += std::abs(at(a, row));
    }
    if (of_target == 0 || of_a == 0) return std::nullopt;
    const long double ratio = of_target / of_a;
    const long double scale = std::pow(10.0L, 3 - std::floor(std::log10(ratio)));
    return std::round(ratio * scale) / scale;
  }

  bool subtractable(std::size_t total, std::size_t a, std::size_t b) const {
    // Dates: a total that is one is a date and a number of days.
    if (number(total)) return number(a) && number(b);
    return columns_[total].type == columns_[a].type && number(b);
  }

  // a + b, in days where one is a date.
  long double sum(std::size_t a, std::size_t b, std::size_t row) const {
    return number(a) ? at(a, row) + at(b, row) : at(a, row) + at(b, row) * k_day;
  }

  void find_sums() {
    for (std::size_t total = 0; total < columns_.size(); ++total)
      for (std::size_t a = 0; a < columns_.size(); ++a)
        for (std::size_t b = 0; b < columns_.size(); ++b) {
          if (a == b || a == total || b == total || (number(total) && b < a)) continue;
          if (!usable(a) || !usable(b) || different_[total] < k_fewest_values || !subtractable(total, a, b))
            continue;
          if (explained({total, a, b})) continue;
          if (holds(total, [&](std::size_t row) { return sum(a, b, row); })) add_sum(total, a, b);
        }
  }

  void add_sum(std::size_t total, std::size_t a, std::size_t b) {
    const std::size_t last = std::max({total, a, b});
    if (last == total) return add({total, a, b}, fmt::format("{} + {}", name(a), name(b)));
    const std::size_t other = last == a ? b : a;
    add({last, total, other}, fmt::format("{} - {}", name(total), name(other)));
  }

  void find_sums_of_three() {
    const std::size_t n = columns_.size();
    for (std::size_t total = 0; total < n; ++total) {
      if (!number(total) || different_[total] < k_fewest_values_of_three) continue;
      for (std::size_t a = 0; a < n; ++a)
        for (std::size_t b = a + 1; b < n; ++b)
          for (std::size_t c = b + 1; c < n; ++c) {
            const Places places{total, a, b, c};
            if (a == total || b == total || c == total || !all_numbers(places) || explained(places)) continue;
            if (!holds(total, [&](std::size_t row) { return at(a, row) + at(b, row) + at(c, row); }))
              continue;
            add_sum_of_three(places);
          }
    }
  }

  void add_sum_of_three(Places places) {
    const auto last = std::max_element(places.begin(), places.end());
    if (last == places.begin())
      return add(places, fmt::format("{} + {} + {}", name(places[1]), name(places[2]), name(places[3])));
    std::iter_swap(places.begin(), last);
    // The total stands where the target stood.
    std::string text = name(*last);
    for (auto place = places.begin() + 1; place != places.end(); ++place)
      if (place != last) text += " - " + name(*place);
    add(places, text);
  }

  bool all_numbers(const Places& places) const {
    return std::all_of(places.begin(), places.end(),
                       [this](std::size_t place) { return number(place) && usable(place); });
  }

  void find_pair(std::size_t target) {
    for (const Form& form : k_pairs)
      for (std::size_t a = 0; a < columns_.size(); ++a)
        for (std::size_t b = 0; b < columns_.size(); ++b) {
          const Places places{target, a, b};
          if (a == b || a == target || b == target || (form.symmetric && b < a)) continue;
          if (!all_numbers(places) || explained(places)) continue;
          if (!holds(target, [&](std::size_t row) { return form.value(at(a, row), at(b, row), 0); }))
            continue;
          return add(places, fmt::format(fmt::runtime(form.text), name(a), name(b)));
        }
  }

  void find_triple(std::size_t target) {
    for (const Form& form : k_triples)
      for (std::size_t a = 0; a < columns_.size(); ++a)
        for (std::size_t b = a + 1; b < columns_.size(); ++b)
          for (std::size_t c = 0; c < columns_.size(); ++c) {
            const Places places{target, a, b, c};
            if (a == target || b == target || c == target || c == a || c == b) continue;
            if (!all_numbers(places) || explained(places)) continue;
            if (!holds(target,
                       [&](std::size_t row) { return form.value(at(a, row), at(b, row), at(c, row)); }))
              continue;
            return add(places, fmt::format(fmt::runtime(form.text), name(a), name(b), name(c)));
          }
  }

  const std::vector<NumberColumn>& columns_;
  const std::vector<std::string>& names_;
  std::vector<std::size_t> different_;  // values of each column, counted to k_fewest_values_of_three
  std::vector<Places> explained_;
  std::vector<FoundEquation> found_;
};

}  // namespace

std::vector<FoundEquation> find_equations(const std::vector<NumberColumn>& columns,
                                          const std::vector<std::string>& names) {
  return EquationSearch(columns, names).run();
}

}  // namespace ctgan::conditions
