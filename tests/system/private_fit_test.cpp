// A differentially private fit as an analyst makes it: a draft of what columns may hold, confirmed; a budget that is
// told before; a model that says what it promises; and nothing in it that nobody has declared or paid for.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "common/files/file.h"
#include "common/files/gzip.h"
#include "tests/catch.h"
#include "tests/system/csv_rows.h"
#include "tests/system/laptop.h"

namespace ctgan::tests {
namespace {

using nlohmann::json;

// 2,000 rows: a number, a text, a date, an identifier; and one row that nobody should ever hear of.
std::string people() {
  std::string text = "id,age,city,born\n";
  for (int row = 0; row < 2000; ++row)
    text +=
        fmt::format("{},{},{},{:04}-0{}-15\n", 1000 + row, 20 + row * 7 % 60,
                    row % 3 == 0 ? "Oslo" : (row % 3 == 1 ? "Rome" : "Lima"), 1950 + row % 50, 1 + row % 9);
  return text + "9999,97,Xanadu-on-Sea,1901-01-15\n";
}

// As somebody would declare who knows the codebook and not the rows.
void declare(const std::filesystem::path& file) {
  json metadata = json::parse(files::read_file(file));
  metadata["domain"]["id"] = json::object();
  metadata["domain"]["age"] = {{"min", 0}, {"max", 89}, {"bins", 30}};
  metadata["domain"]["city"] = {{"categories", {"Lima", "Oslo", "Rome"}}, {"others", "elsewhere"}};
  metadata["domain"]["born"] = {{"min", "1940-01-01"}, {"max", "2009-12-31"}, {"bins", 35}};
  files::write_file(file, metadata.dump(), files::AtomicFile::IfExists::replace);
}

std::string unpacked(const std::filesystem::path& file) {
  const auto source = files::open_maybe_gzip(file);
  std::string content;
  std::vector<char> buffer(65'536);
  while (const std::size_t got = source->read(buffer)) content.append(buffer.data(), got);
  return content;
}

struct Declared {
  Declared() {
    file = laptop.write_table("people.csv", people());
    const Outcome plan = laptop.run({"fit", "--plan", file, "--method", "mst", "--epsilon", "1", "--batch"});
    INFO(plan);
    REQUIRE(plan.code == 0);
    planned = plan.out;
    REQUIRE(laptop.run({"manage", "budget", "set", "people", "--epsilon", "5", "--delta", "1e-6", "--batch"})
                .code == 0);
  }
  Outcome fit(std::vector<std::string> more = {}) const {
    const bool is_named = std::find(more.begin(), more.end(), "--method") != more.end();
    std::vector<std::string> words{"fit", file, "--batch", "--metadata", "people_metadata.json"};
    if (!is_named) words.insert(words.end(), {"--method", "mst"});
    words.insert(words.end(), more.begin(), more.end());
    return laptop.run(words);
  }

  Laptop laptop;
  std::string file, planned;
};

}  // namespace

TEST_CASE(
    "a plan says what each stage would get, and a fit refuses what nobody has confirmed, field by field") {
  const Declared world;
  CHECK_THAT(world.planned, Catch::Contains("one-way marginals") && Catch::Contains("rows a count") &&
                                Catch::Contains("choice of pairs") && Catch::Contains("33.3 %") &&
                                Catch::Contains("--method mst --epsilon 1 --metadata people_metadata.json"));
  const Outcome unconfirmed = world.fit({"--epsilon", "1"});
  CHECK(unconfirmed.code == 65);
  CHECK_THAT(unconfirmed.err,
             Catch::Contains("nobody has confirmed") && Catch::Contains("--allow-domain-leak id.sdtype"));
  const Outcome let_through = world.fit({"--epsilon", "1", "--allow-domain-leak", "all"});
  INFO(let_through);
  CHECK(let_through.code == 0);
  CHECK_THAT(let_through.err, Catch::Contains("facts of the rows were not protected"));
  // And then it does not pass the gate.
  const Outcome gated = world.laptop.run({"sample", "latest", "-n", "10", "--gate", "--batch"});
  CHECK(gated.code != 0);
  CHECK_THAT(gated.err, Catch::Contains("read from the rows without protection"));
}

TEST_CASE("a private model draws what was declared and nothing else, and says what it promises") {
  const Declared world;
  declare(world.laptop.work() / "people_metadata.json");
  const Outcome fitted = world.fit({"--epsilon", "2"});
  INFO(fitted);
  REQUIRE(fitted.code == 0);
  CHECK_THAT(fitted.err,
             Catch::Contains("Private: epsilon 2, delta 1e-09, by one row") && !Catch::Contains("Seed"));
  const Outcome sample =
      world.laptop.run({"sample", "latest", "-n", "3000", "--output", "drawn.csv", "--gate", "--batch"});
  INFO(sample);
  REQUIRE(sample.code == 0);
  const CsvRows rows = csv_rows(world.laptop.work() / "drawn.csv");
  std::set<std::string> cities;
  int ages_below_20 = 0;
  CHECK(rows.size() == 3001);
  for (std::size_t row = 1; row < rows.size(); ++row) {
    const int age = std::stoi(rows[row].at(1));
    CHECK((age >= 0 && age <= 89));
    ages_below_20 += age < 20 ? 1 : 0;
    cities.insert(rows[row].at(2));
    CHECK(rows[row].at(3) >= "1940-01-01");
    CHECK(rows[row].at(3) <= "2009-12-31");
  }
  CHECK(cities.contains("Oslo"));
  CHECK_FALSE(cities.contains("Xanadu-on-Sea"));
  // No row is below 20; noise may make a few.
  CHECK(ages_below_20 < 600);
  for (const auto& [name, bytes] : contents_under(world.laptop.local_store())) {
    INFO(name);
    CHECK(bytes.find("Xanadu") == std::string::npos);
    if (name.ends_with("_model.gz")) {
      const std::string content = unpacked(world.laptop.local_store() / name);
      CHECK(content.find("Xanadu") == std::string::npos);
      CHECK(content.find("not_protected") != std::string::npos);
    }
  }
  SECTION("conditions are drawn exactly") {
    const Outcome given = world.laptop.run({"sample", "latest", "-n", "500", "--where", "city=Rome",
                                            "--where", "age>=60", "--output", "given.csv", "--batch"});
    INFO(given);
    REQUIRE(given.code == 0);
    const CsvRows chosen = csv_rows(world.laptop.work() / "given.csv");
    CHECK(chosen.size() == 501);
    for (std::size_t row = 1; row < chosen.size(); ++row) CHECK(chosen[row].at(2) == "Rome");
  }
  SECTION("gaps are filled, and what is known stays") {
    const std::string gaps =
        world.laptop.write_table("gaps.csv", "id,age,city,born\n1,25,,1960-02-15\n2,,Rome,\n");
    const Outcome filled =
        world.laptop.run({"sample", "latest", "--impute", gaps, "--output", "filled.csv", "--batch"});
    INFO(filled);
    REQUIRE(filled.code == 0);
    const CsvRows both = csv_rows(world.laptop.work() / "filled.csv");
    REQUIRE(both.size() == 3);
    CHECK(both[1].at(1) == "25");
    CHECK(both[1].at(3) == "1960-02-15");
    CHECK((cities.contains(both[1].at(2)) || both[1].at(2) == "elsewhere"));
    CHECK(both[2].at(2) == "Rome");
    CHECK(std::stoi(both[2].at(1)) >= 0);
    CHECK(both[2].at(3) >= "1940-01-01");
  }
  SECTION("the same seed draws the same rows; another fit of the same table is another model") {
    const auto drawn = [&](const char* seed) {
      REQUIRE(world.laptop
                  .run({"sample", "latest", "-n", "50", "--seed", seed, "--output", "s.csv", "--force",
                        "--batch"})
                  .code == 0);
      return files::read_file(world.laptop.work() / "s.csv");
    };
    const std::string once = drawn("4");
    CHECK(drawn("4") == once);
    CHECK(drawn("5") != once);
    REQUIRE(world.fit({"--epsilon", "2"}).code == 0);
    CHECK(drawn("4") != once);
  }
}

TEST_CASE("a job file says all of it: what is spent as rho, what the columns may hold, how it runs") {
  const Laptop laptop;
  const std::string file = laptop.write_table("people.csv", people());
  const auto write = [&](const std::string& text) {
    files::write_file(laptop.work() / "runtime.yaml",
                      "method: MTS\nrho: 0.1\ndelta: 1e-6\ndataset: people\n" + text,
                      files::AtomicFile::IfExists::replace);
  };
  const std::string domain =
      "domain:\n"
      "  id: {sdtype: id}\n"
      "  age: {type: numerical, bounds: {min: 0, max: 89}, bins: 30}\n"
      "  city: {sdtype: categorical, categories: [Lima, Oslo, Rome], others: elsewhere}\n"
      "  born: {sdtype: datetime, datetime_format: '%Y-%m-%d', min: 1940-01-01, max: 2009-12-31, bins: 35}\n";
  REQUIRE(laptop.run({"manage", "budget", "set", "people", "--epsilon", "5", "--delta", "1e-5", "--batch"})
              .code == 0);
  write(domain + "run: {n_threads: 1, timeout_s: 599, random_state: }\n");
  const Outcome plan = laptop.run({"fit", file, "--job", "runtime.yaml", "--plan", "--batch"});
  INFO(plan);
  REQUIRE(plan.code == 0);
  // Nothing has to be drafted, and the rho of the plan is the one that was asked for.
  CHECK_THAT(plan.out, Catch::Contains("(rho 0.100000)") &&
                           Catch::Contains("The job file says what the columns are") &&
                           Catch::Contains(" --job runtime.yaml --method mst"));
  CHECK_FALSE(std::filesystem::exists(laptop.work() / "people_metadata.json"));

  const Outcome fitted = laptop.run({"fit", file, "--job", "runtime.yaml", "--json", "--batch"});
  INFO(fitted);
  REQUIRE(fitted.code == 0);
  const json shown =
      json::parse(last_line(laptop.run({"manage", "jobs", "show", "latest", "--json", "--batch"}).out));
  CHECK(shown.at("request").at("limits").at("threads") == 1);
  CHECK(shown.at("request").at("limits").at("minutes") == 10);
  const json privacy = shown.at("request").at("privacy");
  CHECK(privacy.at("epsilon").get<double>() == Approx(2.14194).epsilon(1e-5));
  CHECK(privacy.at("delta") == 1e-6);
  const Outcome sample = laptop.run({"sample", "latest", "-n", "200", "--output", "drawn.csv", "--batch"});
  INFO(sample);
  REQUIRE(sample.code == 0);
  for (const auto& row : csv_rows(laptop.work() / "drawn.csv")) CHECK(row.at(2) != "Xanadu-on-Sea");

  write(domain + "run: {random_state: 1}\n");
  const Outcome seeded = laptop.run({"fit", file, "--job", "runtime.yaml", "--batch"});
  CHECK(seeded.code == 65);
  CHECK_THAT(seeded.err, Catch::Contains("nobody can repeat it"));
}

TEST_CASE("what nobody declares is found and paid for: a plan tells the stages, the model what was found") {
  const Declared world;
  const std::filesystem::path file = world.laptop.work() / "people_metadata.json";
  json metadata = json::parse(files::read_file(file));
  metadata["domain"]["id"] = json::object();
  metadata["domain"]["age"] = {{"private", {"min", "max", "edges"}}, {"binning", "privtree"}};
  metadata["domain"]["city"] = {{"private", {"categories"}}, {"others", "elsewhere"}};
  metadata["domain"]["born"] = {
      {"min", "1940-01-01"}, {"max", "2009-12-31"}, {"private", {"edges"}}, {"bins", 16}};
  files::write_file(file, metadata.dump(), files::AtomicFile::IfExists::replace);
  const Outcome plan = world.laptop.run(
      {"fit", "--plan", world.file, "--method", "mst", "--epsilon", "4", "--metadata", file, "--batch"});
  INFO(plan);
  REQUIRE(plan.code == 0);
  CHECK_THAT(plan.out, Catch::Contains("bounds of 'age'") && Catch::Contains("PrivTree") &&
                           Catch::Contains("categories of 'city'") && Catch::Contains("edges of 'born'") &&
                           Catch::Contains("one-way marginals"));
  const Outcome fitted = world.fit({"--epsilon", "4"});
  INFO(fitted);
  REQUIRE(fitted.code == 0);
  const Outcome sample =
      world.laptop.run({"sample", "latest", "-n", "3000", "--output", "drawn.csv", "--gate", "--batch"});
  INFO(sample);
  REQUIRE(sample.code == 0);
  const CsvRows rows = csv_rows(world.laptop.work() / "drawn.csv");
  std::set<std::string> cities;
  for (std::size_t row = 1; row < rows.size(); ++row) {
    const int age = std::stoi(rows[row].at(1));
    CHECK((age >= 16 && age <= 127));
    cities.insert(rows[row].at(2));
    CHECK(rows[row].at(3) >= "1940-01-01");
  }
  CHECK(cities.contains("Oslo"));
  CHECK_FALSE(cities.contains("Xanadu-on-Sea"));
  for (const auto& [name, bytes] : contents_under(world.laptop.local_store())) {
    CHECK(bytes.find("Xanadu") == std::string::npos);
    if (!name.ends_with("_model.gz")) continue;
    const std::string content = unpacked(world.laptop.local_store() / name);
    CHECK(content.find("Xanadu") == std::string::npos);
    CHECK(content.find("Gaussian threshold") != std::string::npos);
    CHECK(content.find("but for 'categories'") != std::string::npos);
  }
}

// Ten rows a person; what one has alone is drawn by nobody, and the budget counts persons from then on.
TEST_CASE("a fit protects all rows of a person, and its budget no longer counts rows") {
  const Laptop laptop;
  std::string text = "person,day,place\n";
  for (int row = 0; row < 5000; ++row)
    text += fmt::format("P{},{},{}\n", row / 10, row % 7, row % 20 < 10 ? "north" : "south");
  const std::string visits = laptop.write_table("visits.csv", text);
  const json metadata{{"columns",
                       {{"person", {{"sdtype", "id"}}},
                        {"day", {{"sdtype", "numerical"}}},
                        {"place", {{"sdtype", "categorical"}}}}},
                      {"domain",
                       {{"person", {{"prefix", "P"}}},
                        {"day", {{"min", 0}, {"max", 6}}},
                        {"place", {{"private", {"categories"}}}}}}};
  files::write_file(laptop.work() / "visits.json", metadata.dump(), files::AtomicFile::IfExists::refuse);
  REQUIRE(laptop.run({"manage", "budget", "set", "visits", "--epsilon", "9", "--delta", "1e-6", "--batch"})
              .code == 0);
  const auto fit = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"fit", visits,       "--method",    "mst",    "--epsilon",
                                   "4",   "--metadata", "visits.json", "--batch"};
    words.insert(words.end(), more.begin(), more.end());
    return laptop.run(words);
  };
  const Outcome plan = laptop.run({"fit", "--plan", visits, "--method", "mst", "--epsilon", "4",
                                   "--privacy-unit", "person", "--rows-per-unit", "3", "--batch"});
  INFO(plan);
  CHECK(plan.code == 0);
  CHECK_THAT(plan.out, Catch::Contains("by all rows of one 'person'"));
  const Outcome fitted = fit({"--privacy-unit", "person", "--rows-per-unit", "3"});
  INFO(fitted);
  REQUIRE(fitted.code == 0);
  CHECK_THAT(fitted.err, Catch::Contains("by all rows of one 'person'"));
  const Outcome sample = laptop.run({"sample", "latest", "-n", "1500", "--output", "drawn.csv", "--batch"});
  INFO(sample);
  REQUIRE(sample.code == 0);
  const CsvRows rows = csv_rows(laptop.work() / "drawn.csv");
  CHECK(rows[1].at(0) == "P1");
  CHECK(rows[1500].at(0) == "P1500");
  const Outcome shown = laptop.run({"manage", "budget", "show", "visits", "--batch"});
  CHECK_THAT(shown.out, Catch::Contains("all rows of one 'person'"));
  const Outcome by_row = fit({});
  CHECK(by_row.code != 0);
  CHECK_THAT(by_row.err, Catch::Contains("do not add up") && !Catch::Contains("Uploading"));
  for (const auto& [more, words] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--privacy-unit", "day"}, "must be an identifier"},
           {{"--privacy-unit", "nobody"}, "none of the table's columns"},
           {{"--privacy-unit", "person", "--rows-per-unit", "0"}, "1 to 1000"},
           {{"--rows-per-unit", "2"}, "no unit is named"}}) {
    const Outcome refused = fit(more);
    INFO(refused);
    CHECK((refused.code == 64 || refused.code == 65));
    CHECK_THAT(refused.err, Catch::Contains(words));
  }
}

