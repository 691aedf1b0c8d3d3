#include <fmt/format.h>

#include <cmath>

#include "server/synth/sampling/row_completion.h"
#include "tests/server/synth/model/trainer_suite.h"

namespace ctgan::tests {
namespace {

// 3,000 visits of 300 persons: an identifier of these, a number, a text, a date.
std::string visits_csv() {
  std::string csv = "person,age,city,day\n";
  for (int i = 0; i < 3000; ++i)
    csv += fmt::format("{},{},{},2024-0{}-1{}\n", i / 10, 20 + i / 10 % 50,
                       i % 3 == 0 ? "Oslo" : (i % 7 == 0 ? fmt::format("village {}", i) : "Rome"), 1 + i % 9,
                       i % 10);
  return csv;
}

// Nothing of the columns is declared but their kinds.
table::Metadata to_find(const char* binning, std::uint64_t rows_per_unit) {
  const nlohmann::json edges{{"private", {"min", "max", "edges"}}, {"binning", binning}, {"bins", 12}};
  table::TableRequest request;
  request.columns = table::read_sdv_metadata(
      {{"columns",
        {{"person", {{"sdtype", "id"}}},
         {"age", {{"sdtype", "numerical"}}},
         {"city", {{"sdtype", "categorical"}}},
         {"day", {{"sdtype", "datetime"}, {"datetime_format", "%Y-%m-%d"}}}}},
       {"domain", {{"age", edges}, {"city", {{"private", {"categories"}}}}, {"day", edges}}}});
  if (rows_per_unit > 0) {
    request.rules.privacy_unit = "person";
    request.rules.rows_per_unit = rows_per_unit;
  }
  return table::declared_metadata({"person", "age", "city", "day"}, request);
}

// What a method needs no more of here than to have done it.
nlohmann::json brief(const options::Method& method, double epsilon) {
  nlohmann::json options{{"epsilon", epsilon}, {"really", true}};
  const nlohmann::json little{{"steps", 10}, {"rounds", 2}, {"num_teachers", 3}, {"generator_dim", {16}}};
  for (const auto& [name, value] : little.items())
    if (method.find(name) != nullptr) options[name] = value;
  return options;
}

std::unique_ptr<synth::model::FittedModel> fitted(const options::Method& method,
                                                  const table::Metadata& metadata, double epsilon) {
  MemorySource source(visits_csv(), visits_csv().size());
  QuietFit quiet(2);
  return synth::catalog::find(method.name)
      .make_trainer(options::check(method, brief(method, epsilon)))
      ->fit(table_formats::read_texts(source, "t.csv", {}).table, metadata, quiet.context);
}

}  // namespace

TEST_CASE(
    "private methods complete rows, but for patectgan: known cells stay, gaps get values that go with them") {
  // What somebody eats is known from where they are, and a fifth do not say.
  std::string csv = "city,food,age\n";
  for (int i = 0; i < 4000; ++i) {
    const char* const city = i % 3 == 0 ? "Oslo" : (i % 3 == 1 ? "Rome" : "Lima");
    const char* const food = i % 5 == 0 ? "?" : (i % 3 == 0 ? "fish" : (i % 3 == 1 ? "pasta" : "potato"));
    csv += fmt::format("{},{},{}\n", city, food, 20 + i % 3 * 20 + i / 3 % 10);
  }
  table::TableRequest request;
  request.columns =
      table::read_sdv_metadata({{"columns",
                                 {{"city", {{"sdtype", "categorical"}}},
                                  {"food", {{"sdtype", "categorical"}}},
                                  {"age", {{"sdtype", "numerical"}}}}},
                                {"domain",
                                 {{"city", {{"categories", {"Oslo", "Rome", "Lima"}}}},
                                  {"food", {{"categories", {"fish", "pasta", "potato"}}, {"missing", {"?"}}}},
                                  {"age", {{"min", 20}, {"max", 79}, {"bins", 6}}}}}});
  const table::Metadata metadata = table::declared_metadata({"city", "food", "age"}, request);
  const auto texts = [](const std::string& text) {
    MemorySource source(text, text.size());
    return table_formats::read_texts(source, "t.csv", {}).table;
  };
  std::string gaps = "city,food,age\n";
  for (int i = 0; i < 900; ++i) gaps += i % 3 == 0 ? "Oslo,?,\n" : (i % 3 == 1 ? ",pasta,\n" : ",,65\n");
  const table::Table file = texts(gaps);
  for (const options::Method& method : options::methods()) {
    if (!method.is_private) continue;
    CAPTURE(method.name);
    QuietFit quiet(2);
    const auto model = synth::catalog::find(method.name)
                           .make_trainer(options::check(method, brief(method, 1e4)))
                           ->fit(texts(csv), metadata, quiet.context);
    using namespace synth::sampling;
    if (method.name == "patectgan") {
      const PartialRows partial = partial_rows(file, Unknown::gaps, nullptr, *model);
      const errors::Error refused = raised([&] { complete_rows(*model, partial, 1); });
      CHECK_THAT(refused.sentence(), Catch::Contains("draws whole rows only"));
      CHECK_THAT(refused.hint(), Catch::Contains("--method swift"));
      continue;
    }
    const auto completed = [&](std::uint64_t seed) {
      const auto blocks = complete_rows(*model, partial_rows(file, Unknown::gaps, nullptr, *model), seed);
      REQUIRE(blocks->count() == 1);
      return blocks->make(0);
    };
    const table::Table rows = completed(1);
    REQUIRE(rows.rows() == 900);
    const auto text = [&](const char* column, std::size_t row) {
      const table::Categories& cells = rows.find(column)->categories();
      return cells.dictionary[cells.codes[row]];
    };
    int right = 0;
    for (std::size_t row = 0; row < 900; ++row) {
      for (const char* column : {"city", "food", "age"}) CHECK_FALSE(text(column, row).empty());
      CHECK(text("food", row) != "?");
      if (row % 3 == 0) {
        CHECK(text("city", row) == "Oslo");
        right += text("food", row) == "fish" ? 1 : 0;
      } else if (row % 3 == 1) {
        CHECK(text("food", row) == "pasta");
        right += text("city", row) == "Rome" ? 1 : 0;
      } else {
        CHECK(text("age", row) == "65");
        right += text("city", row) == "Lima" ? 1 : 0;
      }
    }
    // Networks have hardly been trained here.
    if (method.find("generator_dim") == nullptr) CHECK(right > 850);
    // Ages are not known from anything: where they are in their bin the seed says.
    const auto ages = [](const table::Table& of) {
      const table::Categories& cells = of.find("age")->categories();
      std::string all;
      for (const std::uint32_t code : cells.codes) all += cells.dictionary[code] + " ";
      return all;
    };
    CHECK((ages(completed(1)) == ages(rows)));
    CHECK((ages(completed(2)) != ages(rows)));
  }
}

// With an epsilon at which there is no noise to speak of.
TEST_CASE("mst is a synthesizer") {
  trainer_suite("mst", {{"epsilon", 1e4}, {"really", true}}, 2);
}

TEST_CASE("aim is a synthesizer") {
  trainer_suite("aim", {{"epsilon", 1e4}, {"really", true}}, 2);
}

TEST_CASE("mwem is a synthesizer") {
  trainer_suite("mwem", {{"epsilon", 1e4}, {"really", true}}, 2);
}

TEST_CASE("privsyn is a synthesizer") {
  trainer_suite("privsyn", {{"epsilon", 1e4}, {"really", true}}, 2);
}

TEST_CASE("swift is a synthesizer") {
  trainer_suite("swift", {{"epsilon", 1e4}, {"really", true}}, 2);
}

TEST_CASE("dpctgan is a synthesizer") {
  trainer_suite("dpctgan",
                {{"epsilon", 1e4},
                 {"really", true},
                 {"steps", 40},
                 {"batch_size", 100},
                 {"generator_dim", {16}},
                 {"discriminator_dim", {16}},
                 {"generated_rows", 50}},
                2);
}

TEST_CASE("patectgan is a synthesizer") {
  trainer_suite("patectgan",
                {{"epsilon", 1e4},
                 {"really", true},
                 {"num_teachers", 3},
                 {"questions", 60},
                 {"rounds", 3},
                 {"teacher_iters", 5},
                 {"student_iters", 10},
                 {"generator_iters", 10},
                 {"generator_dim", {16}},
                 {"discriminator_dim", {16}},
                 {"generated_rows", 50}},
                2);
}

TEST_CASE("every private method learns columns of which nothing is declared, and says what that cost") {
  for (const options::Method& method : options::methods())
    for (const char* binning : {"quantiles", "privtree", "dawa"}) {
      if (!method.is_private || method.find("delta") == nullptr) continue;
      INFO(method.name << " " << binning);
      const auto model = fitted(method, to_find(binning, 0), 100);
      const table::Metadata& metadata = model->metadata();
      for (const table::ColumnMetadata& column : metadata.columns) CHECK(column.domain->paid.empty());
      CHECK(metadata.columns[1].domain->least == "16");
      CHECK(metadata.columns[1].domain->most == "127");
      CHECK(metadata.columns[2].domain->categories == std::vector<std::string>{"Oslo", "Rome"});
      const auto statement = nlohmann::json::parse(model->save().entry("privacy"));
      std::set<std::string> stages;
      for (const auto& one : statement.at("spent")) stages.insert(one.at("stage"));
      for (const char* stage :
           {"bounds of 'age'", "edges of 'age'", "categories of 'city'", "edges of 'day'"})
        CHECK(stages.contains(stage));
      CHECK(statement.at("spent").back().at("total").get<double>() <= statement.at("rho").get<double>());
      const auto loaded = stored_and_loaded(*model);
      CHECK(sample(*loaded, 500).csv == sample(*model, 500).csv);
      CHECK(table::to_json(loaded->metadata()) == table::to_json(metadata));
    }
}

TEST_CASE("every private method protects units of several rows, with as many times the noise, and says so") {
  for (const options::Method& method : options::methods()) {
    if (!method.is_private || method.find("delta") == nullptr) continue;
    INFO(method.name);
    const auto model = fitted(method, to_find("quantiles", 4), 3);
    const auto statement = nlohmann::json::parse(model->save().entry("privacy"));
    CHECK(statement.at("unit") == "all rows of one 'person'");
    CHECK(statement.at("rows_per_unit") == 4);
    for (const auto& one : statement.at("spent")) {
      if (one.at("mechanism") != "discrete Gaussian") continue;
      const auto sensitivity = one.at("sensitivity").get<double>(), scale = one.at("scale").get<double>();
      CHECK(sensitivity >= 4);
      CHECK(one.at("cost").get<double>() == Approx(std::pow(sensitivity / scale, 2) / 2).epsilon(0.01));
    }
    CHECK(stored_and_loaded(*model)->metadata().rules.rows_per_unit == 4);
    CHECK(sample(*model, 100).rows == 100);
  }
}

TEST_CASE(
    "a report that is paid for costs every private method its declared share, and is in the model as it was "
    "measured") {
  table::TableRequest request;
  request.columns =
      table::read_sdv_metadata({{"columns",
                                 {{"person", {{"sdtype", "id"}}},
                                  {"age", {{"sdtype", "numerical"}}},
                                  {"city", {{"sdtype", "categorical"}}},
                                  {"day", {{"sdtype", "datetime"}, {"datetime_format", "%Y-%m-%d"}}}}},
                                {"domain",
                                 {{"person", nlohmann::json::object()},
                                  {"age", {{"min", 0}, {"max", 99}, {"bins", 10}}},
                                  {"city", {{"categories", {"Oslo", "Rome"}}, {"others", "elsewhere"}}},
                                  {"day", {{"min", "2024-01-01"}, {"max", "2024-12-31"}, {"bins", 12}}}}}});
  const table::Metadata metadata = table::declared_metadata({"person", "age", "city", "day"}, request);
  for (const options::Method& method : options::methods()) {
    if (!method.is_private) continue;
    INFO(method.name);
    MemorySource source(visits_csv(), visits_csv().size());
    QuietFit quiet(2);
    nlohmann::json options = brief(method, 5);
    options["report_share"] = 0.2;
    const auto model =
        synth::catalog::find(method.name)
            .make_trainer(options::check(method, options))
            ->fit(table_formats::read_texts(source, "t.csv", {}).table, metadata, quiet.context);
    const synth::archive::Archive archive = model->save();
    const auto statement = nlohmann::json::parse(archive.entry("privacy"));
    const double total = statement.value("rho", statement.value("epsilon", 0.0));
    double of_report = 0, all = 0;
    for (const auto& one : statement.at("spent")) {
      const double cost = one.at("cost").get<double>() * one.at("times").get<double>();
      all += cost;
      if (one.at("stage") == "report") of_report += cost;
    }
    CHECK(of_report <= 0.2 * total);
    CHECK(of_report == Approx(0.2 * total).epsilon(1e-4));
    CHECK(all <= total * (1 + 1e-9));
    CHECK(all > 0.9 * total);
    // Three columns and their pairs.
    CHECK(archive.entry("reports") == "6");
    CHECK(std::stod(archive.entry("report_noise")) > 0);
    const synth::archive::Archive again = stored_and_loaded(*model)->save();
    CHECK(again.metadata == archive.metadata);
    CHECK(again.tensors.size() == archive.tensors.size());
    for (const char* noise : {"-1", "0", "nan", "much", ""}) {
      synth::archive::Archive damaged = archive;
      damaged.metadata["report_noise"] = noise;
      CHECK_THROWS_AS(synth::catalog::load(damaged), errors::Error);
    }
    synth::archive::Archive damaged = archive;
    damaged.metadata["reports"] = "7";
    CHECK_THROWS_AS(synth::catalog::load(damaged), errors::Error);
  }
}

}  // namespace ctgan::tests
