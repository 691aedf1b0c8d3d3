#include "server/synth/evaluate/evaluate.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/drawn_alike.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/verdict_json.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;
using tests::metadata_of;
using tests::part;
using tests::people;

namespace {

Evaluation evaluated(const table::Table& original, const table::Table* held_out,
                     const table::Table& synthetic, const Options& options = {}, int threads = 2) {
  threads::ThreadPool pool(threads);
  const table::Metadata metadata = metadata_of(original);
  return evaluate({original, held_out, synthetic, metadata}, options, pool);
}

bool has_note(const Evaluation& evaluation, const std::string& section) {
  return std::any_of(evaluation.notes.begin(), evaluation.notes.end(),
                     [&](const Note& note) { return note.section == section; });
}

}  // namespace

TEST_CASE("Fresh rows of the same origin are good in every section") {
  const table::Table all = people(7500, 21);
  const table::Table held_out = part(all, 2500, 2500);
  const Evaluation found = evaluated(part(all, 0, 2500), &held_out, part(all, 5000, 2500));
  INFO(to_json(found.judgements.summary.verdict == Verdict::good ? Evaluation{} : found).dump());
  CHECK(found.judgements.quality.verdict == Verdict::good);
  CHECK(found.judgements.utility.verdict == Verdict::good);
  CHECK(found.judgements.detection.verdict == Verdict::good);
  CHECK(found.judgements.privacy.verdict == Verdict::good);
  CHECK(found.judgements.summary.verdict == Verdict::good);
  CHECK(found.judgements.release.verdict == Verdict::good);
  CHECK(found.utility->target == "level");
  CHECK(found.utility->task == Task::binary);
  CHECK(*found.utility->train_on_original.auc > 0.9);
  CHECK(found.detection->auc < 0.6);
}

TEST_CASE("Training rows handed out as synthetic ones are good in quality and bad in privacy") {
  const table::Table all = people(2000, 22);
  const table::Table original = part(all, 0, 1000);
  const table::Table held_out = part(all, 1000, 1000);
  const Evaluation found = evaluated(original, &held_out, original);
  CHECK(found.judgements.quality.verdict == Verdict::good);
  CHECK(found.judgements.privacy.verdict == Verdict::bad);
  CHECK(found.judgements.summary.verdict == Verdict::bad);
  CHECK(found.judgements.release.verdict == Verdict::bad);
  for (const char* id :
       {"copies", "closest_record", "rare_combinations", "singling_out_by_several_columns", "inference"}) {
    INFO(id);
    REQUIRE(found.judgements.find(id) != nullptr);
    CHECK(found.judgements.find(id)->verdict == Verdict::bad);
  }
  const nlohmann::json release = release_json(found.judgements);
  CHECK(release.at("verdict") == "bad");
  CHECK(release.at("objections").size() >= 5);
}

TEST_CASE("Held-out rows that are the tail of a sorted table make privacy a thing that cannot be said") {
  std::vector<std::size_t> order(3000);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const table::Table unsorted = people(3000, 27);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return unsorted.columns()[0].number(a) < unsorted.columns()[0].number(b);
  });
  const table::Table all = tests::picked(unsorted, order);
  const table::Table original = part(all, 0, 2500);
  const table::Table held_out = part(all, 2500, 500);
  Options options;
  options.sections = {true, false, false, true};
  const Evaluation found = evaluated(original, &held_out, part(all, 100, 1000), options);
  REQUIRE(found.drawn_alike.has_value());
  CHECK(found.drawn_alike->different.front() == "age");
  CHECK(found.judgements.find("drawn_alike") != nullptr);
  CHECK(has_note(found, "table"));
  const Evaluation fresh = evaluated(original, &held_out, people(1000, 28), options);
  CHECK(fresh.judgements.privacy.verdict == Verdict::unsure);
  CHECK(fresh.judgements.release.verdict == Verdict::unsure);
  CHECK_THAT(fresh.judgements.release.sentence, Catch::Contains("shuffle before splitting"));
  CHECK(fresh.judgements.remedies.front().cause == "held_out_not_alike");
  // What repeats the original's rows does so whatever is held against it.
  CHECK(found.judgements.privacy.verdict == Verdict::bad);
}

