// --method auto: what is tried, what is passed over, and what is fitted.
#include <map>

#include "common/table/metadata.h"
#include "server/synth/catalog/catalog.h"
#include "tests/catch.h"
#include "tests/server/synth/model/fit_context.h"
#include "tests/server/synth/model/trainer_suite.h"

namespace {

using namespace ctgan;

class Choices final : public synth::model::Monitor {
 public:
  void report(const synth::model::Progress& /*progress*/) override {}
  void report_choice(std::string_view what, std::string_view chosen,
                     std::span<const synth::model::Trial> trials) override {
    if (what != "method") return;
    chosen_ = chosen;
    for (const auto& trial : trials) trials_.insert_or_assign(trial.name, trial);
  }
  void check_stop() override {}

  std::string chosen_;
  std::map<std::string, synth::model::Trial> trials_;
};

// x says y.
std::string linked_csv(int rows) {
  std::string csv = "x,y,kind\n";
  for (int i = 0; i < rows; ++i) {
    const int x = i * 7919 % 1000;
    csv += std::to_string(x) + "," + std::to_string(3 * x + i % 5) + "," +
           (x % 7 == 0 ? "seventh" : "other") + "\n";
  }
  return csv;
}

std::string fitted_method(const std::string& csv, Choices& choices,
                          tests::KeptCheckpoints* checkpoints = nullptr) {
  const auto& row = synth::catalog::find("auto");
  table::Table table = tests::table_from(csv);
  const table::Metadata metadata = table::infer_metadata(table, {});
  threads::ThreadPool pool(2);
  return row.make_trainer(options::check(row.method, {{"seed", 1}}))
      ->fit(std::move(table), metadata, {pool, choices, checkpoints})
      ->name();
}

}  // namespace

TEST_CASE("a table that is too small for networks gets trees, and it is said why") {
  Choices choices;
  CHECK(fitted_method(linked_csv(300), choices) == "trees");
  CHECK(choices.chosen_ == "trees");
  CHECK(choices.trials_.at("ctgan").remark == "needs 2000 rows or more");
  CHECK(choices.trials_.at("trees").remark == "too few rows for a trial");
}

TEST_CASE(
    "every method that suits the table is tried, and the hardest to detect of those that betray no rows is "
    "fitted") {
  Choices choices;
  tests::KeptCheckpoints checkpoints;
  checkpoints.is_due = false;
  const std::string fitted = fitted_method(linked_csv(2400), choices, &checkpoints);
  // Trials have nothing to do with checkpoints.
  CHECK(checkpoints.asked == (fitted == "trees" ? 0 : 1));
  CHECK(choices.chosen_.starts_with(fitted));
  // Larger leaves are tried where the usual ones betray rows, and nowhere else.
  const bool betrays = !choices.trials_.at("trees").remark.empty();
  CHECK(choices.trials_.contains("trees --min-leaf 100") == betrays);
  REQUIRE(choices.trials_.size() == (betrays ? 4 : 3));
  double least = 1;
  for (const auto& [name, trial] : choices.trials_) {
    REQUIRE(trial.scores.size() == 1);
    if (trial.remark.empty()) least = std::min(least, trial.scores.front().value);
  }
  CHECK(choices.trials_.at(choices.chosen_).scores.front().value == least);
}

TEST_CASE("no file is a model of 'auto'") {
  synth::archive::Archive archive;
  archive.metadata["model"] = "auto";
  CHECK(tests::raised([&] { synth::catalog::load(archive); }).kind() == errors::Kind::bad_data);
}
