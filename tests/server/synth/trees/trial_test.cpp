#include "server/synth/trees/trial.h"

#include "server/synth/random/random.h"
#include "server/synth/trees/visit_order.h"
#include "tests/catch.h"
#include "tests/server/synth/model/fit_context.h"
#include "tests/server/synth/trees/small_states.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;

// Three numbers, the second the first's and the third noise of its own: any two rows differ.
std::string numbers_csv(int rows) {
  random::Stream random(5, random::StreamId::rows);
  std::string csv = "x,y,z\n";
  for (int i = 0; i < rows; ++i) {
    const double x = random.next_double();
    csv += std::to_string(x) + "," + std::to_string(x * 3 + 0.01 * random.next_double()) + "," +
           std::to_string(random.next_double()) + "\n";
  }
  return csv;
}

trees::TrialScore score(const tests::SmallStates& small, std::size_t min_leaf) {
  tests::QuietFit quiet;
  return trees::Trial(*small.variables, small.training, 3)
      .of(trees::data_order(*small.variables), {.min_leaf = min_leaf, .trees = 1, .seed = 3}, quiet.context);
}

}  // namespace

TEST_CASE("a trial sees whether drawn rows can be told from unseen ones") {
  const tests::SmallStates small(numbers_csv(4000));
  // A leaf of all rows knows nothing of what goes with what.
  const double blind = score(small, 1'000'000).detection, close = score(small, 20).detection;
  CHECK(blind > 0.75);
  CHECK(close < blind - 0.15);
}

TEST_CASE("a trial sees whether rows that were fitted to are nearer than others") {
  const tests::SmallStates small(numbers_csv(4000));
  const double close = score(small, 1).membership, wide = score(small, 100).membership;
  CHECK(close > wide + 0.1);
}

TEST_CASE("a trial comes out the same every time, and needs enough rows") {
  const tests::SmallStates small(numbers_csv(2000));
  CHECK(score(small, 20).detection == score(small, 20).detection);
  CHECK(score(small, 20).membership == score(small, 20).membership);
  CHECK(trees::is_enough_for_trial(1000));
  CHECK_FALSE(trees::is_enough_for_trial(999));
}

TEST_CASE("what is tried first is best, unless another is clearly harder to detect or betrays clearly less") {
  CHECK(trees::best_of({{0.60, 0.51}, {0.60, 0.50}, {0.598, 0.51}}) == 0);
  CHECK(trees::best_of({{0.60, 0.51}, {0.57, 0.515}, {0.55, 0.54}}) == 1);
  CHECK(trees::best_of({{0.55, 0.56}, {0.545, 0.53}, {0.60, 0.50}}) == 1);
  CHECK(trees::best_of({{0.55, 0.525}, {0.56, 0.50}}) == 0);
}

TEST_CASE(
    "what chance makes two trials differ is no reason, and what tells rows that were fitted to from others "
    "is one") {
  CHECK_FALSE(trees::is_much_harder_to_detect({0.525, 0.51}, {0.54, 0.50}));
  CHECK(trees::is_much_harder_to_detect({0.545, 0.56}, {0.58, 0.51}));
  CHECK(trees::hides_rows({0.545, 0.52}));
  CHECK_FALSE(trees::hides_rows({0.545, 0.56}));
}
