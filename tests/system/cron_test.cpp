// The lines of README.md's crontab as cron runs them, and what keeps a job that comes every night in order.
#include <fcntl.h>
#include <sys/file.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/system/laptop.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

struct Crontab {
  std::string path;
  std::vector<std::string> commands;
};

// As crontab(5) says: assignments, then five fields of time and a command in which '\%' is a percent sign.
Crontab readme_crontab() {
  std::istringstream lines(files::read_file(fs::path(std::getenv("CTGAN_SOURCE_DIR")) / "README.md"));
  Crontab found;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) inside = line == "## From cron";
    if (!inside || !line.starts_with("    ")) continue;
    line = line.substr(4);
    if (line.starts_with("PATH=")) {
      found.path = line.substr(5);
      continue;
    }
    std::istringstream words(line);
    std::string word;
    for (int i = 0; i < 5; ++i) words >> word;
    std::string command;
    std::getline(words >> std::ws, command);
    for (std::size_t at = 0; (at = command.find('%', at)) != std::string::npos;) {
      REQUIRE(at > 0);
      REQUIRE(command[at - 1] == '\\');
      command.erase(at - 1, 1);
    }
    found.commands.push_back(command);
  }
  return found;
}

// cron's shell, folder and environment. The programs are where `cmake --install` would put them only by name.
Outcome run_as_cron(const Laptop& laptop, std::string path, const std::string& command) {
  const std::string installed = "/usr/local/bin";
  REQUIRE(path.starts_with(installed + ":"));
  path.replace(0, installed.size(), std::getenv("CTGAN_BIN_DIR"));
  Surroundings around;
  around.folder = laptop.home();
  return run_program({"/usr/bin/env", "-i", "HOME=" + laptop.home().string(), "LOGNAME=me", "SHELL=/bin/sh",
                      "PATH=" + path, "/bin/sh", "-c", command},
                     around);
}

std::vector<std::string> models_of(const Laptop& laptop) {
  const Json list = Json::parse(last_line(laptop.run({"manage", "models", "list", "--json"}).out));
  std::vector<std::string> names;
  for (const Json& item : list.at("items")) names.push_back(item.at("name"));
  return names;
}

std::vector<std::string> with(std::vector<std::string> argv, const std::vector<std::string>& more) {
  argv.insert(argv.end(), more.begin(), more.end());
  return argv;
}

}  // namespace

TEST_CASE("the README's crontab runs as printed: silent when all is well, one mail when it is not") {
  const Crontab crontab = readme_crontab();
  REQUIRE(crontab.commands.size() == 1);
  const std::string& line = crontab.commands[0];
  const std::size_t middle = line.find(" && sample ");
  REQUIRE(middle != std::string::npos);
  const std::string fit = line.substr(0, middle);
  const std::string sample = line.substr(0, line.find(" && ")) + line.substr(middle);
  const Laptop laptop;
  const fs::path tables = laptop.home() / "tables";
  fs::create_directories(tables);
  std::ofstream(tables / "daily.csv") << small_table(600);

  const Outcome fitted = run_as_cron(laptop, crontab.path, fit);
  INFO(fitted);
  CHECK(fitted.code == 0);
  CHECK(fitted.out + fitted.err == "");
  const std::vector<std::string> models = models_of(laptop);
  CHECK(models.size() == 1);

  // Whether this model may go out is for the gate to say: by its exit code, and by a mail only if it may not.
  const Outcome drawn = run_as_cron(laptop, crontab.path, sample);
  INFO(drawn);
  CHECK(drawn.out.empty());
  CHECK(drawn.err.empty() == (drawn.code == 0));
  CHECK(std::distance(fs::directory_iterator(tables), {}) == (drawn.code == 0 ? 2 : 1));

  const Outcome unchanged = run_as_cron(laptop, crontab.path, fit);
  INFO(unchanged);
  CHECK(unchanged.code == 0);
  CHECK(unchanged.out + unchanged.err == "");
  CHECK(models_of(laptop) == models);

  std::string other = small_table(600);
  other.replace(0, other.find('\n'), "age,income,town,sex");
  std::ofstream(tables / "daily.csv") << other;
  const Outcome lost = run_as_cron(laptop, crontab.path, line);
  INFO(lost);
  CHECK(lost.code == 65);
  CHECK_THAT(lost.err, Catch::Contains("lost: city; gained: town"));
  CHECK(models_of(laptop) == models);
}

TEST_CASE("a fit is left out only when neither the table nor a wish has changed since the newest model") {
  const Laptop laptop;
  const std::string file = laptop.write_table("people.csv", small_table(400));
  const auto again = [&](const std::vector<std::string>& more) {
    const Outcome outcome = laptop.run(with(quick_fit(file), with({"--no-report", "--if-changed"}, more)));
    INFO(outcome);
    REQUIRE(outcome.code == 0);
    return last_line(outcome.out);
  };
  const std::string first = last_line(laptop.run(with(quick_fit(file), {"--no-report"})).out);
  const Outcome left_out = laptop.run(with(quick_fit(file), {"--no-report", "--if-changed", "--json"}));
  INFO(left_out);
  CHECK(Json::parse(last_line(left_out.out)).at("unchanged") == true);
  CHECK(left_out.out.find("upload") == std::string::npos);
  CHECK(again({}) == first);
  CHECK(again({"--held-out", "0.2"}) != first);
  CHECK(again({"--name", "others"}) != first);
  std::ofstream(laptop.work() / file, std::ios::app) << "20,1.5, Cork, Male\n";
  const std::string newest = again({});
  CHECK(newest != first);
  CHECK(again({}) == newest);
  REQUIRE(laptop.run({"manage", "models", "delete", newest, "--batch"}).code == 0);
  // The name may be the deleted one's again, within one second.
  const Outcome anew = laptop.run(with(quick_fit(file), {"--no-report", "--if-changed", "--json"}));
  INFO(anew);
  CHECK_FALSE(Json::parse(last_line(anew.out)).contains("unchanged"));
}