TEST_CASE("a fit without a budget, and one beyond it, are refused before anything is spent") {
  const Declared world;
  declare(world.laptop.work() / "people_metadata.json");
  const Outcome other = world.fit({"--epsilon", "1", "--dataset", "patients"});
  INFO(other);
  CHECK(other.code != 0);
  CHECK_THAT(other.err, Catch::Contains("patients") && Catch::Contains("manage budget set") &&
                            !Catch::Contains("Uploading"));
  CHECK(files_under(world.laptop.local_store() / "inbox").empty());
  REQUIRE(world.fit({"--epsilon", "3"}).code == 0);
  const Outcome beyond = world.fit({"--epsilon", "2.5"});
  INFO(beyond);
  CHECK(beyond.code != 0);
  CHECK_THAT(beyond.err, Catch::Contains("epsilon 2") && !Catch::Contains("Uploading"));
  REQUIRE(world.fit({"--method", "aim", "--epsilon", "2"}).code == 0);
  const Outcome shown = world.laptop.run({"manage", "budget", "show", "people", "--json"});
  CHECK(json::parse(last_line(shown.out)).at("left").at("epsilon") == 0);
}

TEST_CASE("a private fit that cannot keep its promise is refused with the next step") {
  const Declared world;
  declare(world.laptop.work() / "people_metadata.json");
  const auto refused = [&](std::vector<std::string> more, int code, const std::string& words) {
    const Outcome outcome = world.fit(std::move(more));
    INFO(outcome);
    CHECK(outcome.code == code);
    CHECK_THAT(outcome.err, Catch::Contains(words));
  };
  refused({}, 64, "needs a value for epsilon");
  for (const std::string epsilon : {"0", "-1", "nan", "inf"})
    refused({"--epsilon", epsilon}, 64, "epsilon must be a number");
  refused({"--epsilon", "1e9"}, 64, "--really true");
  refused({"--epsilon", "1", "--delta", "1"}, 64, "delta must be a number");
  refused({"--epsilon", "1", "--seed", "3"}, 64, "has no option 'seed'");
  refused({"--epsilon", "1", "--rule", "age <= age"}, 64, "takes no rules");
  refused({"--epsilon", "1", "--checkpoint", "1"}, 64, "takes no checkpoints");
  CHECK(files_under(world.laptop.local_store() / "model_database").empty());
}

