#include "server/synth/evaluate/drawn_alike.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "server/synth/evaluate/column_scores.h"

namespace ctgan::synth::evaluate {
namespace {

// Cells of which fewer rows are expected than this are counted as one: the far tail of chi-squared is no
// approximation of small counts.
constexpr double k_least_expected = 10;

// The probability of a larger statistic of Kolmogorov's, for samples of effectively `rows` rows (Stephens
// 1970).
double kolmogorov_tail(double statistic, double rows) {
  const double root = std::sqrt(rows);
  const double scaled = (root + 0.12 + 0.11 / root) * statistic;
  double tail = 0;
  double sign = 1;
  for (int term = 1; term <= 100; ++term) {
    const double next = std::exp(-2 * term * term * scaled * scaled);
    tail += 2 * sign * next;
    sign = -sign;
    if (next < 1e-300) break;
  }
  return scaled < 0.2 ? 1 : std::clamp(tail, 0.0, 1.0);
}

// That of chi-squared, as a normal number (Wilson and Hilferty 1931).
double chi_squared_tail(double statistic, double freedom) {
  if (freedom < 1) return 1;
  const double variance = 2 / (9 * freedom);
  const double normal = (std::cbrt(statistic / freedom) - (1 - variance)) / std::sqrt(variance);
  return std::erfc(normal / std::numbers::sqrt2) / 2;
}

// Two rows of counts, of one origin.
double homogeneity(const std::vector<double>& first, const std::vector<double>& second) {
  double first_rows = 0;
  double second_rows = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    first_rows += first[i];
    second_rows += second[i];
  }
  if (first_rows == 0 || second_rows == 0) return 1;
  const double less = std::min(first_rows, second_rows) / (first_rows + second_rows);
  double statistic = 0;
  double cells = 0;
  const auto add = [&](double a, double b) {
    const double share = (a + b) / (first_rows + second_rows);
    if (share == 0) return;
    statistic += (a - share * first_rows) * (a - share * first_rows) / (share * first_rows);
    statistic += (b - share * second_rows) * (b - share * second_rows) / (share * second_rows);
    cells += 1;
  };
  double rest_first = 0;
  double rest_second = 0;
  for (std::size_t i = 0; i < first.size(); ++i) {
    if ((first[i] + second[i]) * less >= k_least_expected) {
      add(first[i], second[i]);
    } else {
      rest_first += first[i];
      rest_second += second[i];
    }
  }
  if ((rest_first + rest_second) * less >= k_least_expected) add(rest_first, rest_second);
  return chi_squared_tail(statistic, cells - 1);
}

double same_numbers(const std::vector<double>& original, const std::vector<double>& held_out) {
  const auto complement = ks_complement({original, held_out, 0, 0});
  if (!complement) return 1;
  const auto n = static_cast<double>(original.size());
  const auto m = static_cast<double>(held_out.size());
  return kolmogorov_tail(1 - *complement, n * m / (n + m));
}

// The smaller of the two probabilities: of what is there, and of how much is not.
double probability(const ComparedColumn& column) {
  const Cells& original = column.of(Side::original);
  const Cells& held_out = column.of(Side::held_out);
  const auto of_missing = [](std::size_t rows, double present, std::size_t others, double other_present) {
    return homogeneity({present, static_cast<double>(rows) - present},
                       {other_present, static_cast<double>(others) - other_present});
  };
  if (column.shape == ColumnShape::numeric) {
    const std::vector<double> first = sorted_present(original.numbers);
    const std::vector<double> second = sorted_present(held_out.numbers);
    return std::min(same_numbers(first, second),
                    of_missing(original.numbers.size(), static_cast<double>(first.size()),
                               held_out.numbers.size(), static_cast<double>(second.size())));
  }
  std::vector<double> first = counts_of(original.codes, column.labels.size());
  std::vector<double> second = counts_of(held_out.codes, column.labels.size());
  const auto sum = [](const std::vector<double>& counts) {
    double total = 0;
    for (const double count : counts) total += count;
    return total;
  };
  return std::min(homogeneity(first, second),
                  of_missing(original.codes.size(), sum(first), held_out.codes.size(), sum(second)));
}

}  // namespace

DrawnAlike compare_held_out(const ComparedTables& tables) {
  DrawnAlike found;
  const std::vector<std::size_t> used = tables.used();
  found.columns = used.size();
  const double least =
      k_drawn_alike_alarms / (2 * static_cast<double>(std::max<std::size_t>(used.size(), 1)));
  for (const std::size_t place : used) {
    if (probability(tables.columns[place]) < least) found.different.push_back(tables.columns[place].name);
  }
  return found;
}

}  // namespace ctgan::synth::evaluate
