#include "server/synth/evaluate/singling_out.h"

#include <fmt/format.h>

#include <algorithm>

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

// Who is singled out among the training and the held-out rows together.
struct Hits {
  double training = 0;
  double held_out = 0;
};

struct Population {
  std::vector<std::uint32_t> training;
  std::vector<std::uint32_t> held_out;

  double ratio() const { return static_cast<double>(training.size()) / static_cast<double>(held_out.size()); }
};

Hits count_hits(const ComparedTables& tables, const Population& population, const std::vector<Query>& queries,
                threads::ThreadPool& pool) {
  enum : std::uint8_t { nobody, training, held_out };
  std::vector<std::uint8_t> hit(queries.size(), nobody);
  pool.run(queries.size(), [&](std::size_t query) {
    const std::size_t known = count_matches(tables, Side::original, population.training, queries[query], 2);
    if (known > 1) return;
    const std::size_t others = count_matches(tables, Side::held_out, population.held_out, queries[query], 2);
    if (known + others == 1) hit[query] = known == 1 ? training : held_out;
  });
  const auto count = [&](std::uint8_t whom) {
    return static_cast<double>(std::count(hit.begin(), hit.end(), whom));
  };
  return {count(training), count(held_out)};
}

// A rate of guesses that hit held-out rows, as if these were as many as the training rows.
Estimate scaled(const Estimate& rate, double factor) {
  return {std::min(rate.value * factor, 1.0), std::min(rate.low * factor, 1.0),
          std::min(rate.high * factor, 1.0)};
}

std::vector<Query> make_queries(const QuerySource& source, std::size_t columns, std::uint64_t seed) {
  const random::Stream stream = stream_for(seed, Purpose::attack_queries);
  if (columns == 1) return one_column_queries(source, k_most_queries, stream);
  return several_column_queries(source, columns, k_most_queries, k_attempts_a_query * k_most_queries, stream);
}

}  // namespace

std::optional<Attack> singling_out(const ComparedTables& tables, std::size_t columns, std::uint64_t seed,
                                   threads::ThreadPool& pool) {
  const std::vector<std::uint32_t> synthetic = distinct(tables, Side::synthetic);
  const Population population{distinct(tables, Side::original), distinct(tables, Side::held_out)};
  const QuerySource source{tables, synthetic};
  const std::vector<Query> queries = make_queries(source, columns, seed);
  if (queries.empty()) return std::nullopt;
  const std::vector<Query> guesses =
      random_queries(source, columns, queries.size(), stream_for(seed, Purpose::attack_guesses));
  const auto trials = static_cast<double>(queries.size());
  const Hits hits = count_hits(tables, population, queries, pool);

  Attack attack;
  attack.name = columns == 1 ? "singling out by one column" : "singling out by several columns";
  attack.sentence =
      columns == 1 ? "claims that exactly one person has a certain value"
                   : fmt::format("claims that exactly one person has certain values in {} columns", columns);
  attack.guesses = queries.size();
  attack.main = attack_rate(hits.training, trials);
  attack.control = scaled(attack_rate(hits.held_out, trials), population.ratio());
  attack.baseline = attack_rate(count_hits(tables, population, guesses, pool).training, trials);
  return attack;
}

}  // namespace ctgan::synth::evaluate
