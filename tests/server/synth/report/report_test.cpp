#include "server/synth/report/report.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "server/synth/evaluate/judgement.h"
#include "server/synth/report/distribution_chart.h"
#include "server/synth/report/text.h"
#include "tests/catch.h"
#include "tests/server/synth/report/page_check.h"
#include "tests/server/synth/report/sample_evaluation.h"

using namespace ctgan;
using namespace ctgan::synth;
using report::html_report;
using tests::check_page;
using tests::has;
using tests::sample_evaluation;
using tests::sample_facts;
using tests::times;

namespace {

const double k_nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("The page is well-formed, labelled, and holds every section's numbers") {
  const std::string page = html_report(sample_evaluation(), sample_facts());
  check_page(page);
  for (const char* part :
       {"people.csv", "people_20261121t074500_model.gz", "batch_size", "9.8.7", "1 min 35 s",
        "seed of the training", "Rome", "37.5", "0.913", "12.5", "KSComplement", "closer to training",
        "linkability", "no better than chance", "Losses over the epochs",
        "May the synthetic table be handed out?", "Is it good?"}) {
    CAPTURE(part);
    CHECK(has(page, part));
  }
}

TEST_CASE("Membership, the people at most risk and keys stand on the page with what is attainable") {
  const std::string page = html_report(sample_evaluation(), sample_facts());
  for (const char* part :
       {"0.513 (0.490 to 0.530)", "<h3>Membership</h3>", "attainable", "<h3>The people at most risk</h3>",
        "0.537 (0.450 to 0.590)", "<h3>Known columns</h3>", "Attainable (held out)"}) {
    INFO(part);
    CHECK(has(page, part));
  }
  CHECK(has(page, report::percent(0.0456)));
  CHECK(has(page, report::percent(0.0119)));
  CHECK(has(page, report::percent(0.0789)));
}

TEST_CASE("The page says of every test what its attacker knows and seeks, and what was not tested") {
  evaluate::Evaluation evaluation = sample_evaluation();
  const std::string page = html_report(evaluation, sample_facts());
  for (const char* part :
       {"The attacker knows", "all columns of a person but one", "whether the person is in the original",
        "Not tested:", "shadow models", "For want of rows, columns or keys: singling out."}) {
    INFO(part);
    CHECK(has(page, part));
  }
  evaluation.privacy->membership.reset();
  evaluation.privacy->keys.reset();
  const std::string less = html_report(evaluation, sample_facts());
  CHECK(has(
      less,
      "For want of rows, columns or keys: singling out, membership, people at most risk, known columns."));
  CHECK_FALSE(has(less, "whether the person is in the original"));
}

TEST_CASE("The purpose stands on the page in the user's words, as text") {
  evaluate::Evaluation evaluation = sample_evaluation();
  CHECK_FALSE(has(html_report(evaluation, sample_facts()), "Purpose and recipient"));
  evaluation.purpose = "teaching at <b>the school</b>";
  const std::string page = html_report(evaluation, sample_facts());
  CHECK(has(page, "<dt>Purpose and recipient</dt><dd>teaching at &lt;b&gt;the school&lt;/b&gt;</dd>"));
  check_page(page);
}

TEST_CASE("Equal input gives equal bytes") {
  CHECK(html_report(sample_evaluation(), sample_facts()) == html_report(sample_evaluation(), sample_facts()));
}

TEST_CASE("A column named like markup is text, in HTML and in SVG") {
  const std::string evil = "</title></svg><script>alert(1)</script>";
  auto evaluation =
      sample_evaluation({tests::numeric_column(evil), tests::text_column("c", {evil, "\"'&\x01"})});
  evaluation.notes = {{"privacy", evil}, {"table", evil}};
  evaluation.utility->target = evil;
  evaluation.privacy->attacks[1].column = evil;
  auto facts = sample_facts();
  facts.table = facts.model = facts.method = facts.options[0].first = facts.options[0].second = evil;
  facts.losses[0].first = evil;
  const std::string page = html_report(evaluation, facts);
  check_page(page);
  CHECK_FALSE(has(page, "<script"));
  CHECK(has(page, "&lt;script&gt;"));
}

TEST_CASE("Undefined scores and numbers that are none are said, not drawn") {
  auto evaluation = sample_evaluation();
  evaluation.columns[0].score = k_nan;
  evaluation.columns[0].coverage = std::nullopt;
  evaluation.columns[0].distribution.original = {k_nan, k_nan, k_nan};
  evaluation.columns[1].score = std::nullopt;
  evaluation.pairs[0].original_association = k_nan;
  evaluation.pairs[0].score = std::nullopt;
  evaluation.quality->trends = std::nullopt;
  evaluation.utility->train_on_synthetic.auc = std::nullopt;
  evaluation.privacy->closest->closer_to_training = {k_nan, k_nan, k_nan};
  evaluation.privacy->attacks[0].risk = {k_nan, k_nan, k_nan};
  auto facts = sample_facts();
  facts.losses[0].second[3] = k_nan;
  facts.losses[1].second.assign(50, std::numeric_limits<double>::infinity());
  const std::string page = html_report(evaluation, facts);
  check_page(page);
  CHECK(has(page, "n/a"));
  CHECK_FALSE(has(page, "inf "));
}

TEST_CASE("Distributions without range, without cells or without an end are survived") {
  auto one = tests::numeric_column("constant");
  one.distribution.edges = {5, 5};
  one.distribution.original = one.distribution.synthetic = {1};
  auto none = tests::numeric_column("missing");
  none.distribution = {};
  auto endless = tests::numeric_column("endless");
  endless.distribution.edges.back() = std::numeric_limits<double>::infinity();
  auto moments = tests::numeric_column("moments");
  moments.distribution.axis = evaluate::Axis::moment;
  moments.distribution.edges = {-1e18, 0, 1e9, 1e18};
  const std::string page = html_report(sample_evaluation({one, none, endless, moments}), {});
  check_page(page);
  CHECK(has(page, "no cell holds a value"));
  CHECK(has(page, "no finite range"));
}

TEST_CASE("An evaluation of which everything was skipped says so and why") {
  evaluate::Evaluation evaluation;
  evaluation.notes = {{"privacy", "no held-out rows were given"}, {"utility", "the library is missing"}};
  evaluation.judgements = evaluate::judge(evaluation);
  const std::string page = html_report(evaluation, {});
  check_page(page);
  for (const char* part : {"No held-out rows were given.", "The library is missing.", "not measured",
                           "privacy was not measured", "No losses were recorded"}) {
    CAPTURE(part);
    CHECK(has(page, part));
  }
}

TEST_CASE("Privacy that was measured in part only is no yes") {
  auto evaluation = sample_evaluation();
  evaluation.rows.held_out = 0;
  evaluation.privacy->closest.reset();
  evaluation.privacy->rare.reset();
  evaluation.privacy->attacks.clear();
  evaluation.privacy->copies = evaluate::Copies{.rows = 400, .excess = {}};
  evaluation.judgements = evaluate::judge(evaluation);
  REQUIRE(evaluation.judgements.privacy.verdict == evaluate::Verdict::unsure);
  const std::string page = html_report(evaluation, {});
  check_page(page);
  CHECK(has(page, "Cannot be said."));
  CHECK(has(page, "privacy is measured only in part"));
  CHECK(has(page, "answer unsure"));
}

TEST_CASE("The original's rows are those of the table that was given") {
  auto evaluation = sample_evaluation();
  evaluation.rows = {50'000, 10'000, 50'000, 123'456, 113'456};
  evaluation.judgements = evaluate::judge(evaluation);
  const std::string page = html_report(evaluation, {});
  CHECK(has(page, "<dt>Original rows</dt><dd>123,456</dd>"));
  CHECK(has(page, "<dt>Trained on</dt><dd>113,456 rows</dd>"));
  CHECK(has(page, "<dt>Of these compared</dt><dd>50,000 rows</dd>"));
}

TEST_CASE("What to do stands on the page, word for word as elsewhere") {
  auto evaluation = sample_evaluation();
  evaluation.training = evaluate::Training{"ctgan", 5, 500, 2, 1};
  evaluation.rows.table = 1100;
  evaluation.detection->auc = 0.97;
  evaluation.judgements = evaluate::judge(evaluation);
  REQUIRE(evaluation.judgements.remedies.size() >= 1);
  const std::string page = html_report(evaluation, {});
  check_page(page);
  CHECK(has(page, "1100 rows make 2 steps an epoch: try --epochs 2000"));
}

TEST_CASE("The command that comes next of a fit goes by whether rows may be handed out") {
  auto evaluation = sample_evaluation();
  evaluation.rows.trained = 500;
  report::ReportFacts facts = sample_facts();
  facts.table = "people";
  evaluation.judgements.release.verdict = evaluate::Verdict::good;
  CHECK(has(html_report(evaluation, facts), "Draw rows: 'sample latest:people -n 1000 --gate'."));
  facts.table = "a table";
  CHECK(has(html_report(evaluation, facts), "Draw rows: 'sample latest -n 1000 --gate'."));
  evaluation.judgements.release.verdict = evaluate::Verdict::doubtful;
  const std::string doubtful = html_report(evaluation, facts);
  CHECK_FALSE(has(doubtful, "Draw rows"));
  CHECK(has(doubtful, "After the next fit 'download --report latest' brings its page."));
  evaluation.rows.trained = 0;
  CHECK_FALSE(has(html_report(evaluation, facts), "After the next fit"));
}

TEST_CASE("What joins the columns stands beside what held-out rows attain") {
  const std::string page = html_report(sample_evaluation(), sample_facts());
  for (const char* part :
       {"Beyond pairs", "0.321 (0.300 to 0.340)", "0.123 (0.100 to 0.150)", "500 of 1,313,400", "all 105",
        "0.876 (0.850 to 0.900)", "1.234 (1.100 to 1.300)", "0.765 (0.700 to 0.800)"}) {
    CAPTURE(part);
    CHECK(has(page, part));
  }
  // Where shapes are shown and where pairs are.
  CHECK(times(page, "prove nothing by themselves") == 2);
}

TEST_CASE("Detection against unseen rows says how much was memorized, and gives the published score") {
  auto evaluation = sample_evaluation();
  const std::string page = html_report(evaluation, {});
  for (const char* part :
       {"0.789 (0.740 to 0.830)", "0.422", "0.612 (0.560 to 0.660)", "0.503 (0.460 to 0.550)",
        "0.177 (0.120 to 0.230)", "beyond chance: training rows show through"}) {
    CAPTURE(part);
    CHECK(has(page, part));
  }
  evaluation.detection->unseen->memorization = {0.01, -0.04, 0.06};
  CHECK(has(html_report(evaluation, {}), "within chance"));
}

TEST_CASE("Every column is a target, those that lost most come first") {
  const std::string page = html_report(sample_evaluation(), {});
  CHECK(has(page, "0.654 (0.600 to 0.700)"));
  CHECK(has(page, "1.010 (0.980 to 1.040)"));
  CHECK(has(page, "the 2 of 3 columns that"));
  const std::string targets = page.substr(page.find("Every column as the target, those"));
  CHECK(targets.find(">city<") < targets.find(">age<"));
}

TEST_CASE("An evaluation without measures of fidelity, as before, is a page without them") {
  auto evaluation = sample_evaluation();
  evaluation.fidelity.reset();
  evaluation.global_utility.reset();
  evaluation.detection->unseen.reset();
  evaluation.privacy->closest->attainable.reset();
  evaluation.privacy->membership.reset();
  evaluation.judgements = evaluate::judge(evaluation);
  const std::string page = html_report(evaluation, {});
  check_page(page);
  CHECK_FALSE(has(page, "Beyond pairs"));
  CHECK_FALSE(has(page, "global utility"));
  CHECK_FALSE(has(page, "attainable"));
  const nlohmann::json value = evaluate::to_json(evaluation);
  CHECK(value.at("fidelity").is_null());
  CHECK(value.at("global_utility").is_null());
  CHECK(value.at("detection").at("unseen").is_null());
}

TEST_CASE("The manager's answer follows the lights") {
  auto evaluation = sample_evaluation();
  evaluation.privacy->attacks.clear();
  evaluation.privacy->rare->excess = evaluate::Estimate{0, -0.02, 0.02};
  evaluation.judgements = evaluate::judge(evaluation);
  REQUIRE(evaluation.judgements.privacy.verdict == evaluate::Verdict::good);
  CHECK(has(html_report(evaluation, {}), "Nothing that was measured speaks against it."));
  evaluation.privacy->closest->closer_to_training = {0.9, 0.8, 0.95};
  evaluation.judgements = evaluate::judge(evaluation);
  const std::string page = html_report(evaluation, {});
  CHECK(has(page, "No. Training rows show through."));
  CHECK(has(page, "answer bad"));
}

TEST_CASE("Of 1,846 columns the strongest pairs are listed and the others summed up, in 4 MB") {
  std::vector<evaluate::ColumnResult> columns(1846);
  for (std::size_t i = 0; i < columns.size(); ++i)
    columns[i] = tests::numeric_column(fmt::format("column {}", i));
  auto evaluation = sample_evaluation(std::move(columns));
  REQUIRE(evaluation.pairs.size() == 1'702'935);
  evaluation.pairs[7].original_association = -1;
  evaluation.pairs[8] = {0, 9, "CorrelationSimilarity", 0.25, 0.0, 0.01, false};
  const nlohmann::json value = evaluate::to_json(evaluation);
  CHECK(value.at("pairs").size() == 2000);
  CHECK(value.at("other_pairs").at("count") == 1'700'935);
  CHECK(value.at("other_pairs").at("mean_score").get<double>() == Approx(0.9));
  CHECK(value.at("other_pairs").at("worst").at("second") == "column 9");
  CHECK(value.dump(1).size() < 4'000'000);
  const std::string page = html_report(evaluation, {});
  CHECK(has(page, "the 2,000 strongest of 1,702,935 pairs"));
}

TEST_CASE("One column is a page without pairs") {
  const std::string page = html_report(sample_evaluation({tests::numeric_column("only")}), {});
  check_page(page);
  CHECK(has(page, "There are no pairs"));
}

TEST_CASE("Two hundred columns stay well below 2 MB, with the heat map limited and a word said") {
  std::vector<evaluate::ColumnResult> columns;
  for (int i = 0; i < 200; ++i) {
    if (i % 2 == 0) {
      auto column = tests::numeric_column(fmt::format("column number {} of a wide table", i));
      column.distribution = {};
      for (int edge = 0; edge <= 30; ++edge) column.distribution.edges.push_back(edge * 1234.5678);
      column.distribution.original.assign(30, 1.0 / 30);
      column.distribution.synthetic.assign(30, 1.0 / 30);
      columns.push_back(column);
    } else {
      std::vector<std::string> labels;
      for (int label = 0; label < 20; ++label)
        labels.push_back(std::string(5'000, 'x') + std::to_string(label));
      columns.push_back(tests::text_column(std::string(10'000, 'n') + std::to_string(i), labels));
    }
  }
  const std::string page = html_report(sample_evaluation(std::move(columns)), sample_facts());
  WARN("200 columns: " << page.size() << " bytes");
  CHECK(page.size() < 2'000'000);
  CHECK(times(page, "<article") == 200);
  CHECK(has(page, "The maps show 24 of 200 columns"));
  CHECK_FALSE(has(page, std::string(400, 'x')));
  check_page(page);
}

TEST_CASE("Categories beyond the bars become one, with nothing lost") {
  std::vector<std::string> labels;
  for (int i = 0; i < 20; ++i) labels.push_back(fmt::format("label {}", i));
  auto column = tests::text_column("many", labels);
  column.distribution.rest = true;
  column.distribution.categories = 4'000;
  const auto pairs = report::share_pairs(column.distribution);
  CHECK(pairs.back().label == "3,981 others");
  const std::string page = html_report(sample_evaluation({column}), {});
  CHECK(has(page, "3,991 others"));
  CHECK(has(page, "55.0 | 55.0"));
}

TEST_CASE("Long trainings are drawn by means, and the page says so") {
  auto facts = sample_facts();
  facts.losses[0].second.assign(3'000, 1.0);
  CHECK(has(html_report(sample_evaluation(), facts), "Each point is the mean of 10 epochs."));
}

TEST_CASE("A report of a private model says in its title and first of all for whom it is") {
  evaluate::Evaluation evaluation = sample_evaluation();
  evaluation.of_private = {evaluate::PrivateModel::Rows::confidential,
                           {evaluate::Verdict::good, "it is differentially private: epsilon 1"}};
  evaluation.judgements = evaluate::judge(evaluation);
  const std::string page = html_report(evaluation, sample_facts());
  check_page(page);
  CHECK(has(page, "<title>Quality and privacy: people.csv (for the owner only, not for release)</title>"));
  CHECK(page.find("It is for the model's owner") < page.find("May the synthetic table be handed out?"));
  CHECK(has(page, "Yes, by the model's guarantee."));
  CHECK_FALSE(has(page, "Before you pass this page on"));
  evaluation.of_private->rows = evaluate::PrivateModel::Rows::declared_public;
  const std::string of_public = html_report(evaluation, sample_facts());
  check_page(of_public);
  CHECK(has(of_public, "(of rows that are declared public)</title>"));
  CHECK_FALSE(has(of_public, "not for release"));
}

TEST_CASE(
    "A report that was paid for is well-formed whatever columns are called, and shows noise beside "
    "distances") {
  evaluate::PaidComparison comparison;
  comparison.rows = 1000;
  comparison.drawn_rows = 1000;
  comparison.noise = 12.5;
  comparison.budget_share = 0.1;
  const std::string odd = "a<b>&\"'\x01\xff";
  for (int i = 0; i < 130; ++i)
    comparison.distances.push_back({{odd, "column " + std::to_string(i)}, 12, 0.25, 0.2});
  comparison.distances.push_back({{odd}, 3, 0.125, 0.0625});
  comparison.columns = {{odd, {{"Oslo", 0.75, 0.5}, {odd, -0.01, 0}}}};
  comparison.release = {evaluate::Verdict::good, "it is differentially private: epsilon 1"};
  const std::string page = html_report(comparison, sample_facts());
  check_page(page);
  for (const char* part : {"(by noisy counts that were paid for)", "0.125", "0.062", "75.0 %", "-1.0 %",
                           "12.5 rows", "30 more are in the report as JSON"}) {
    INFO(part);
    CHECK(has(page, part));
  }
  CHECK(headline(comparison) == "columns 0.125 apart (0.062 of noise), pairs 0.250 apart (0.200 of noise)");
  const nlohmann::json value = to_json(comparison);
  CHECK(value.at("audience") == "anybody");
  CHECK(value.at("distances").size() == 131);
  CHECK(verdict_json(comparison).at("release").at("verdict") == "good");
  // Nothing was measured of pairs.
  comparison.distances.erase(comparison.distances.begin(), comparison.distances.end() - 1);
  CHECK_FALSE(has(html_report(comparison, sample_facts()), "<h2 id=\"pairs-heading\">"));
}

TEST_CASE("Pairs are drawn beside each other, by the target line by line, and missing patterns are listed") {
  evaluate::Evaluation evaluation = sample_evaluation();
  std::size_t number = evaluation.columns.size(), text = number;
  for (std::size_t i = 0; i < evaluation.columns.size(); ++i) {
    if (!evaluation.columns[i].distribution.labels.empty()) text = i;
    if (evaluation.columns[i].distribution.edges.size() > 2) number = i;
  }
  REQUIRE(number < evaluation.columns.size());
  REQUIRE(text < evaluation.columns.size());
  const std::size_t across = evaluation.columns[number].distribution.edges.size() - 1;
  const std::size_t up = evaluation.columns[text].distribution.labels.size();
  evaluate::JointDistribution joint{.first = number, .second = text};
  joint.original.assign(across * up, 1.0 / static_cast<double>(across * up));
  joint.synthetic.assign(across * up, 0);
  evaluation.strongest_pairs = {joint};
  evaluation.by_target = {joint, joint};
  evaluation.missing_patterns = {{{}, 0.75, 0.5}, {{number, text}, 0.25, 0.5}};
  const std::string page = html_report(evaluation, sample_facts());
  check_page(page);
  for (const char* part : {"The strongest pairs, original beside synthetic", "which learners predict",
                           "What is missing together", "no cell is missing"}) {
    INFO(part);
    CHECK(has(page, part));
  }
  CHECK(times(page, "id=\"jp0ot\"") == 1);
  CHECK(times(page, "id=\"jt1st\"") == 1);
  CHECK_FALSE(has(html_report(sample_evaluation(), sample_facts()), "The strongest pairs"));
}
