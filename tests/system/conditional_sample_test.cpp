// sample with conditions, shares and constraints, as an analyst types them.
#include <algorithm>
#include <filesystem>

#include "tests/catch.h"
#include "tests/system/csv_rows.h"
#include "tests/system/laptop.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;

// The rows of a sample of the small table.
CsvRows rows_of(const fs::path& csv) {
  CsvRows rows = csv_rows(csv);
  REQUIRE_FALSE(rows.empty());
  CHECK(rows.front() == std::vector<std::string>{"age", "income", "city", "sex"});
  rows.erase(rows.begin());
  return rows;
}

struct Trained : Laptop {
  explicit Trained(const std::vector<std::string>& more = {}) {
    std::vector<std::string> argv = quick_fit(write_table("people.csv", small_table(400)));
    argv.insert(argv.end(), more.begin(), more.end());
    const Outcome fit = run(argv);
    INFO(fit);
    REQUIRE(fit.code == 0);
    model = last_line(fit.out);
  }
  Outcome sample(std::vector<std::string> more) const {
    std::vector<std::string> argv{"sample", "latest", "--seed", "3", "--batch"};
    argv.insert(argv.end(), more.begin(), more.end());
    return run(argv);
  }
  CsvRows rows(const std::vector<std::string>& more) const {
    const Outcome outcome = sample(more);
    INFO(outcome);
    REQUIRE(outcome.code == 0);
    CsvRows drawn = rows_of(work() / last_line(outcome.out));
    fs::remove(work() / last_line(outcome.out));
    return drawn;
  }
  std::string model;
};

std::size_t count(const CsvRows& rows, std::size_t column, const std::string& cell) {
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [&](const auto& row) { return row[column] == cell; }));
}

}  // namespace

TEST_CASE("sample --where brings exactly the rows asked for, and all of them satisfy the conditions") {
  const Trained laptop;
  const CsvRows drawn = laptop.rows({"-n", "700", "--where", "city=Athens", "--where", "age>=30"});
  CHECK(drawn.size() == 700);
  CHECK(count(drawn, 2, " Athens") == 700);
  CHECK(std::all_of(drawn.begin(), drawn.end(), [](const auto& row) { return std::stoi(row[0]) >= 30; }));
}

TEST_CASE("what a condition was taken for is said before the rows come") {
  const Trained laptop;
  const Outcome outcome = laptop.sample({"-n", "5", "--where", "age=>30", "--where", "sex=Female"});
  INFO(outcome);
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.err, Catch::Contains("Rows where age is at least 30, and sex is 'Female'\n"));
}

TEST_CASE("the same seed and terms give the same rows") {
  const Trained laptop;
  const std::vector<std::string> terms{"-n", "50", "--where", "age>=30", "--balance", "city"};
  CHECK(laptop.rows(terms) == laptop.rows(terms));
}

TEST_CASE("a balance and a quota are exact, and a quota says how many rows there are") {
  const Trained laptop;
  const CsvRows balanced = laptop.rows({"-n", "300", "--balance", "city"});
  for (const char* city : {" Athens", " Bonn", " Cork"}) CHECK(count(balanced, 2, city) == 100);
  const CsvRows quota = laptop.rows({"--quota", "sex=Female:70,Male:11"});
  CHECK(quota.size() == 81);
  CHECK(count(quota, 3, " Female") == 70);
}

TEST_CASE("columns compare with each other, and unique values come once") {
  const Trained laptop;
  for (const auto& row : laptop.rows({"-n", "100", "--constraint", "age<income"}))
    CHECK(std::stod(row[0]) < std::stod(row[1]));
  std::vector<std::string> ages;
  for (const auto& row : laptop.rows({"-n", "15", "--unique", "age"})) ages.push_back(row[0]);
  std::sort(ages.begin(), ages.end());
  CHECK(ages.size() == 15);
  CHECK(std::unique(ages.begin(), ages.end()) == ages.end());
}

TEST_CASE("combinations are kept when the fit is told to, and inspect shows them") {
  const Trained without;
  const Outcome refused = without.sample({"-n", "5", "--constraint", "city,sex"});
  CHECK(refused.code == 64);
  CHECK_THAT(refused.err, Catch::Contains("does not hold the combinations of 'city,sex'") &&
                              Catch::Contains("--keep-combinations city,sex"));
  const Trained with({"--keep-combinations", "city,sex"});
  CHECK(with.rows({"-n", "50", "--constraint", "sex,city"}).size() == 50);
  Outcome shown;
  for (const std::string& file : files_under(with.local_store()))
    if (file.ends_with(with.model))
      shown = run_program({bin("ctgan-server"), "inspect", (with.local_store() / file).string()}, {});
  INFO(shown);
  CHECK_THAT(shown.out, Catch::Contains("combinations: [[\"city\",\"sex\"]]") &&
                            Catch::Contains("[\" Athens\",\" Female\",\" Athens\",\" Male\",\" Bonn\""));
}

TEST_CASE("a fit refuses combinations of columns that are not categorical before anything is sent") {
  const Laptop laptop;
  std::vector<std::string> argv = quick_fit(laptop.write_table("people.csv", small_table(400)));
  argv.insert(argv.end(), {"--keep-combinations", "city,age"});
  const Outcome refused = laptop.run(argv);
  INFO(refused);
  CHECK(refused.code == 64);
  CHECK_THAT(refused.err, Catch::Contains("column 'age' is numerical, not categorical"));
}

TEST_CASE("conditions that cannot be met or understood say why, and no rows come") {
  const Trained laptop;
  const auto failure = [&](const std::vector<std::string>& terms, int code = 64) {
    const Outcome outcome = laptop.sample(terms);
    INFO(outcome);
    CHECK(outcome.code == code);
    // What is wrong in any case is said before there is a job.
    CHECK((outcome.err.find("Job ") == std::string::npos) == (code == 64));
    return outcome.err;
  };
  CHECK_THAT(
      failure({"-n", "5", "--where", "age>=1000"}, 80),
      Catch::Contains("satisfy 'age>=1000', and 5 are asked for") && Catch::Contains("rarer than 1 row in"));
  CHECK_THAT(failure({"-n", "5", "--where", "town=Athens"}), Catch::Contains("begins with no column"));
  CHECK_THAT(failure({"-n", "5", "--where", "city=Athen"}), Catch::Contains("did you mean 'Athens'?"));
  CHECK_THAT(failure({"-n", "5", "--where", "city<Bonn"}), Catch::Contains("has no order"));
  CHECK_THAT(failure({"-n", "5", "--balance", "cty"}), Catch::Contains("did you mean 'city'?"));
  CHECK_THAT(failure({"--quota", "sex=Femal:5"}), Catch::Contains("did you mean 'Female'?"));
  CHECK_THAT(failure({"-n", "5", "--unique", "agee"}), Catch::Contains("did you mean 'age'?"));
  CHECK(laptop.outputs().empty());
  for (const std::string& name : files_under(laptop.local_store()))
    CHECK_THAT(name, !Catch::Contains("_synthetic") && !Catch::Contains("data.csv"));
}

}  // namespace ctgan::tests
