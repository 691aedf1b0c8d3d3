#include "server/synth/trees/detection.h"

#include <algorithm>

#include "common/threads/thread_pool.h"
#include "server/synth/random/random.h"
#include "tests/catch.h"
#include "tests/server/synth/trees/small_states.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using States = std::vector<std::vector<trees::State>>;

// A number twice, and a category that says which are large.
std::string table_csv(std::size_t rows) {
  random::Stream random(8, random::StreamId::rows);
  std::string csv = "x,y,c\n";
  for (std::size_t i = 0; i < rows; ++i) {
    const double x = random.next_double();
    csv += std::to_string(x) + "," + std::to_string(x) + "," + (x > 0.5 ? "large" : "small") + "\n";
  }
  return csv;
}

States rows_of(const States& states, std::size_t first, std::size_t count) {
  States some;
  for (const auto& column : states)
    some.emplace_back(column.begin() + static_cast<std::ptrdiff_t>(first),
                      column.begin() + static_cast<std::ptrdiff_t>(first + count));
  return some;
}

double area(const tests::SmallStates& small, const States& unseen, const States& drawn,
            unsigned threads = 1) {
  threads::ThreadPool pool(threads);
  return trees::detection_area(*small.variables, unseen, drawn, pool);
}

}  // namespace

TEST_CASE("rows of one table cannot be told apart") {
  const tests::SmallStates small(table_csv(8000));
  const States& states = small.training.states;
  CHECK(area(small, rows_of(states, 0, 4000), rows_of(states, 4000, 4000)) == Approx(0.5).margin(0.03));
}

TEST_CASE("rows of which only what goes with what is wrong are told apart, by any number of threads alike") {
  const tests::SmallStates small(table_csv(8000));
  const States real = rows_of(small.training.states, 0, 4000);
  States drawn = rows_of(small.training.states, 4000, 4000);
  // Each column as it was, beside others' rows.
  std::rotate(drawn[0].begin(), drawn[0].begin() + 1000, drawn[0].end());
  const double told = area(small, real, drawn);
  CHECK(told > 0.9);
  CHECK(area(small, real, drawn, 3) == told);
  CHECK(area(small, drawn, real) == Approx(told).margin(0.02));
}

TEST_CASE("the area is the share of pairs that are in order, ties counted half") {
  random::Stream random(2, random::StreamId::rows);
  std::vector<std::pair<double, bool>> scored;
  for (int i = 0; i < 300; ++i) scored.emplace_back(random.next_below(20), random.next_below(3) == 0);
  double in_order = 0, pairs = 0;
  for (const auto& [a, first] : scored)
    for (const auto& [b, second] : scored) {
      if (first || !second) continue;
      ++pairs;
      in_order += a < b ? 1 : a == b ? 0.5 : 0;
    }
  CHECK(trees::area_under_curve(scored) == Approx(in_order / pairs).epsilon(1e-12));
  CHECK(trees::area_under_curve({{0.3, true}, {0.1, true}}) == 0.5);
}
