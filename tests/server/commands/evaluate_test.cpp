// ctgan-server evaluate as a user runs it.
#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/catch.h"
#include "tests/server/commands/server_program.h"

using namespace ctgan;
using tests::ServerProgram;

namespace {

// Rows of a small population; `from` moves through it.
std::string people(int from, int rows) {
  std::string text = "age,city,level\n";
  for (int row = from; row < from + rows; ++row) {
    const int age = 18 + (row * 37) % 60;
    text += fmt::format("{},{},{}\n", age, row % 7 < 3 ? "Bern" : "\"Rome, \"\"old\"\"\"",
                        age > 45 ? "high" : "low");
  }
  return text;
}

struct Files {
  explicit Files(const ServerProgram& server) : folder(server.folder()) {
    write("train.csv", people(0, 200));
    write("test.csv", people(200, 100));
    write("made.csv", people(300, 200));
  }
  void write(const std::string& name, const std::string& text) const { std::ofstream(folder / name) << text; }
  std::string path(const std::string& name) const { return (folder / name).string(); }
  std::vector<std::string> arguments(const std::vector<std::string>& more) const {
    std::vector<std::string> all{"evaluate", "--original", path("train.csv"), "--synthetic",
                                 path("made.csv")};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  std::filesystem::path folder;
};

}  // namespace

TEST_CASE("evaluate prints every section as text, and one JSON object with --json") {
  const ServerProgram server;
  const Files files(server);
  const auto text = server.run(files.arguments({"--held-out", files.path("test.csv")}));
  CHECK(text.code == 0);
  for (const char* part :
       {"\nquality: ", "\nutility: ", "\ndetection: ", "\nprivacy: ", "KSComplement", "linkability"}) {
    CHECK(text.out.find(part) != std::string::npos);
  }
  const auto json =
      server.run(files.arguments({"--held-out", files.path("test.csv"), "--json", "--seed", "7"}));
  const auto found = nlohmann::json::parse(json.out);
  CHECK(found.at("seed") == 7);
  CHECK(found.at("rows").at("held_out") == 100);
  CHECK(found.at("utility").at("target") == "level");
  CHECK(found.at("judgements").at("limits").contains("quality"));
}

TEST_CASE("evaluate keeps the purpose, and says what named keys disclose") {
  const ServerProgram server;
  const Files files(server);
  const std::vector<std::string> asked{
      "--held-out", files.path("test.csv"), "--keys", "age,city", "--purpose", "teaching"};
  const auto text = server.run(files.arguments(asked));
  CHECK(text.out.find("purpose: teaching\n") != std::string::npos);
  CHECK(text.out.find("unique in both (repU)") != std::string::npos);
  auto as_json = asked;
  as_json.emplace_back("--json");
  const auto found = nlohmann::json::parse(server.run(files.arguments(as_json)).out);
  CHECK(found.at("purpose") == "teaching");
  CHECK(found.at("privacy").at("keys").at("keys") == nlohmann::json({"age", "city"}));
  CHECK(found.at("privacy").at("membership").at("attacks").size() == 5);
  const auto wrong = server.run(files.arguments({"--keys", "agee"}));
  CHECK(wrong.code == 64);
  CHECK(wrong.err.find("'agee'") != std::string::npos);
  const auto target = server.run(files.arguments({"--target", "agee"}));
  CHECK(target.code == 64);
  CHECK(target.err.find("did you mean 'age'?") != std::string::npos);
}

TEST_CASE("evaluate writes the JSON to a new file, and skips what needs held-out rows without them") {
  const ServerProgram server;
  const Files files(server);
  const auto first = server.run(files.arguments({"--output", files.path("found.json")}));
  CHECK(first.code == 0);
  CHECK(first.out.find("no held-out rows were given") != std::string::npos);
  std::ifstream file(files.path("found.json"));
  CHECK(nlohmann::json::parse(file).at("utility").is_null());
  CHECK(server.run(files.arguments({"--output", files.path("found.json")})).code == 73);
}

TEST_CASE("evaluate names the column in which the tables differ, which --drop leaves out") {
  const ServerProgram server;
  const Files files(server);
  files.write("made.csv", "age,city\n20,Bern\n30,Bern\n40,Rome\n");
  const auto refused = server.run(files.arguments({}));
  CHECK(refused.code == 65);
  CHECK(refused.err.find("the synthetic table has no column 'level'") != std::string::npos);
  CHECK(refused.err.find("--drop level") != std::string::npos);
  CHECK(server.run(files.arguments({"--drop", "level"})).code == 0);
  CHECK(server.run(files.arguments({"--target", "levl"})).code == 65);
  CHECK(server.run({"evaluate", "--original", files.path("train.csv")}).code == 64);
  CHECK(server.run({"evaluate", "--original", files.path("no.csv"), "--synthetic", files.path("made.csv")})
            .code == 66);
}

TEST_CASE("evaluate writes a page for people to a new file, refused before any work when it is there") {
  const ServerProgram server;
  const Files files(server);
  const auto first = server.run(files.arguments({"--report", files.path("found.html")}));
  CHECK(first.code == 0);
  std::stringstream page;
  page << std::ifstream(files.path("found.html")).rdbuf();
  CHECK(page.str().starts_with("<!DOCTYPE html>"));
  CHECK(page.str().find("train.csv") != std::string::npos);
  CHECK(server.run(files.arguments({"--report", files.path("found.html")})).code == 73);
}

TEST_CASE(
    "the original and the held-out table may be written as spreadsheets do, the synthetic one as sample "
    "does") {
  const ServerProgram server;
  const Files files(server);
  const auto german = [](int from, int rows) {
    std::string text = "weight;city;level\n";
    for (int row = from; row < from + rows; ++row)
      text += fmt::format("{},5;{};{}\n", 40 + (row * 37) % 60, row % 7 < 3 ? "Bern" : "Genf",
                          row % 5 < 2 ? "-" : "low");
    return text;
  };
  files.write("train.csv", german(0, 200));
  files.write("test.csv", german(200, 100));
  std::string made = "weight,city,level\n";
  for (int row = 0; row < 100; ++row)
    made += fmt::format("{}.5,{},{}\n", 40 + (row * 31) % 60, row % 2 < 1 ? "Bern" : "Genf",
                        row % 5 < 2 ? "-" : "low");
  files.write("made.csv", made);
  const auto refused = server.run(files.arguments({}));
  CHECK(refused.code == 65);
  CHECK(refused.err.find("--decimal ,") != std::string::npos);
  const auto found = server.run(
      files.arguments({"--held-out", files.path("test.csv"), "--decimal", ",", "--missing", "-", "--json"}));
  INFO(found.err);
  REQUIRE(found.code == 0);
  const auto columns = nlohmann::json::parse(found.out).at("columns");
  CHECK(columns[0].at("kind") == "numerical");
  CHECK(columns[2].at("missing").at("original") == 0.4);
  const auto two_alike = server.run({"evaluate", "--original", files.path("train.csv"), "--synthetic",
                                     files.path("test.csv"), "--decimal", ",", "--json"});
  INFO(two_alike.err);
  REQUIRE(two_alike.code == 0);
  CHECK(nlohmann::json::parse(two_alike.out).at("columns")[0].at("score") > 0.9);
}