TEST_CASE(
    "a report of a private model is made when asked for, and of the rows for its owner only, marked so") {
  const Declared world;
  declare(world.laptop.work() / "people_metadata.json");
  const std::string method = GENERATE("mst", "aim", "swift", "mwem", "privsyn");
  INFO(method);
  const Outcome without = world.fit({"--method", method, "--epsilon", "0.5"});
  REQUIRE(without.code == 0);
  CHECK(files_under(world.laptop.local_store() / "report_database").empty());
  CHECK_THAT(without.err, !Catch::Contains("Report"));
  const Outcome fitted =
      world.fit({"--method", method, "--epsilon", "0.5", "--report", "owner", "--held-out", "0.2"});
  INFO(fitted);
  REQUIRE(fitted.code == 0);
  CHECK_THAT(fitted.err, Catch::Contains("Private: epsilon 0.5") && Catch::Contains("Report: quality") &&
                             Catch::Contains("this report is not") && Catch::Contains("not for release"));
  const std::string model = last_line(fitted.out), stem = model.substr(0, model.rfind("_model.gz"));
  REQUIRE(world.laptop.run({"download", "--report", model, "--batch"}).code == 0);
  const std::string page =
      files::read_file(world.laptop.work() / "synthetic_output" / (stem + "_report.html"));
  CHECK_THAT(page,
             Catch::Contains("<title>Quality and privacy: people (for the owner only, not for release)") &&
                 Catch::Contains("without any protection") &&
                 Catch::Contains("Yes, by the model's guarantee."));
  const json found =
      json::parse(files::read_file(world.laptop.work() / "synthetic_output" / (stem + "_report.json")));
  CHECK(found.at("audience") == "owner");
  CHECK(found.at("mark") == "for the owner only, not for release");
  CHECK(found.at("rows").at("held_out") > 300);
  CHECK(found.at("rows").at("held_out").get<int>() + found.at("rows").at("trained").get<int>() == 2001);
  CHECK(found.at("privacy").is_object());
  // What may leave has nothing of it.
  for (const auto& [name, bytes] : contents_under(world.laptop.local_store())) {
    if (!name.ends_with(model)) continue;
    const std::string content = unpacked(world.laptop.local_store() / name);
    for (const char* word : {"verdict", "Xanadu", "not for release", "findings"})
      CHECK(content.find(word) == std::string::npos);
  }
  CHECK(world.laptop.run({"sample", model, "-n", "10", "--gate", "--batch"}).code == 0);
}

