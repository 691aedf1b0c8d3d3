// ctgan-server backup: taken while jobs run, put in the place of the store that was lost.
#include <chrono>

#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/system/laptop.h"
#include "tests/system/store_check.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;

Outcome server(const Laptop& laptop, const fs::path& root, std::vector<std::string> argv) {
  argv.insert(argv.begin(), {bin("ctgan-server"), "--root", root.string()});
  return run_program(argv, laptop.surroundings());
}

}  // namespace

TEST_CASE("a backup that was taken while a fit ran is a store in order, and draws the same rows") {
  const Laptop laptop;
  REQUIRE(laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400)))).code == 0);
  const std::vector<std::string> sample{"sample", "latest",  "-n",       "30",      "--seed",
                                        "3",      "--force", "--output", "out.csv", "--batch"};
  REQUIRE(laptop.run(sample).code == 0);
  const std::string rows = files::read_file(laptop.work() / "out.csv");
  const Outcome running = laptop.run({"fit", laptop.write_table("other.csv", small_table(2000)), "--epochs",
                                      "10000", "--detach", "--batch"});
  REQUIRE(running.code == 0);

  // A year old: retention counts the days.
  fs::path model;
  for (const std::string& name : files_under(laptop.local_store() / "model_database"))
    if (name.ends_with("_model.gz")) model = fs::path("model_database") / name;
  const auto made = fs::last_write_time(laptop.local_store() / model) - std::chrono::hours(24 * 365);
  fs::last_write_time(laptop.local_store() / model, made);

  CHECK(server(laptop, laptop.local_store(), {"backup", (laptop.local_store() / "within").string()}).code ==
        73);
  const fs::path backup = laptop.home() / "backup";
  const Outcome taken = server(laptop, laptop.local_store(), {"backup", backup.string()});
  INFO(taken);
  REQUIRE(taken.code == 0);
  CHECK(server(laptop, laptop.local_store(), {"backup", backup.string()}).code == 73);
  CHECK(fs::last_write_time(backup / model) == made);
  CHECK(laptop.run({"manage", "jobs", "cancel", "latest"}).code == 0);
  // No table of a job is in it, and nobody else can read it.
  for (const auto& [name, content] : contents_under(backup / "jobs")) {
    INFO(name);
    CHECK(content.find("Athens") == std::string::npos);
  }
  CHECK((fs::status(backup).permissions() & (fs::perms::group_all | fs::perms::others_all)) ==
        fs::perms::none);

  fs::remove_all(laptop.local_store());
  fs::rename(backup, laptop.local_store());
  const Outcome doctor = server(laptop, laptop.local_store(), {"doctor"});
  INFO(doctor);
  CHECK(doctor.out.find("error    database") == std::string::npos);
  CHECK_THAT(doctor.out,
             Catch::Contains("ok       database") && Catch::Contains("removed what was left: 1 job"));
  REQUIRE(laptop.run(sample).code == 0);
  CHECK(files::read_file(laptop.work() / "out.csv") == rows);
  CHECK_THAT(laptop.run({"manage", "jobs", "list"}).out, Catch::Contains("lost") && Catch::Contains("done"));
}

}  // namespace ctgan::tests
