#include "server/synth/evaluate/singling_out.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "server/synth/evaluate/attacks.h"
#include "server/synth/evaluate/intervals.h"
#include "server/synth/evaluate/row_keys.h"
#include "server/synth/evaluate/row_sample.h"

namespace ctgan::synth::evaluate {
namespace {

// Rows tried for each query that is wanted.
constexpr std::size_t k_attempts_a_query = 200;

// Parts of the held-out rows in which the correction counts.
constexpr std::size_t k_sizes = 10;
constexpr std::size_t k_repeats = 5;
constexpr std::size_t k_least_part = 1'000;

// A set of rows, one bit each.
using RowSet = std::vector<std::uint64_t>;

RowSet empty_set(std::size_t rows) {
  return RowSet((rows + 63) / 64);
}
void add(RowSet& set, std::size_t row) {
  set[row / 64] |= std::uint64_t{1} << (row % 64);
}

bool have_one_in_common(const RowSet& a, const RowSet& b) {
  int common = 0;
  for (std::size_t word = 0; word < a.size() && common < 2; ++word)
    common += std::popcount(a[word] & b[word]);
  return common == 1;
}

struct Observation {
  double rows = 0;
  double singled_out = 0;
};

// The integral of n x (1 - x)^(n - 1) from 0 to w.
double chance_integral(double n, double w) {
  return (1 - (n * w + 1) * std::pow(1 - w, n)) / (n + 1);
}

// For one w the best factor is a ratio of sums.
struct Fit {
  double factor = 0;
  double error = 0;
};
Fit fit_factor(const std::vector<Observation>& observations, double w) {
  double top = 0;
  double bottom = 0;
  for (const Observation& o : observations) {
    const double model = chance_integral(o.rows, w);
    top += model * o.singled_out;
    bottom += model * model;
  }
  Fit fit{bottom > 0 ? top / bottom : 0, 0};
  for (const Observation& o : observations) {
    const double rest = o.singled_out - fit.factor * chance_integral(o.rows, w);
    fit.error += rest * rest;
  }
  return fit;
}

double fit_greatest_weight(const std::vector<Observation>& observations, double rows) {
  constexpr int k_steps = 400;
  const double least = std::log(1e-2 / rows);
  double best = 1 / rows;
  double best_error = fit_factor(observations, best).error;
  for (int step = 0; step <= k_steps; ++step) {
    const double w = std::min(std::exp(least * (1 - static_cast<double>(step) / k_steps)), 1 - 1e-12);
    const double error = fit_factor(observations, w).error;
    if (error < best_error) {
      best_error = error;
      best = w;
    }
  }
  return best;
}

std::vector<std::uint32_t> distinct(const ComparedTables& tables, Side side) {
  const auto used = tables.used();
  std::vector<std::uint32_t> rows = distinct_rows(row_keys(tables, side, used));
  if (rows.size() > k_most_candidates) rows.resize(k_most_candidates);
  return rows;
}

double count_successes(const ComparedTables& tables, Side side, const std::vector<std::uint32_t>& rows,
                       const std::vector<Query>& queries, threads::ThreadPool& pool) {
  std::vector<std::uint8_t> success(queries.size());
  pool.run(queries.size(), [&](std::size_t query) {
    success[query] = count_matches(tables, side, rows, queries[query], 2) == 1 ? 1 : 0;
  });
  return static_cast<double>(std::count(success.begin(), success.end(), 1));
}

std::vector<Query> make_queries(const QuerySource& source, std::size_t columns, std::uint64_t seed) {
  const random::Stream stream = stream_for(seed, Purpose::attack_queries);
  if (columns == 1) return one_column_queries(source, k_most_queries, stream);
  return several_column_queries(source, columns, k_most_queries, k_attempts_a_query * k_most_queries, stream);
}

}  // namespace

double size_correction(const ComparedTables& tables, Side side, const std::vector<std::uint32_t>& rows,
                       const std::vector<Query>& queries, std::size_t wanted, std::uint64_t seed,
                       threads::ThreadPool& pool) {
  if (rows.size() == wanted || rows.empty()) return 1;
  std::vector<RowSet> matching(queries.size(), empty_set(rows.size()));
  pool.run(queries.size(), [&](std::size_t query) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (matches(tables, side, rows[row], queries[query])) add(matching[query], row);
    }
  });
  const std::size_t least = std::min(k_least_part, rows.size());
  random::Stream stream = stream_for(seed, Purpose::attack_correction);
  std::vector<Observation> observations;
  for (std::size_t size = 0; size < k_sizes; ++size) {
    const std::size_t part = least + (rows.size() - least) * size / (k_sizes - 1);
    for (std::size_t repeat = 0; repeat < k_repeats; ++repeat) {
      RowSet chosen = empty_set(rows.size());
      for (const std::uint32_t row : draw_rows(rows.size(), part, stream)) add(chosen, row);
      stream.skip(4 * rows.size());
      const auto singled = std::count_if(matching.begin(), matching.end(),
                                         [&](const RowSet& set) { return have_one_in_common(set, chosen); });
      observations.push_back({static_cast<double>(part), static_cast<double>(singled)});
    }
  }
  const double present = static_cast<double>(rows.size());
  const double w = fit_greatest_weight(observations, present);
  const double here = chance_integral(present, w);
  return here > 0 ? chance_integral(static_cast<double>(wanted), w) / here : 1;
}

std::optional<Attack> singling_out(const ComparedTables& tables, std::size_t columns, std::uint64_t seed,
                                   threads::ThreadPool& pool) {
  const std::vector<std::uint32_t> synthetic = distinct(tables, Side::synthetic);
  const std::vector<std::uint32_t> training = distinct(tables, Side::original);
  const std::vector<std::uint32_t> held_out = distinct(tables, Side::held_out);
  const QuerySource source{tables, synthetic};
  const std::vector<Query> queries = make_queries(source, columns, seed);
  if (queries.empty()) return std::nullopt;
  const std::vector<Query> guesses =
      random_queries(source, columns, queries.size(), stream_for(seed, Purpose::attack_guesses));

  const auto trials = static_cast<double>(queries.size());
  const double correction =
      size_correction(tables, Side::held_out, held_out, queries, training.size(), seed, pool);
  const double control = correction * count_successes(tables, Side::held_out, held_out, queries, pool);
  Attack attack;
  attack.name = columns == 1 ? "singling out by one column" : "singling out by several columns";
  attack.sentence =
      columns == 1 ? "claims that exactly one person has a certain value"
                   : fmt::format("claims that exactly one person has certain values in {} columns", columns);
  attack.guesses = queries.size();
  attack.main = attack_rate(count_successes(tables, Side::original, training, queries, pool), trials);
  attack.control = attack_rate(std::min(control, trials), trials);
  attack.baseline = attack_rate(count_successes(tables, Side::original, training, guesses, pool), trials);
  return attack;
}

}  // namespace ctgan::synth::evaluate