TEST_CASE("a report by rows that are declared public reads nothing of the table, and says so") {
  const Declared world;
  declare(world.laptop.work() / "people_metadata.json");
  std::string others = "id,age,city,born\n";
  for (int row = 0; row < 400; ++row)
    others += fmt::format("{},{},{},1980-03-0{}\n", row, 20 + row % 60, row % 4 == 0 ? "Oslo" : "Public City",
                          1 + row % 9);
  const std::string file = world.laptop.write_table("public.csv", others);
  const Outcome fitted = world.fit({"--epsilon", "1", "--report", "public=" + file});
  INFO(fitted);
  REQUIRE(fitted.code == 0);
  CHECK_THAT(fitted.err, Catch::Contains("nothing of the confidential table was read for it"));
  const std::string model = last_line(fitted.out), stem = model.substr(0, model.rfind("_model.gz"));
  REQUIRE(world.laptop.run({"download", "--report", model, "--batch"}).code == 0);
  const auto output = world.laptop.work() / "synthetic_output";
  const json found = json::parse(files::read_file(output / (stem + "_report.json")));
  CHECK(found.at("audience") == "anybody");
  CHECK(found.at("rows").at("table") == 400);
  CHECK(found.at("rows").at("trained") == 0);
  CHECK(found.at("privacy").is_null());
  CHECK(found.at("utility").is_object());
  const std::string page = files::read_file(output / (stem + "_report.html"));
  CHECK_THAT(page, Catch::Contains("of rows that are declared public") && Catch::Contains("Public City"));
  // No confidential value: neither the row of which nobody should hear, nor the model's own cities that are not public.
  CHECK_THAT(page, !Catch::Contains("Xanadu") && !Catch::Contains("1901"));
  for (const auto& [name, bytes] : contents_under(world.laptop.local_store())) {
    INFO(name);
    const bool is_report = name.find("report") != std::string::npos;
    CHECK((is_report || bytes.find("Public City") == std::string::npos));
  }
}

