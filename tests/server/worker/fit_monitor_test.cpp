// What a fit reports becomes events of its job and the curves of its report.
#include "server/worker/fit_monitor.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace {

using namespace ctgan;
using nlohmann::json;
using synth::model::Measure;

struct Job {
  tests::TemporaryFolder folder;
  server::jobs::EventWriter writer{folder / "events.jsonl"};
  server::jobs::JobFolder job_folder{folder.path()};
  server::worker::FitMonitor monitor{writer, job_folder};

  std::vector<json> events() const {
    std::vector<json> all;
    server::jobs::EventReader(folder / "events.jsonl").read(0, [&](std::uint64_t, json event) {
      all.push_back(std::move(event));
    });
    return all;
  }
};

}  // namespace

TEST_CASE("every epoch is an event with its measures by name, however quickly they come") {
  Job job;
  for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) {
    const std::vector<Measure> losses{{"generator_loss", 0.5 * static_cast<double>(epoch)}};
    job.monitor.report({"training", "epoch", epoch, 3, losses});
  }
  const std::vector<json> events = job.events();
  REQUIRE(events.size() == 3);
  CHECK(events[1].at("event") == "epoch");
  CHECK(events[1].at("epoch") == 2);
  CHECK(events[1].at("epochs") == 3);
  CHECK(events[1].at("generator_loss") == 1.0);
  CHECK(events[1].at("seconds") >= 0);
}

TEST_CASE("a fit ends soon after its job was asked to stop") {
  using errors::Kind;
  Job job;
  CHECK_NOTHROW(job.monitor.check_stop());
  job.job_folder.ask_to_stop();
  const auto start = std::chrono::steady_clock::now();
  const auto error = tests::raised([&] {
    while (std::chrono::steady_clock::now() - start < std::chrono::seconds(1)) job.monitor.check_stop();
  });
  CHECK(error.kind() == Kind::job_cancelled);
}

TEST_CASE("of another stage the beginning and the end are told, and not each of a thousand quick steps") {
  Job job;
  for (std::uint64_t step = 1; step <= 1000; ++step)
    job.monitor.report({"fitting pairs of columns", "step", step, 1000});
  job.monitor.report({"counting", "column", 1, 1});
  const std::vector<json> events = job.events();
  REQUIRE(events.size() >= 3);
  CHECK(events.size() < 20);
  CHECK(events.front() == json{{"event", "progress"},
                               {"stage", "fitting pairs of columns"},
                               {"unit", "step"},
                               {"done", 1},
                               {"total", 1000}});
  CHECK(events[events.size() - 2].at("done") == 1000);
  CHECK(events.back().at("stage") == "counting");
}

TEST_CASE("measures become curves, in the order in which they came first and without what all of them are") {
  Job job;
  for (const double value : {3.0, 2.0}) {
    const std::vector<Measure> measures{{"generator_loss", value}, {"margin", -value}};
    job.monitor.report({"training", "epoch", 1, 2, measures});
  }
  using Curve = synth::report::LossCurve;
  CHECK(job.monitor.story().curves ==
        std::vector<Curve>{{"generator", {3.0, 2.0}}, {"margin", {-3.0, -2.0}}});
}

TEST_CASE("a choice says by what it was made, and a warning is one") {
  Job job;
  const std::vector<synth::model::Trial> methods{{"trees", {{"detection_auc", 0.55}}},
                                                 {"ctgan", {}, "needs 2000 rows or more"}};
  job.monitor.report_choice("method", "trees", methods);
  const std::vector<synth::model::Trial> precisions{{"float32", {{"products_ms", 3}}},
                                                    {"bf16", {{"products_ms", 4.5}}}};
  job.monitor.report_choice("precision", "float32", precisions);
  job.monitor.warn("bf16 is slower");
  const std::vector<json> events = job.events();
  REQUIRE(events.size() == 3);
  CHECK(events[0].at("text") ==
        "The method is trees, by a trial on rows that were set aside (detection AUC, 0.5 is ideal): trees "
        "0.550. "
        "Not tried: ctgan (needs 2000 rows or more).");
  CHECK(events[1].at("event") == "choice");
  CHECK(events[1].at("text") ==
        "The precision is float32, by what the products of a training step take (ms on one thread): float32 "
        "3.000, "
        "bf16 4.500.");
  CHECK(events[1].at("trials")[1].at("scores").at("products_ms") == 4.5);
  CHECK(events[2] == json{{"event", "warning"}, {"text", "bf16 is slower"}});
  CHECK(job.monitor.story().choices.size() == 2);
}

TEST_CASE("a job whose minutes are over fails at its next step, with who can give it more") {
  Job job;
  using server::worker::StopCheck;
  CHECK(StopCheck::deadline_in(0) == StopCheck::Clock::time_point::max());
  CHECK(StopCheck::deadline_in(UINT64_MAX) > StopCheck::Clock::now());
  StopCheck(job.job_folder, StopCheck::deadline_in(1)).check();
  const auto error = tests::raised(
      [&] { StopCheck(job.job_folder, StopCheck::Clock::now() - std::chrono::seconds(1)).check(); });
  CHECK(error.kind() == errors::Kind::job_failed);
  CHECK_THAT(error.hint(), Catch::Contains("--minutes"));
}