TEST_CASE(
    "Held-out rows of whole people are not asked whether they are drawn row by row, and a note says so") {
  const table::Table all = people(600, 27), synthetic = people(300, 28);
  const table::Table original = part(all, 0, 500), held_out = part(all, 500, 100);
  Options options;
  options.sections = {true, false, false, true};
  threads::ThreadPool pool(2);
  Input input{original, &held_out, synthetic, tests::metadata_of(original)};
  input.held_out_by = "patient";
  const Evaluation found = evaluate(input, options, pool);
  CHECK_FALSE(found.drawn_alike.has_value());
  CHECK(found.privacy->closest.has_value());
  bool is_said = false;
  for (const Note& note : found.notes)
    is_said =
        is_said || note.sentence.starts_with("rows that share a value of 'patient' were held out together");
  CHECK(is_said);
}

TEST_CASE("Held-out rows of one origin are hardly ever called different") {
  int alarms = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const table::Table all = people(220, seed);
    const table::Table held_out = part(all, 200, 20);
    alarms +=
        compare_held_out(tests::compared(part(all, 0, 200), &held_out, held_out)).different.empty() ? 0 : 1;
  }
  CHECK(alarms == 0);
}

TEST_CASE("Missing cells that only the held-out rows have are another origin") {
  std::vector<std::optional<double>> whole(300, 1.5);
  for (std::size_t row = 0; row < whole.size(); ++row) whole[row] = static_cast<double>(row % 7);
  std::vector<std::optional<double>> gaps = whole;
  for (std::size_t row = 0; row < gaps.size(); row += 2) gaps[row] = std::nullopt;
  const table::Table original({tests::number_column("n", whole)});
  const table::Table held_out({tests::number_column("n", gaps)});
  CHECK(compare_held_out(tests::compared(original, &held_out, original)).different ==
        std::vector<std::string>{"n"});
}

TEST_CASE("Rows whose columns are torn apart are found out by trends, utility and detection") {
  const table::Table all = people(3000, 23);
  const table::Table original = part(all, 0, 1000);
  const table::Table held_out = part(all, 1000, 1000);
  std::vector<table::Column> torn;
  for (std::size_t c = 0; c < original.columns().size(); ++c) {
    torn.push_back(people(1000, 100 + c).columns()[c]);
  }
  const Evaluation found = evaluated(original, &held_out, table::Table(torn));
  CHECK(*found.quality->shapes > 0.9);
  CHECK(*found.quality->trends < 0.9);
  CHECK(*found.utility->train_on_synthetic.auc < 0.7);
  CHECK(found.detection->auc > 0.8);
  CHECK(found.judgements.find("information")->verdict != Verdict::good);
  CHECK(found.judgements.find("global_utility")->verdict == Verdict::bad);
  CHECK(found.judgements.utility.verdict == Verdict::bad);
}

TEST_CASE("Without held-out rows what needs them is skipped with a note, never invented") {
  const Evaluation found = evaluated(people(200, 1), nullptr, people(200, 2));
  CHECK(found.quality.has_value());
  CHECK(found.detection.has_value());
  CHECK_FALSE(found.utility.has_value());
  CHECK(found.judgements.utility.verdict == Verdict::skipped);
  CHECK(has_note(found, "utility"));
  CHECK(has_note(found, "privacy"));
  CHECK(found.privacy->copies.has_value());
  CHECK_FALSE(found.privacy->copies->excess.has_value());
  CHECK_FALSE(found.privacy->closest.has_value());
  CHECK_FALSE(found.privacy->rare.has_value());
  CHECK(found.privacy->attacks.empty());
}