TEST_CASE(
    "a report that was paid for is debited with the fit, is in the plan, and holds noisy counts and nothing "
    "else") {
  const Declared world;
  declare(world.laptop.work() / "people_metadata.json");
  const Outcome plan =
      world.laptop.run({"fit", "--plan", world.file, "--method", "mst", "--epsilon", "1", "--report-share",
                        "0.25", "--metadata", "people_metadata.json", "--batch"});
  CHECK_THAT(plan.out, Catch::Contains("report ") && Catch::Contains("25.0 %"));
  REQUIRE(world.laptop
              .run({"manage", "budget", "set", "people", "--epsilon", "1000", "--delta", "1e-6", "--really",
                    "--batch"})
              .code == 0);
  // Hardly any noise, so that what is said can be held against the table.
  const Outcome fitted = world.fit({"--epsilon", "1000", "--really", "true", "--report-share", "0.5"});
  INFO(fitted);
  REQUIRE(fitted.code == 0);
  CHECK_THAT(fitted.err,
             Catch::Contains("Report: columns 0.0") && Catch::Contains("may be handed on as the model may"));
  const std::string model = last_line(fitted.out), stem = model.substr(0, model.rfind("_model.gz"));
  REQUIRE(world.laptop.run({"download", "--report", model, "--batch"}).code == 0);
  const auto output = world.laptop.work() / "synthetic_output";
  const json found = json::parse(files::read_file(output / (stem + "_report.json")));
  CHECK(found.at("audience") == "anybody");
  CHECK(found.at("rows").get<double>() == Approx(2001).margin(2));
  CHECK(found.at("noise").get<double>() < 1);
  CHECK(found.at("release").at("verdict") == "bad");  // an epsilon of 1000 protects nobody
  for (const json& column : found.at("columns")) {
    if (column.at("name") != "city") continue;
    for (const json& share : column.at("shares")) {
      if (share.at("part") != "Oslo") continue;
      CHECK(share.at("measured").get<double>() == Approx(667.0 / 2001).margin(2e-3));
      CHECK(share.at("drawn").get<double>() == Approx(667.0 / 2001).margin(2e-2));
    }
  }
  CHECK(found.at("distances").size() == 6);
  const std::string page = files::read_file(output / (stem + "_report.html"));
  CHECK_THAT(page, Catch::Contains("(by noisy counts that were paid for)") &&
                       Catch::Contains("they cost 50 %") && !Catch::Contains("Xanadu"));
}

