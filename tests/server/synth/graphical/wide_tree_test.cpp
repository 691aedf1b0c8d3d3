// A table as wide as methods with differential privacy are asked for: 92 columns of 2 to 50 codes, whose one-way
// marginals and pairs along a tree are measured. `test_server_synth_graphical "[.speed]"` times a million rows.
#include <chrono>
#include <cstdio>

#include "server/synth/graphical/estimation.h"
#include "server/synth/graphical/row_sampler.h"
#include "server/synth/marginals/counting.h"
#include "server/synth/random/random.h"
#include "tests/catch.h"
#include "tests/server/synth/graphical/brute_force.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using graphical::Attribute;
using graphical::AttributeSet;
using graphical::Domain;
using graphical::Factor;
using graphical::Measurement;
using graphical::RowSampler;
using Columns = std::vector<codecs::Codes>;

constexpr std::size_t k_columns = 92;
constexpr std::size_t k_block_rows = 16'384;

struct World {
  Domain domain;
  std::vector<AttributeSet> sets;  // single attributes first
  Columns columns;
};

Columns draw_rows(const RowSampler& sampler, std::size_t rows, std::uint64_t seed,
                  threads::ThreadPool& pool) {
  Columns columns = sampler.empty_columns(rows);
  pool.run((rows + k_block_rows - 1) / k_block_rows, [&](std::size_t block) {
    const std::size_t first = block * k_block_rows;
    const auto streams = [&](Attribute attribute) {
      return random::Stream(seed, random::StreamId::sampling, block * k_columns + attribute);
    };
    sampler.draw(streams, first, std::min(k_block_rows, rows - first), columns);
  });
  return columns;
}

World wide_world(std::size_t rows, threads::ThreadPool& pool) {
  random::Stream random(1, random::StreamId::rows);
  std::vector<std::size_t> sizes;
  for (std::size_t a = 0; a < k_columns; ++a) sizes.push_back(2 + random.next_below(49));
  World world{Domain(sizes), {}, {}};
  for (Attribute a = 0; a < k_columns; ++a) world.sets.push_back({a});
  for (Attribute a = 1; a < k_columns; ++a) world.sets.push_back({a, random.next_below(a)});
  std::vector<Factor> potentials;
  for (const AttributeSet& set : world.sets)
    potentials.push_back(graphical::random_potential(world.domain, set, random, 6));
  const graphical::GraphicalModel truth(world.domain, potentials, static_cast<double>(rows), pool);
  world.columns = draw_rows(RowSampler(truth), rows, 1, pool);
  return world;
}

std::vector<Measurement> measure(const World& world, const std::vector<marginals::Counts>& counts,
                                 double sigma) {
  random::Stream random(2, random::StreamId::rows);
  std::vector<Measurement> measurements;
  for (std::size_t set = 0; set < world.sets.size(); ++set) {
    Measurement one{world.sets[set], marginals::as_doubles(counts[set]), sigma};
    std::vector<float> noise(one.cells.size());
    random.fill_normal(noise);
    for (std::size_t cell = 0; cell < noise.size(); ++cell) one.cells[cell] += sigma * double{noise[cell]};
    measurements.push_back(std::move(one));
  }
  return measurements;
}

// Of the pairs, as a part of the rows.
double mean_distance(const World& world, const std::vector<marginals::Counts>& counts,
                     const std::function<std::vector<double>(std::size_t)>& cells_of) {
  double distance = 0;
  for (std::size_t set = k_columns; set < world.sets.size(); ++set)
    distance += marginals::l1_distance(cells_of(set), marginals::as_doubles(counts[set]));
  return distance / static_cast<double>((world.sets.size() - k_columns) * world.columns.front().rows());
}

}  // namespace

TEST_CASE("a wide table's pairs are estimated far better than they were measured, in a few iterations") {
  threads::ThreadPool pool(2);
  const World world = wide_world(100'000, pool);
  const std::vector<marginals::Counts> counts =
      marginals::count_marginals(world.domain, world.columns, world.sets, pool);
  const std::vector<Measurement> measurements = measure(world, counts, 30);
  const auto found = graphical::estimate(world.domain, measurements, {.iterations = 100}, pool, [] {});
  const double measured =
      mean_distance(world, counts, [&](std::size_t set) { return measurements[set].cells; });
  const double estimated = mean_distance(
      world, counts, [&](std::size_t set) { return found.model.marginal(world.sets[set]).cells; });
  CHECK(estimated < 0.5 * measured);
  const Columns drawn = draw_rows(RowSampler(found.model), 100'000, 2, pool);
  const std::vector<marginals::Counts> drawn_counts =
      marginals::count_marginals(world.domain, drawn, world.sets, pool);
  const double of_rows =
      mean_distance(world, counts, [&](std::size_t set) { return marginals::as_doubles(drawn_counts[set]); });
  CHECK(of_rows < 2 * measured);
}

TEST_CASE("the time that a million rows of a wide table take", "[.speed]") {
  threads::ThreadPool pool(2);
  constexpr std::size_t k_rows = 1'000'000;
  const World world = wide_world(k_rows, pool);
  auto last = std::chrono::steady_clock::now();
  const auto tell = [&](const char* what) {
    const auto now = std::chrono::steady_clock::now();
    std::printf("%-30s %.3f s\n", what, std::chrono::duration<double>(now - last).count());
    last = std::chrono::steady_clock::now();
  };
  const std::vector<marginals::Counts> counts =
      marginals::count_marginals(world.domain, world.columns, world.sets, pool);
  tell("counting 183 marginals");
  const std::vector<Measurement> measurements = measure(world, counts, 95);
  last = std::chrono::steady_clock::now();
  const auto found = graphical::estimate(world.domain, measurements, {.iterations = 1000}, pool, [] {});
  tell("inference");
  const RowSampler sampler(found.model);
  CHECK(draw_rows(sampler, k_rows, 2, pool).size() == k_columns);
  tell("drawing independent rows");
  // Blocks, as samples have them: each on a thread.
  constexpr std::size_t k_blocks = 100;
  pool.run(k_blocks, [&](std::size_t block) {
    threads::ThreadPool alone(1);
    sampler.rounded_table(k_rows / k_blocks, block, alone);
  });
  tell("drawing rounded tables");
  std::printf("%zu iterations, loss %.1f, %llu cells\n", found.iterations, found.loss,
              static_cast<unsigned long long>(found.model.tree().cells));
}
