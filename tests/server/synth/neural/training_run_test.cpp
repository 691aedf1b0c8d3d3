#include "server/synth/neural/training_run.h"

#include <cmath>
#include <limits>
#include <utility>

#include "tests/raises.h"
#include "tests/server/synth/model/fit_context.h"
#include "tests/server/synth/model/kept_checkpoints.h"

namespace {

using namespace ctgan;
using namespace ctgan::synth;
using tests::raised;

networks::ParameterArena arena_of(float value) {
  networks::ParameterArena arena({{.name = "a", .shape = {3}}});
  arena.values("a")[1] = value;
  return arena;
}

// Epoch and step.
using Taken = std::vector<std::pair<int, std::size_t>>;

class Counted final : public neural::TrainingSteps {
 public:
  explicit Counted(std::size_t steps) : steps_(steps) {}

  std::size_t steps_an_epoch() const override { return steps_; }
  void start_epoch(int epoch) override { begun.push_back(epoch); }
  std::vector<model::Measure> train_step(std::size_t index) override {
    taken.emplace_back(begun.back(), index);
    return {{"loss", 10.0 * begun.back() + static_cast<double>(index)}};
  }
  void add_to(archive::Archive& /*checkpoint*/) override {}

  std::vector<int> begun;
  Taken taken;

 private:
  std::size_t steps_;
};

void train(Counted& run, int epochs, model::Monitor& monitor, model::Checkpoints* checkpoints = nullptr,
           neural::TrainingPosition next = {}) {
  threads::ThreadPool pool(1);
  const options::Values none({});
  neural::train(run, {"counted", none, epochs, "less"}, next, {pool, monitor, checkpoints});
}

}  // namespace

TEST_CASE("the monitor hears of every epoch in order, with the losses of its last step") {
  std::vector<std::uint64_t> heard;
  tests::Listener monitor([&](const model::Progress& progress) {
    heard.push_back(progress.done);
    CHECK(progress.stage == "training");
    CHECK(progress.unit == "epoch");
    CHECK(progress.total == 3);
    CHECK(progress.measures.front().value == 10.0 * static_cast<double>(progress.done) + 1);
    return true;
  });
  Counted run(2);
  train(run, 3, monitor);
  CHECK(heard == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(run.taken == Taken{{1, 0}, {1, 1}, {2, 0}, {2, 1}, {3, 0}, {3, 1}});
}

TEST_CASE("a monitor that asks for it ends the run before the next step") {
  Counted run(1);
  tests::Listener monitor([](const model::Progress& progress) { return progress.done < 2; });
  const errors::Error error = raised([&] { train(run, 5, monitor); });
  CHECK(run.taken == Taken{{1, 0}, {2, 0}});
  CHECK(error.kind() == errors::Kind::job_cancelled);
}

TEST_CASE(
    "a checkpoint is kept after each step where one is due, of an epoch's last step once it was reported") {
  Counted run(2);
  std::uint64_t reported = 0;
  tests::Listener monitor([&](const model::Progress& progress) {
    reported = progress.done;
    return true;
  });
  tests::KeptCheckpoints checkpoints;
  std::vector<std::uint64_t> reported_before;
  checkpoints.on_keep = [&] { reported_before.push_back(reported); };
  train(run, 2, monitor, &checkpoints);
  std::vector<std::pair<int, std::size_t>> next;
  for (const archive::Archive& kept : checkpoints.kept) {
    CHECK(kept.entry("method") == "counted");
    const neural::TrainingPosition position = neural::read_position(kept, 2, 2);
    next.emplace_back(position.epoch, position.step);
  }
  CHECK(next == Taken{{1, 1}, {2, 0}, {2, 1}, {3, 0}});
  CHECK(reported_before == std::vector<std::uint64_t>{0, 1, 1, 2});
}

TEST_CASE("a run goes on at the step that it is told, in the midst of an epoch as well") {
  tests::Listener monitor;
  Counted run(3);
  train(run, 3, monitor, nullptr, {.epoch = 2, .step = 1});
  CHECK(run.begun == std::vector<int>{2, 3});
  CHECK(run.taken == Taken{{2, 1}, {2, 2}, {3, 0}, {3, 1}, {3, 2}});
  Counted ended(3);
  train(ended, 3, monitor, nullptr, {.epoch = 4, .step = 0});
  CHECK(ended.taken.empty());
}

TEST_CASE("a position that no training of this length comes to is refused") {
  const options::Values none({});
  const auto refused = [&](neural::TrainingPosition position) {
    const archive::Archive checkpoint = neural::start_checkpoint("counted", none, position);
    return raised([&] { neural::read_position(checkpoint, 3, 2); }).kind() == errors::Kind::bad_data;
  };
  CHECK(refused({.epoch = 0, .step = 0}));
  CHECK(refused({.epoch = 1, .step = 2}));
  CHECK(refused({.epoch = 4, .step = 1}));
  CHECK(refused({.epoch = 5, .step = 0}));
  const neural::TrainingPosition end =
      neural::read_position(neural::start_checkpoint("counted", none, {.epoch = 4, .step = 0}), 3, 2);
  CHECK(end.epoch == 4);
}

TEST_CASE("only a checkpoint of the same method and options is gone on from, and another is warned of") {
  const options::Values five({{"epochs", std::int64_t{5}}}), six({{"epochs", std::int64_t{6}}});
  tests::KeptCheckpoints checkpoints;
  checkpoints.kept.push_back(neural::start_checkpoint("counted", five, {.epoch = 2, .step = 1}));
  tests::Warned monitor;
  threads::ThreadPool pool(1);
  const model::FitContext context{pool, monitor, &checkpoints};
  CHECK(neural::latest_checkpoint({"counted", five, 5, ""}, context));
  CHECK(monitor.warnings.empty());
  CHECK_FALSE(neural::latest_checkpoint({"counted", six, 6, ""}, context));
  CHECK_FALSE(neural::latest_checkpoint({"other", five, 5, ""}, context));
  CHECK(monitor.warnings ==
        std::vector<std::string>(2, "the checkpoint is of another training than this; training starts anew"));
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