TEST_CASE("a report that cannot be is refused before anything is spent") {
  const Declared world;
  declare(world.laptop.work() / "people_metadata.json");
  const auto refused = [&](std::vector<std::string> more, int code, const std::string& words) {
    const Outcome outcome = world.fit(std::move(more));
    INFO(outcome);
    CHECK(outcome.code == code);
    CHECK_THAT(outcome.err, Catch::Contains(words));
  };
  refused({"--epsilon", "1", "--report", "everybody"}, 64, "'--report' knows no 'everybody'");
  refused({"--epsilon", "1", "--report", "owner", "--no-report"}, 64, "exclude each other");
  refused({"--method", "trees", "--report", "owner"}, 64, "makes its report by itself");
  const std::string file = world.laptop.write_table("public.csv", "id,age\n1,2\n2,3\n");
  refused({"--epsilon", "1", "--report", "public=" + file}, 65, "other columns than the table");
  refused({"--epsilon", "1", "--report", "public=" + file, "--held-out", "0.1"}, 64,
          "sets rows of the table aside");
  refused({"--epsilon", "1", "--report", "public=nowhere.csv"}, 66, "nowhere.csv");
  refused({"--epsilon", "1", "--report", "owner", "--report-share", "0.1"}, 64, "exclude each other");
  refused({"--epsilon", "1", "--report-share", "0.6"}, 64, "report_share");
  const Outcome shown = world.laptop.run({"manage", "budget", "show", "people", "--batch", "--json"});
  CHECK(json::parse(last_line(shown.out)).at("fits") == 0);
}