TEST_CASE("One and three threads give the same evaluation, to the last digit") {
  const table::Table all = people(900, 25);
  const table::Table held_out = part(all, 300, 300);
  const auto text = [&](int threads) {
    return to_json(evaluated(part(all, 0, 300), &held_out, part(all, 600, 300), {.seed = 3}, threads)).dump();
  };
  CHECK(text(1) == text(3));
}

TEST_CASE("Numbers are predicted with R2, several classes with AUC and F1") {
  const table::Table all = people(1500, 26);
  const table::Table held_out = part(all, 500, 500);
  const auto with_target = [&](const char* target) {
    Options options;
    options.target = target;
    options.sections = {false, true, false, false};
    return *evaluated(part(all, 0, 500), &held_out, part(all, 1000, 500), options).utility;
  };
  const Utility income = with_target("income");
  CHECK(income.task == Task::regression);
  CHECK(*income.train_on_original.r2 > 0.6);
  CHECK(*income.train_on_synthetic.r2 > 0.6);
  CHECK_FALSE(income.train_on_original.auc.has_value());
  const Utility city = with_target("city");
  CHECK(city.task == Task::multiclass);
  CHECK(city.classes == 6);
  CHECK(*city.train_on_original.auc == Approx(0.5).margin(0.1));
  CHECK(city.train_on_original.f1.has_value());
}

TEST_CASE("Sections that were not asked for are left alone") {
  Options options;
  options.sections = {true, false, false, false};
  std::vector<std::string> begun;
  options.on_section = [&](std::string_view section) { begun.emplace_back(section); };
  const Evaluation found = evaluated(people(50, 1), nullptr, people(50, 2), options);
  CHECK(begun == std::vector<std::string>{"quality"});
  CHECK_FALSE(found.detection.has_value());
  CHECK_FALSE(found.privacy.has_value());
}

TEST_CASE("Tables that do not belong together are refused with the column's name") {
  const table::Table original = people(50, 1);
  const auto refused = [&](const table::Table& synthetic) {
    return tests::raised([&] { evaluated(original, nullptr, synthetic); });
  };
  CHECK(refused(people(50, 2).without({"city"})).sentence() == "the synthetic table has no column 'city'");
  CHECK(refused(people(1, 2)).kind() == errors::Kind::bad_data);
  std::vector<table::Column> columns = people(50, 2).columns();
  columns[0] = tests::text_column("age", std::vector<std::string>(50, "old"));
  CHECK(refused(table::Table(columns)).sentence() ==
        "column 'age' holds numbers in the original and 'old' in the synthetic table");
  columns = people(50, 2).columns();
  columns.push_back(tests::number_column("extra", std::vector<std::optional<double>>(50, 1.0)));
  CHECK(refused(table::Table(columns)).sentence() ==
        "the synthetic table has a column 'extra' that the original lacks");
  Options options;
  options.target = "levl";
  const auto error = tests::raised([&] { evaluated(original, nullptr, people(50, 2), options); });
  CHECK(error.kind() == errors::Kind::usage);
  CHECK(error.hint() == "did you mean 'level'?");
}

TEST_CASE("Columns are matched by name, categories by text, whatever their order and dtype") {
  const table::Table original(
      {tests::text_column("t", {"1", "2", "x", "1"}), tests::number_column("n", {1, 2, 3, 4})});
  table::Column integers;
  integers.name = "t";
  integers.dtype = table::Dtype::int64;
  integers.cells = std::vector<std::int64_t>{2, 1, 1};
  const table::Table synthetic({tests::number_column("n", {4, 3, 2}), integers});
  const ComparedTables tables = tests::compared(original, nullptr, synthetic);
  CHECK(tables.columns[0].labels == std::vector<std::string>{"1", "2", "x"});
  CHECK(tables.columns[0].of(Side::synthetic).codes == std::vector<std::uint32_t>{1, 0, 0});
  CHECK(tables.columns[1].of(Side::synthetic).numbers == std::vector<double>{4, 3, 2});
}