TEST_CASE("a seed that nobody chose is no change, one that somebody chose is") {
  const Laptop laptop;
  const std::string file = laptop.write_table("people.csv", small_table(400));
  const auto model = [&](const std::vector<std::string>& more) {
    return last_line(
        laptop.run(with({"fit", file, "--epochs", "1", "--batch", "--no-report", "--if-changed"}, more)).out);
  };
  const std::string first = model({});
  CHECK(model({}) == first);
  CHECK(model({"--seed", "4"}) != first);
}

TEST_CASE("a table that lost, gained or changed columns is refused before it is sent") {
  const Laptop laptop;
  const std::string file = laptop.write_table("people.csv", small_table(400));
  const Outcome begun = laptop.run(with(quick_fit(file), {"--like", "latest:people"}));
  INFO(begun);
  REQUIRE(begun.code == 0);
  CHECK_THAT(begun.err, Catch::Contains("no model of 'people' yet"));
  const std::string model = last_line(begun.out);
  const auto refused = [&](const std::string& word, const std::string& table) {
    laptop.write_table("people.csv", table);
    const Outcome outcome = laptop.run(with(quick_fit(file), {"--like", word}));
    INFO(outcome);
    CHECK(outcome.err.find("Uploading") == std::string::npos);
    return std::to_string(outcome.code) + " " + outcome.err;
  };
  std::string other = small_table(400);
  other.replace(0, other.find('\n'), "age,income,town,sex");
  CHECK_THAT(refused(model, other), Catch::StartsWith("65 ") && Catch::Contains("lost: city; gained: town"));
  std::string worded = small_table(400);
  worded.replace(worded.find('\n') + 1, 2, "xx");
  CHECK_THAT(refused("latest", worded), Catch::Contains("changed: age (str, was int64)"));
  CHECK_THAT(refused("latest:peopel", small_table(400)), Catch::StartsWith("66 "));
  laptop.write_table("people.csv", small_table(300));
  CHECK(laptop.run(with(quick_fit(file), {"--like", model})).code == 0);
}

TEST_CASE("--keep-last deletes the older models and tables of that name on the server, and no others") {
  const Laptop laptop;
  const std::string file = laptop.write_table("people.csv", small_table(400));
  const auto fitted = [&](const std::vector<std::string>& more) {
    return laptop.run(with(quick_fit(file), with({"--no-report"}, more)));
  };
  const std::string first = last_line(fitted({}).out);
  const std::string other = last_line(fitted({"--name", "others"}).out);
  const std::string second = last_line(fitted({}).out);
  const Outcome outcome = fitted({"--keep-last", "2"});
  INFO(outcome);
  REQUIRE(outcome.code == 0);
  CHECK_THAT(outcome.err, Catch::Contains("Deleting what is older than the last 2: " + first));
  std::vector<std::string> left = models_of(laptop);
  std::sort(left.begin(), left.end());
  std::vector<std::string> expected{other, second, last_line(outcome.out)};
  std::sort(expected.begin(), expected.end());
  CHECK(left == expected);
  const auto draw = [&](const char* rows) {
    return laptop.run(
        {"sample", "latest:people", "-n", rows, "--batch", "--no-download", "--keep-last", "1"});
  };
  draw("10");
  const std::string newest = last_line(draw("20").out);
  const Json data = Json::parse(last_line(laptop.run({"manage", "data", "list", "--json"}).out));
  CHECK(data.at("items").size() == 1);
  CHECK(data.at("items")[0].at("name") == newest);
  CHECK(fitted({"--keep-last", "0"}).code == 64);
  CHECK(fitted({"--keep-last", "2", "--detach"}).code == 64);
}

TEST_CASE("while one command holds a lock another with the same name does nothing and is exit 75") {
  const Laptop laptop;
  const std::string file = laptop.write_table("people.csv", small_table(400));
  const fs::path folder = laptop.home() / ".local/state/ctgan/locks";
  fs::create_directories(folder);
  const files::FileHandle held(open((folder / "daily.lock").c_str(), O_RDWR | O_CREAT, 0600));
  REQUIRE(flock(held.get(), LOCK_EX) == 0);
  const auto locked = [&](const char* name) {
    return laptop.run(with(quick_fit(file), {"--no-report", "--quiet", "--lock", name}));
  };
  const Outcome skipped = locked("daily");
  INFO(skipped);
  CHECK(skipped.code == 75);
  CHECK_THAT(skipped.err, Catch::Contains("'--lock daily' is still running"));
  CHECK(files_under(laptop.local_store()).empty());
  CHECK(locked("../daily").code == 64);
  CHECK(locked("weekly").code == 0);
  REQUIRE(flock(held.get(), LOCK_UN) == 0);
  CHECK(locked("daily").code == 0);
}

}  // namespace ctgan::tests