TEST_CASE("a concentrated budget is debited what a fit really costs, and holds more of them") {
  const Declared world;
  const std::filesystem::path file = world.laptop.work() / "people_metadata.json";
  declare(file);
  const auto budget = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"manage", "budget"});
    words.insert(words.end(), {"--batch", "--json"});
    return world.laptop.run(words);
  };
  const Outcome set =
      budget({"set", "people", "--epsilon", "1.6", "--delta", "2e-9", "--accounting", "concentrated"});
  INFO(set);
  REQUIRE(set.code == 0);
  const auto rho_planned = [&] {
    const Outcome plan = world.laptop.run({"fit", "--plan", world.file, "--method", "mst", "--epsilon", "1",
                                           "--metadata", "people_metadata.json", "--batch", "--json"});
    INFO(plan);
    REQUIRE(plan.code == 0);
    return json::parse(last_line(plan.out)).at("cost").at("rho").get<double>();
  };
  const double declared = rho_planned();
  REQUIRE(world.fit({"--epsilon", "1"}).code == 0);
  json shown = json::parse(last_line(budget({"show", "people"}).out));
  CHECK(shown.at("accounting") == "concentrated");
  CHECK(shown.at("rho").at("spent") == declared);
  CHECK(shown.at("rho_delta").at("spent") == 0);
  // Thresholds take a tenth of its delta, and the rest of it stands for a little less of rho, which is not given back.
  json metadata = json::parse(files::read_file(file));
  metadata["domain"]["city"] = {{"private", {"categories"}}, {"others", "elsewhere"}};
  files::write_file(file, metadata.dump(), files::AtomicFile::IfExists::replace);
  const double found = rho_planned();
  CHECK(found < declared);
  REQUIRE(world.fit({"--epsilon", "1"}).code == 0);
  shown = json::parse(last_line(budget({"show", "people"}).out));
  CHECK(shown.at("rho").at("spent").get<double>() == Approx(2 * declared).epsilon(1e-12));
  CHECK(shown.at("rho_delta").at("spent").get<double>() == Approx(1e-10));
  CHECK(shown.at("spent").at("epsilon").get<double>() < 1.5);
  const Outcome refused = world.fit({"--epsilon", "1"});
  CHECK(refused.code == 77);
  CHECK_THAT(refused.err, Catch::Contains("this needs rho") && Catch::Contains("would do, or have"));
  // A purely private one costs half of epsilon squared.
  metadata["domain"]["city"] = {{"categories", {"Lima", "Oslo", "Rome"}}, {"others", "elsewhere"}};
  files::write_file(file, metadata.dump(), files::AtomicFile::IfExists::replace);
  REQUIRE(world.fit({"--method", "mwem", "--epsilon", "0.05"}).code == 0);
  shown = json::parse(last_line(budget({"show", "people"}).out));
  CHECK(shown.at("rho").at("spent").get<double>() == Approx(2 * declared + 0.00125).epsilon(1e-9));
  const Outcome changed =
      budget({"set", "people", "--epsilon", "9", "--delta", "1e-6", "--accounting", "basic"});
  CHECK(changed.code == 64);
  CHECK_THAT(world.laptop.run({"manage", "budget", "show", "people", "--batch"}).out,
             Catch::Contains("; concentrated: rho 0.03"));
}