TEST_CASE("Tables of few rows, one column or no values end without harm") {
  const table::Table two = people(2, 1);
  CHECK_NOTHROW(evaluated(two, &two, two));
  const table::Table gaps({tests::number_column("n", {std::nullopt, std::nullopt, std::nullopt}),
                           tests::text_column("t", {"", "", ""})});
  const Evaluation found = evaluated(gaps, &gaps, gaps);
  CHECK_FALSE(found.columns[0].score.has_value());
  CHECK(to_json(found).at("columns").at(0).at("score").is_null());
  const table::Table one({tests::number_column("n", std::vector<std::optional<double>>(100, 3.5))});
  CHECK_NOTHROW(evaluated(one, &one, one));
}

TEST_CASE(
    "Distributions are drawn over shared bins or the most frequent categories, and their shares sum to 1") {
  std::vector<std::string> texts;
  std::vector<std::optional<double>> numbers;
  for (int i = 0; i < 400; ++i) {
    texts.push_back("c" + std::to_string(i % 50));
    numbers.emplace_back(i % 7);
  }
  const table::Table table({tests::text_column("t", texts), tests::number_column("n", numbers)});
  const Evaluation found = evaluated(table, nullptr, table, {.sections = {true, false, false, false}});
  const Distribution& text = found.columns[0].distribution;
  CHECK(text.labels.size() == 20);
  CHECK(text.rest);
  CHECK(text.categories == 50);
  const Distribution& number = found.columns[1].distribution;
  CHECK(number.edges == std::vector<double>{-0.5, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5});
  for (const Distribution* one : {&text, &number}) {
    double sum = 0;
    for (const double share : one->synthetic) sum += share;
    CHECK(sum == Approx(1));
    CHECK(one->original == one->synthetic);
  }
}

TEST_CASE("Dates are moments, identifiers are left out, missing cells go by the column's own texts") {
  const auto column = [](const std::string& name, const std::vector<std::string>& cells,
                         table::ColumnKind kind) {
    table::ColumnMetadata metadata;
    metadata.name = name;
    metadata.kind = kind;
    return std::pair(tests::text_column(name, cells), metadata);
  };
  auto day = column("day", {"1970-01-02", "?", "2000-03-01"}, table::ColumnKind::datetime);
  day.second.datetime_format = "%Y-%m-%d";
  day.second.missing_texts = {"?"};
  auto month = column("month", {"1970-02", "1969-12", ""}, table::ColumnKind::datetime);
  month.second.datetime_format = "%Y-%m";
  auto city = column("city", {"Bern", "?", "Rome"}, table::ColumnKind::categorical);
  city.second.missing_texts = {"?"};
  const auto id = column("id", {"a1", "a2", "a3"}, table::ColumnKind::id);
  const table::Table table({day.first, month.first, city.first, id.first});
  const table::Metadata metadata{{day.second, month.second, city.second, id.second}, {}};
  const ComparedTables found = compare_tables(table, nullptr, table, metadata);
  CHECK(found.columns[0].axis == Axis::moment);
  const auto& days = found.columns[0].of(Side::original).numbers;
  CHECK(days[0] == 86400);
  CHECK(std::isnan(days[1]));
  CHECK(days[2] == 951868800);
  const auto& months = found.columns[1].of(Side::original).numbers;
  CHECK(months[0] == 31 * 86400);
  CHECK(months[1] == -31 * 86400);
  CHECK(found.columns[2].of(Side::original).codes == std::vector<std::uint32_t>{0, k_missing_code, 1});
  CHECK(found.columns[3].shape == ColumnShape::left_out);
  CHECK(found.used() == std::vector<std::size_t>{0, 1, 2});
}
