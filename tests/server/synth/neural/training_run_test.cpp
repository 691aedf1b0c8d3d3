#include "server/synth/neural/training_run.h"

#include <cmath>
#include <limits>

#include "tests/raises.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using tests::raised;

networks::ParameterArena arena_of(float value) {
  networks::ParameterArena arena({{.name = "a", .shape = {3}}});
  arena.values("a")[1] = value;
  return arena;
}

}  // namespace

TEST_CASE("the observer hears of every epoch in order, with the losses that it had") {
  std::vector<int> heard;
  neural::train_epochs(
      3,
      [&](const model::EpochReport& report) {
        heard.push_back(report.epoch);
        CHECK(report.epochs == 3);
        CHECK(report.losses.at(0).value == 10 * report.epoch);
        return true;
      },
      [](int epoch) {
        return std::vector<model::Loss>{{"loss", 10.0 * epoch}};
      });
  CHECK(heard == std::vector<int>{1, 2, 3});
}

TEST_CASE("an observer that says no ends the run after that epoch") {
  int trained = 0;
  const errors::Error error = raised([&] {
    neural::train_epochs(
        5, [](const model::EpochReport& report) { return report.epoch < 2; },
        [&](int) {
          ++trained;
          return std::vector<model::Loss>{};
        });
  });
  CHECK(trained == 2);
  CHECK(error.kind() == errors::Kind::job_cancelled);
  CHECK(error.sentence() == "training was stopped after epoch '2' of '5'");
}

TEST_CASE("a loss or a number that is not finite fails the job in its epoch, with the remedy") {
  CHECK_NOTHROW(neural::require_finite({{"a", 1}, {"b", -1e300}}, 4, "less"));
  CHECK_NOTHROW(neural::require_finite(arena_of(1), 4, "less"));
  for (const double value : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    const errors::Error of_loss = raised([&] {
      neural::require_finite({{"a", 1}, {"b", value}}, 4, "less");
    });
    const errors::Error of_number =
        raised([&] { neural::require_finite(arena_of(static_cast<float>(value)), 4, "less"); });
    for (const errors::Error& error : {of_loss, of_number}) {
      CHECK(error.kind() == errors::Kind::job_failed);
      CHECK(error.sentence() == "the losses stopped being finite in epoch '4'");
      CHECK(error.hint() == "less");
    }
  }
}
