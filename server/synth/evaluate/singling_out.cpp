#include "server/synth/evaluate/singling_out.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "server/synth/evaluate/attacks.h"
#include "server/synth/evaluate/intervals.h"
#include "server/synth/evaluate/queries.h"
#include "server/synth/evaluate/row_keys.h"
#include "server/synth/evaluate/row_sample.h"

namespace ctgan::synth::evaluate {
namespace {

// Rows tried for each query that is wanted.
constexpr std::size_t k_attempts_a_query = 100;

std::vector<std::uint32_t> distinct(const ComparedTables& tables, Side side) {
  const auto used = tables.used();
  std::vector<std::uint32_t> rows = distinct_rows(row_keys(tables, side, used));
  if (rows.size() > k_most_candidates) rows.resize(k_most_candidates);
  return rows;
}

// With repetitions: nobody is singled out whose record another one shares.
std::vector<std::uint32_t> first_rows(const ComparedTables& tables, Side side) {
  std::vector<std::uint32_t> rows(std::min(tables.rows(side), k_most_candidates));
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

// Of whom one is to be singled out.
struct Population {
  const IndexedRows& training;
  const IndexedRows& held_out;

  double ratio() const {
    return static_cast<double>(training.rows().size()) / static_cast<double>(held_out.rows().size());
  }
};

// How many guesses single out each row among the training and the held-out rows together.
struct Hits {
  std::vector<double> training;
  std::vector<double> held_out;
};

constexpr std::size_t k_nobody = std::numeric_limits<std::size_t>::max();

// The place of the only row that matches, held-out rows after the training rows.
std::size_t singled_out(const Population& population, const Query& query) {
  const std::vector<std::uint32_t> known = population.training.matching(query, 2);
  if (known.size() > 1) return k_nobody;
  const std::vector<std::uint32_t> others = population.held_out.matching(query, 2);
  if (known.size() + others.size() != 1) return k_nobody;
  return known.empty() ? population.training.rows().size() + others.front() : known.front();
}

Hits count_hits(const Population& population, const std::vector<Query>& queries, threads::ThreadPool& pool) {
  std::vector<std::size_t> hit(queries.size());
  pool.run(queries.size(), [&](std::size_t query) { hit[query] = singled_out(population, queries[query]); });
  const std::size_t training_rows = population.training.rows().size();
  Hits hits{std::vector<double>(training_rows), std::vector<double>(population.held_out.rows().size())};
  for (const std::size_t place : hit) {
    if (place == k_nobody) continue;
    ++(place < training_rows ? hits.training[place] : hits.held_out[place - training_rows]);
  }
  return hits;
}

// Guesses that hit one row succeed or fail together.
Estimate rate_of(const std::vector<double>& hits, std::size_t guesses) {
  const double successes = std::accumulate(hits.begin(), hits.end(), 0.0);
  return attack_rate(successes, static_cast<double>(guesses), {.design_effect = design_effect(hits)});
}

// A rate of guesses that hit held-out rows, as if these were as many as the training rows.
Estimate scaled(const Estimate& rate, double factor) {
  return {std::min(rate.value * factor, 1.0), std::min(rate.low * factor, 1.0),
          std::min(rate.high * factor, 1.0)};
}

std::vector<Query> make_queries(const IndexedRows& synthetic, std::size_t columns, std::uint64_t seed) {
  const random::Stream stream = stream_for(seed, Purpose::attack_queries);
  if (columns == 1) return one_column_queries(synthetic, k_most_queries, stream);
  return several_column_queries(synthetic, columns, k_most_queries, k_attempts_a_query * k_most_queries,
                                stream);
}

}  // namespace

SinglingOut::SinglingOut(const ComparedTables& tables, std::uint64_t seed, threads::ThreadPool& pool)
    : synthetic_(tables, Side::synthetic, distinct(tables, Side::synthetic), pool),
      training_(tables, Side::original, first_rows(tables, Side::original), pool),
      held_out_(tables, Side::held_out, first_rows(tables, Side::held_out), pool),
      seed_(seed),
      pool_(pool) {}

std::optional<Attack> SinglingOut::attack(std::size_t columns) const {
  const std::vector<Query> queries = make_queries(synthetic_, columns, seed_);
  if (queries.empty()) return std::nullopt;
  const std::vector<Query> guesses =
      random_queries(synthetic_, columns, queries.size(), stream_for(seed_, Purpose::attack_guesses));
  const Population population{training_, held_out_};
  const Hits hits = count_hits(population, queries, pool_);

  Attack attack;
  attack.name = columns == 1 ? "singling out by one column" : "singling out by several columns";
  attack.sentence =
      columns == 1 ? "claims that exactly one person has a certain value"
                   : fmt::format("claims that exactly one person has certain values in {} columns", columns);
  attack.guesses = queries.size();
  attack.main = rate_of(hits.training, queries.size());
  attack.control = scaled(rate_of(hits.held_out, queries.size()), population.ratio());
  attack.baseline = rate_of(count_hits(population, guesses, pool_).training, queries.size());
  return attack;
}

}  // namespace ctgan::synth::evaluate
