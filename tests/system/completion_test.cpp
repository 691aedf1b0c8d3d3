// sample --impute and --seed-rows: rows of a file, completed by a model of trees.
#include <algorithm>
#include <filesystem>
#include <sstream>

#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/system/csv_rows.h"
#include "tests/system/laptop.h"
#include "tests/system/remote_server.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;

void fit_trees(const Laptop& laptop) {
  const Outcome fit = laptop.run({"fit", laptop.write_table("people.csv", small_table(600)), "--method",
                                  "trees", "--seed", "2", "--no-report", "--batch"});
  INFO(fit);
  REQUIRE(fit.code == 0);
}

// People of the small table of whom every third cell is missing.
std::string gaps_csv() {
  std::istringstream lines(small_table(90));
  std::string line, csv;
  std::getline(lines, line);
  csv = line + "\n";
  for (int i = 0; std::getline(lines, line); ++i) {
    std::istringstream cells(line);
    int column = 0;
    for (std::string cell; std::getline(cells, cell, ','); ++column)
      csv += (column > 0 ? "," : "") + ((i + column) % 3 == 0 ? std::string() : cell);
    csv += "\n";
  }
  return csv;
}

void check_completed(const fs::path& made, const fs::path& partial) {
  const CsvRows rows = csv_rows(made), known = csv_rows(partial);
  REQUIRE(rows.size() == known.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    REQUIRE(rows[row].size() == 4);
    for (std::size_t column = 0; column < 4; ++column) {
      CHECK_FALSE(rows[row][column].empty());
      if (!known[row][column].empty()) CHECK(rows[row][column] == known[row][column]);
    }
  }
}

}  // namespace

TEST_CASE("a file with gaps comes back filled, and nothing of it stays") {
  const Laptop laptop;
  fit_trees(laptop);
  const std::string gaps = laptop.write_table("gaps.csv", gaps_csv());
  const Outcome filled = laptop.run({"sample", "latest", "--impute", gaps, "--seed", "5", "--batch"});
  INFO(filled);
  REQUIRE(filled.code == 0);
  CHECK_THAT(filled.err, Catch::Contains("Deleted the rows on the server"));
  check_completed(laptop.work() / last_line(filled.out), laptop.work() / gaps);
  for (const auto& [name, held] : contents_under(laptop.local_store())) {
    INFO(name);
    CHECK(name.find("synthetic.csv") == std::string::npos);
    CHECK(held.find("age,income,city,sex") == std::string::npos);
  }
  const Outcome again = laptop.run(
      {"sample", "latest", "--impute", gaps, "--seed", "5", "--batch", "--quiet", "--output", "again.csv"});
  INFO(again);
  REQUIRE(again.code == 0);
  CHECK(files::read_file(laptop.work() / "again.csv") ==
        files::read_file(laptop.work() / last_line(filled.out)));
}

TEST_CASE("the same over ssh, and given columns in another dialect") {
  SharedServer server;
  const Laptop laptop;
  laptop.write_credentials(server.credentials(server.add_user_with_key("alice")));
  fit_trees(laptop);
  const std::string gaps = laptop.write_table("gaps.csv", gaps_csv());
  const Outcome filled =
      laptop.run({"sample", "latest", "--impute", gaps, "--output", "filled.csv", "--batch"});
  INFO(filled);
  REQUIRE(filled.code == 0);
  check_completed(laptop.work() / "filled.csv", laptop.work() / gaps);
  const std::string given = laptop.write_table("given.csv", "sex;age;note\n Male;44;x\n Female;;y\n");
  const Outcome drawn = laptop.run({"sample", "latest", "--seed-rows", given, "--delimiter", ";", "--drop",
                                    "note", "--output", "drawn.csv", "--batch"});
  INFO(drawn);
  REQUIRE(drawn.code == 0);
  const CsvRows rows = csv_rows(laptop.work() / "drawn.csv");
  REQUIRE(rows.size() == 3);
  CHECK(rows[1][0] == "44");
  CHECK(rows[1][3] == " Male");
  CHECK(rows[2][0].empty());
  CHECK(rows[2][3] == " Female");
  CHECK_FALSE(rows[2][1].empty());
  for (const auto& [name, held] : contents_under(server.root())) CHECK_FALSE(name.ends_with("gaps.csv"));
}

TEST_CASE("what cannot be completed is refused before or after it was sent, with the next step") {
  const Laptop laptop;
  const std::string gaps = laptop.write_table("gaps.csv", gaps_csv());
  const auto refused = [&](std::vector<std::string> more, int code) {
    std::vector<std::string> argv{"sample", "latest", "--batch"};
    argv.insert(argv.end(), more.begin(), more.end());
    Outcome outcome = laptop.run(argv);
    INFO(outcome);
    CHECK(outcome.code == code);
    return outcome.err;
  };
  CHECK_THAT(refused({"--impute", gaps, "-n", "5"}, 64), Catch::Contains("exclude each other"));
  CHECK_THAT(refused({"--impute", gaps, "--where", "age>5"}, 64), Catch::Contains("takes no terms"));
  CHECK_THAT(refused({"--seed-rows", "nowhere.csv"}, 66), Catch::Contains("there is no file"));
  REQUIRE(laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400)))).code == 0);
  CHECK_THAT(refused({"--impute", gaps}, 80),
             Catch::Contains("draws whole rows only") && Catch::Contains("--method trees"));
  fit_trees(laptop);
  const std::string strange = laptop.write_table("strange.csv", "age,town\n7,\n");
  CHECK_THAT(refused({"--impute", strange}, 80), Catch::Contains("the model has no column 'town'"));
  for (const auto& [name, held] : contents_under(laptop.local_store()))
    CHECK(held.find("age,town") == std::string::npos);
}

TEST_CASE(
    "a file of more rows than a user's samples may have is refused with the number and who can change it") {
  const Laptop laptop;
  fit_trees(laptop);
  const fs::path settings = laptop.local_store() / "settings.json";
  const std::string gaps = laptop.write_table("gaps.csv", gaps_csv());
  const std::string given = laptop.write_table("given.csv", gaps_csv());
  const auto limit = [&](int rows) {
    files::write_file(settings, R"({"limits": {"sample_rows": )" + std::to_string(rows) + "}}",
                      files::AtomicFile::IfExists::replace);
  };
  limit(89);
  for (const auto& [flag, file] : {std::pair{"--impute", gaps}, {"--seed-rows", given}}) {
    const Outcome refused = laptop.run({"sample", "latest", flag, file, "--output", "out.csv", "--batch"});
    INFO(refused);
    CHECK(refused.code == 80);
    CHECK_THAT(refused.err,
               Catch::Contains(fs::path(file).filename().string() +
                               "' has 90 rows, and a sample may have 89\n  hint: an administrator can "
                               "raise that: 'manage users limit NAME --rows N'"));
    CHECK_FALSE(fs::exists(laptop.work() / "out.csv"));
  }
  // Nothing of what was sent stays.
  for (const auto& [name, held] : contents_under(laptop.local_store())) {
    INFO(name);
    CHECK(name.find("synthetic.csv") == std::string::npos);
    CHECK(held.find("age,income,city,sex") == std::string::npos);
  }
  // As many as it may have are not too many.
  limit(90);
  const Outcome filled = laptop.run({"sample", "latest", "--impute", gaps, "--output", "out.csv", "--batch"});
  INFO(filled);
  CHECK(filled.code == 0);
  check_completed(laptop.work() / "out.csv", laptop.work() / gaps);
}

}  // namespace ctgan::tests
