#include "server/synth/neural/training_run.h"

#include <cmath>
#include <limits>

#include "tests/raises.h"
#include "tests/server/synth/model/fit_context.h"

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

TEST_CASE("the monitor hears of every epoch in order, with the losses that it had") {
  std::vector<std::uint64_t> heard;
  tests::Listener monitor([&](const model::Progress& progress) {
    heard.push_back(progress.done);
    CHECK(progress.stage == "training");
    CHECK(progress.unit == "epoch");
    CHECK(progress.total == 3);
    CHECK(progress.measures.front().value == 10.0 * static_cast<double>(progress.done));
    return true;
  });
  neural::train_epochs(3, monitor, [](int epoch) {
    return std::vector<model::Measure>{{"loss", 10.0 * epoch}};
  });
  CHECK(heard == std::vector<std::uint64_t>{1, 2, 3});
}

TEST_CASE("a monitor that asks for it ends the run before the next epoch") {
  int trained = 0;
  tests::Listener monitor([](const model::Progress& progress) { return progress.done < 2; });
  const errors::Error error = raised([&] {
    neural::train_epochs(5, monitor, [&](int) {
      ++trained;
      return std::vector<model::Measure>{};
    });
  });
  CHECK(trained == 2);
  CHECK(error.kind() == errors::Kind::job_cancelled);
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