TEST_CASE(
    "private GANs: a plan that rehearses, a model that draws what was declared, a budget that counts them") {
  const Declared world;
  declare(world.laptop.work() / "people_metadata.json");
  const std::string dataset = "people";
  const auto budget = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"manage", "budget"});
    words.insert(words.end(), {"--batch", "--json"});
    return world.laptop.run(words);
  };
  REQUIRE(
      budget({"set", dataset, "--epsilon", "12", "--delta", "1e-5", "--accounting", "concentrated"}).code ==
      0);
  // 100,000 steps would take many minutes.
  const Outcome plan =
      world.laptop.run({"fit", "--plan", world.file, "--method", "dpctgan", "--epsilon", "1", "--steps",
                        "100000", "--metadata", "people_metadata.json", "--batch"});
  INFO(plan);
  REQUIRE(plan.code == 0);
  CHECK_THAT(plan.out, Catch::Contains("rows' gradients, of ") && Catch::Contains("one-way marginals"));
  const Outcome fitted = world.fit({"--method", "dpctgan", "--epsilon", "1", "--steps", "20"});
  INFO(fitted);
  REQUIRE(fitted.code == 0);
  // Not by rho, which it does not have: half of epsilon squared, with its delta.
  json shown = json::parse(last_line(budget({"show", dataset}).out));
  CHECK(shown.at("rho").at("spent") == Approx(0.5));
  CHECK(shown.at("rho_delta").at("spent") == Approx(1e-9));
  const auto draws = [&] {
    const Outcome sample = world.laptop.run({"sample", "latest", "-n", "200", "--where", "city=Rome",
                                             "--output", "drawn.csv", "--force", "--gate", "--batch"});
    INFO(sample);
    REQUIRE(sample.code == 0);
    const CsvRows rows = csv_rows(world.laptop.work() / "drawn.csv");
    CHECK(rows.size() == 201);
    for (std::size_t row = 1; row < rows.size(); ++row) {
      CHECK(rows[row].at(2) == "Rome");
      const int age = std::stoi(rows[row].at(1));
      CHECK((age >= 0 && age <= 89));
    }
  };
  draws();
  const Outcome taught =
      world.fit({"--method", "patectgan", "--epsilon", "1", "--rounds", "2", "--num-teachers", "5"});
  INFO(taught);
  REQUIRE(taught.code == 0);
  draws();
  const Outcome hardly = world.fit({"--method", "dpctgan", "--epsilon", "0.01", "--delta", "1e-15"});
  CHECK(hardly.code == 64);
  CHECK_THAT(hardly.err, Catch::Contains("cannot count an epsilon of 0.01"));
}

}  // namespace ctgan::tests
