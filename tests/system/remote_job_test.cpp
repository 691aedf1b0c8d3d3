// The main job through a real sshd, once for each way of saying who one is.
#include <unistd.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "common/files/checksum.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/system/laptop.h"
#include "tests/system/remote_server.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> held(const fs::path& root, const std::string& suffix) {
  std::vector<fs::path> found;
  for (const std::string& name : files_under(root)) {
    if (name.ends_with(suffix)) found.push_back(root / name);
  }
  return found;
}

void do_the_main_job(const Laptop& laptop, const fs::path& root) {
  const Outcome fit = laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400))));
  INFO(fit);
  REQUIRE(fit.code == 0);
  CHECK_THAT(fit.err, Catch::Contains("Data integrity check PASSED"));
  CHECK_THAT(fit.err, Catch::Contains("Epoch 1/"));
  const std::string model = last_line(fit.out);
  CHECK_THAT(model, Catch::StartsWith("people_") && Catch::EndsWith("_model.gz"));

  const Outcome sample = laptop.run({"sample", "latest:people", "-n", "300", "--batch"});
  INFO(sample);
  REQUIRE(sample.code == 0);
  CHECK(files::read_file(laptop.work() / last_line(sample.out)).starts_with("age,income,city,sex\n"));

  const Outcome download = laptop.run({"download", "latest", "--keep-gz", "--batch"});
  INFO(download);
  REQUIRE(download.code == 0);
  const auto tables = held(root, "_synthetic.csv.gz");
  REQUIRE(tables.size() == 1);
  CHECK(files::sha256_of_file(laptop.work() / "synthetic_output" / tables[0].filename()) ==
        files::sha256_of_file(tables[0]));

  const Outcome models = laptop.run({"download", "latest", "--models", "--batch"});
  INFO(models);
  REQUIRE(models.code == 0);
  const auto archives = held(root, "_model.gz");
  REQUIRE(archives.size() == 1);
  CHECK(files::sha256_of_file(laptop.work() / "synthetic_output" / model) ==
        files::sha256_of_file(archives[0]));
  for (const std::string& name : files_under(root)) {
    INFO(name);
    CHECK(name.find(".part") == std::string::npos);
    CHECK_FALSE(name.ends_with("people.csv"));
  }
}

}  // namespace

TEST_CASE("the main job on a personal server: the account's own store, nothing to administer") {
  PersonalServer server;
  const Laptop laptop;
  laptop.write_credentials(server.credentials());
  do_the_main_job(laptop, server.root());
}

TEST_CASE("the main job with a key that is the login") {
  SharedServer server;
  const Laptop laptop;
  laptop.write_credentials(server.credentials(server.add_user_with_key("alice")));
  do_the_main_job(laptop, server.root());
  const Outcome who = laptop.run({"manage", "whoami", "--batch"});
  INFO(who);
  CHECK_THAT(who.out, Catch::Contains("alice"));
}

TEST_CASE("the main job with a shared key and the toolkit's own login") {
  SharedServer server;
  server.add_user_with_password("alice", "correct horse");
  const Laptop laptop;
  laptop.write_credentials(
      server.credentials(server.make_shared_key(), R"(,"user":"alice","password":"correct horse")"));
  do_the_main_job(laptop, server.root());
}

TEST_CASE("the administrator's method is what a fit uses that names none") {
  SharedServer server;
  nlohmann::json settings = nlohmann::json::parse(files::read_file(server.root() / "settings.json"));
  settings["method"] = "trees";
  files::write_file(server.root() / "settings.json", settings.dump(), files::AtomicFile::IfExists::replace);
  const Laptop laptop;
  laptop.write_credentials(server.credentials(server.add_user_with_key("alice")));
  const std::string file = laptop.write_table("people.csv", small_table(400));
  const auto fitted = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"fit", file, "--seed", "1", "--no-report", "--batch"});
    Outcome fit = laptop.run(more);
    INFO(fit);
    CHECK(fit.code == 0);
    return fit.err;
  };
  const std::string plain = fitted({});
  CHECK_THAT(plain, Catch::Contains("The method is trees"));
  CHECK_THAT(fitted({"--epochs", "1"}), Catch::Contains("Epoch 1/1, "));
  CHECK_THAT(fitted({"--method", "ctgan", "--epochs", "1"}), Catch::Contains("Epoch 1/1, "));
}

TEST_CASE("a fit goes on when its connection is lost, and can be followed again", "[fault:6]") {
  SharedServer server;
  const Laptop laptop;
  laptop.write_credentials(server.credentials(server.add_user_with_key("alice")));
  std::vector<std::string> command = quick_fit(laptop.write_table("people.csv", small_table(400)));
  command.push_back("--detach");
  const Outcome detached = laptop.run(command);
  INFO(detached);
  REQUIRE(detached.code == 0);
  const Outcome attached = laptop.run({"fit", "--attach", last_line(detached.out), "--batch"});
  INFO(attached);
  CHECK(attached.code == 0);
  CHECK_THAT(last_line(attached.out), Catch::EndsWith("_model.gz"));
}

TEST_CASE("the upload is gone from the server's disk as soon as the table is in memory") {
  SharedServer server;
  const Laptop laptop;
  laptop.write_credentials(server.credentials(server.add_user_with_key("alice")));
  std::vector<std::string> command = quick_fit(laptop.write_table("people.csv", small_table(20000)));
  command[3] = "30";
  command.push_back("--detach");
  const Outcome detached = laptop.run(command);
  INFO(detached);
  REQUIRE(detached.code == 0);
  bool seen_training = false;
  for (int i = 0; i < 6000 && !seen_training; ++i) {
    for (const fs::path& events : held(server.root(), "events.jsonl")) {
      seen_training = files::read_file(events).find("\"event\":\"table\"") != std::string::npos;
    }
    usleep(10000);
  }
  REQUIRE(seen_training);
  CHECK(held(server.root(), "_model.gz").empty());
  for (const auto& [name, held] : contents_under(server.root())) {
    INFO(name);
    CHECK(held.find(" Athens, Male\n") == std::string::npos);
  }
  CHECK(laptop.run({"fit", "--attach", last_line(detached.out), "--batch"}).code == 0);
}

TEST_CASE("evaluate compares tables on a server that keeps none of them") {
  SharedServer server;
  const Laptop laptop;
  laptop.write_credentials(server.credentials(server.add_user_with_key("alice")));
  laptop.write_table("people.csv", small_table(400));
  laptop.write_table("made.csv", small_table(300));
  const Outcome evaluate =
      laptop.run({"manage", "evaluate", "--original", "original_data/people.csv", "--synthetic",
                  "original_data/made.csv", "--report", "page.html", "--output", "scores.json", "--batch"});
  INFO(evaluate);
  REQUIRE(evaluate.code == 0);
  CHECK_THAT(evaluate.out, Catch::Contains("\nquality: ") && Catch::Contains("KSComplement"));
  CHECK_THAT(files::read_file(laptop.work() / "page.html"),
             Catch::StartsWith("<!DOCTYPE html>") && Catch::Contains("people.csv"));
  CHECK(nlohmann::json::parse(files::read_file(laptop.work() / "scores.json")).contains("quality"));
  for (const std::string& name : files_under(server.root())) {
    INFO(name);
    CHECK(name.find("inbox") == std::string::npos);
    CHECK_FALSE(name.ends_with(".html"));
  }
  const Outcome again = laptop.run({"manage", "evaluate", "--original", "original_data/people.csv",
                                    "--synthetic", "original_data/made.csv", "--report", "page.html"});
  CHECK(again.code == 73);
}

}  // namespace ctgan::tests
