// `sample` and `download` against a server that says what the test wrote down: what is asked, what excludes what, and
// what is said of an answer that is not what was asked for.
#include "common/files/file.h"
#include "common/files/gzip.h"
#include "tests/host/commands/scripted_server.h"

using namespace ctgan;
using namespace ctgan::tests;

namespace {

const std::string k_model = "a_20260101t000000_model.gz";
const std::string k_data = "a_20260102t000000_5_synthetic.csv.gz";

Reply submitted() {
  return answered({{"job", "0f"}});
}

Reply drawn(const Json& more = Json::object()) {
  Json result{{"data", k_data}, {"rows", 5}};
  result.update(more);
  return answered({{"job", "0f"}, {"state", "done"}, {"result", result}});
}

Outcome sample(const ScriptedServer& laptop, std::vector<std::string> more) {
  more.insert(more.begin(), {"sample", k_model});
  return laptop.run(more);
}

}  // namespace

TEST_CASE("a sample is asked for with its model, rows and seed, its gate and nothing that was not given") {
  const ScriptedServer laptop({submitted(), drawn()});
  const Outcome outcome = sample(laptop, {"-n", "5", "--seed", "9", "--no-download"});
  INFO(outcome);
  CHECK(outcome.code == 0);
  CHECK(outcome.out == k_data + "\n");
  Json request = laptop.asked().at(0);
  CHECK(request.at("request_id").get<std::string>().size() == 32);
  request.erase("request_id");
  CHECK(request ==
        Json{{"command", "sample.submit"}, {"model", k_model}, {"rows", 5}, {"seed", 9}, {"gate", false}});
  CHECK_THAT(outcome.err, Catch::Contains("Job 0f, seed 9"));
}

TEST_CASE("terms, shards and the gate go along; a seed that nobody gave is drawn and said") {
  const ScriptedServer laptop({submitted()});
  const Outcome outcome = sample(laptop, {"-n", "4", "--where", "age>=65", "--where", "city=", "--unique",
                                          "id", "--shards", "3", "--gate", "--detach", "--json"});
  INFO(outcome);
  CHECK(outcome.code == 0);
  const Json request = laptop.asked().at(0);
  CHECK(request.at("shards") == 3);
  CHECK(request.at("gate") == true);
  CHECK(request.dump().find("age>=65") != std::string::npos);
  CHECK(request.dump().find("city=") != std::string::npos);
  const Json result = Json::parse(last_line(outcome.out));
  CHECK(result.at("job") == "0f");
  CHECK(result.at("seed") == request.at("seed"));
}

TEST_CASE("a detached sample prints its job alone, and says who follows it") {
  const ScriptedServer laptop({submitted()});
  const Outcome outcome = sample(laptop, {"-n", "4", "--detach"});
  INFO(outcome);
  CHECK(outcome.out == "0f\n");
  CHECK_THAT(outcome.err, Catch::Contains("Submitted; 'manage jobs follow 0f' follows the job"));
  CHECK(laptop.asked().size() == 1);
}

TEST_CASE("rows that stay on the server have no place here: what says one is refused with the flag's name") {
  const ScriptedServer laptop;
  for (const char* stays : {"--no-download", "--detach"}) {
    for (const std::vector<std::string>& place :
         {std::vector<std::string>{"--output", "o.csv"}, {"--format", "tsv"}, {"--keep-gz"}}) {
      std::vector<std::string> more{"-n", "5", stays};
      more.insert(more.end(), place.begin(), place.end());
      check_refused(sample(laptop, more), 64,
                    fmt::format("'{}' and '{}' exclude each other\n  hint: 'download' fetches the rows later",
                                stays, place[0]));
    }
  }
  check_refused(sample(laptop, {"-n", "5", "--detach", "--keep-last", "3"}), 64,
                "'--detach' and '--keep-last' exclude");
  for (const char* shards : {"0", "257", "x"})
    check_refused(sample(laptop, {"-n", "5", "--shards", shards}), 64, "--shards");
  check_refused(laptop.run({"sample", "-n", "5"}), 64, "no MODEL was given");
  CHECK(laptop.asked().empty());
}

TEST_CASE("a file that is to be completed says how many rows there are, and takes no terms") {
  const ScriptedServer laptop;
  const std::string file = laptop.write_table("gaps.csv", small_table(5));
  for (const char* flag : {"--impute", "--seed-rows"}) {
    check_refused(
        sample(laptop, {flag, file, "-n", "5"}), 64,
        fmt::format("'{}' and '-n' exclude each other\n  hint: the file says how many rows there are", flag));
    check_refused(sample(laptop, {flag, file, "--where", "age>3"}), 64,
                  fmt::format("'{}' takes no terms", flag));
    check_refused(sample(laptop, {flag, "none.csv"}), 66, "there is no file 'none.csv'");
    check_refused(sample(laptop, {flag, "original_data"}), 65, "'original_data' is no file");
  }
  std::ofstream(laptop.work() / "empty.csv");
  check_refused(sample(laptop, {"--impute", "empty.csv"}), 65, "'empty.csv' is empty");
  check_refused(sample(laptop, {"--impute", file, "--seed-rows", file}), 64, "--seed-rows");
  CHECK(laptop.asked().empty());
}

TEST_CASE("of a file that is to be completed the server learns the name and the dialect, not where it lies") {
  const ScriptedServer laptop({answered({{"kind", "io"}, {"sentence", "no room for it"}})});
  const std::string file = laptop.write_table("gaps.csv", small_table(5));
  check_refused(sample(laptop, {"--impute", file}), 74, "no room for it");
  CHECK(laptop.asked().at(0).at("command") == "upload.open");
  CHECK(laptop.asked().at(0).at("name") == "gaps.csv");
  CHECK(laptop.asked().at(0).at("fleeting") == true);
  CHECK(laptop.asked().at(0).dump().find("original_data") == std::string::npos);
}

TEST_CASE("a server that draws without looking at the terms is found out before its rows come home") {
  const ScriptedServer old({submitted(), drawn()});
  check_refused(sample(old, {"-n", "5", "--where", "age>3"}), 76,
                "drew rows without looking at the terms: it is too old for them");
  CHECK(old.outputs().empty());
  const ScriptedServer knows({submitted(), drawn({{"terms", Json::object()}})});
  CHECK(sample(knows, {"-n", "5", "--where", "age>3", "--no-download"}).code == 0);
}

TEST_CASE(
    "the number of rows is what the server drew, whatever was asked for; an answer without one is refused") {
  const ScriptedServer laptop({submitted(), drawn({{"rows", 3}})});
  const Outcome outcome = sample(laptop, {"-n", "5", "--no-download", "--json"});
  CHECK(Json::parse(last_line(outcome.out)).at("rows") == 3);
  for (const Json& result : {Json{{"data", k_data}}, Json{{"rows", 5}}, Json{{"data", 7}, {"rows", 5}}}) {
    const ScriptedServer odd({submitted(), answered({{"job", "0f"}, {"state", "done"}, {"result", result}})});
    CHECK(sample(odd, {"-n", "5", "--no-download"}).code == 76);
  }
}

TEST_CASE(
    "the same command, whose answer was lost, is the same submission with the same seed; another is not",
    "[fault:6]") {
  const ScriptedServer laptop;
  std::vector<Json> asked;
  for (const char* rows : {"5", "5", "6"}) {
    CHECK(sample(laptop, {"-n", rows, "--no-download"}).code == 75);
    asked = laptop.asked();
  }
  REQUIRE(asked.size() == 3);
  CHECK(asked[0].at("request_id") == asked[1].at("request_id"));
  CHECK(asked[0].at("seed") == asked[1].at("seed"));
  CHECK(asked[2].at("request_id") != asked[0].at("request_id"));
}

TEST_CASE("the newest model is meant by 'latest', without one it is said what makes one") {
  const Json models{
      {{"name", "b_20260103t000000_model.gz"}, {"bytes", 1}, {"created", "2026-01-03T00:00:00Z"}},
      {{"name", k_model}, {"bytes", 1}, {"created", "2026-01-01T00:00:00Z"}}};
  const auto model_of = [&](const std::string& word) {
    const ScriptedServer laptop({items(models), submitted()});
    CHECK(laptop.run({"sample", word, "-n", "5", "--detach"}).code == 0);
    return laptop.asked().at(1).at("model").get<std::string>();
  };
  CHECK(model_of("latest") == "b_20260103t000000_model.gz");
  CHECK(model_of("latest:a") == k_model);
  check_refused(ScriptedServer({items(Json::array())}).run({"sample", "latest", "-n", "5"}), 66,
                "you have no model yet");
  // A whole name is asked for as it is: the server knows whether it is there.
  const ScriptedServer direct({submitted()});
  CHECK(sample(direct, {"-n", "5", "--detach"}).code == 0);
  CHECK(direct.asked().size() == 1);
}

TEST_CASE("models and reports come as the server holds them: no format and no standard output") {
  const ScriptedServer laptop;
  check_refused(laptop.run({"download", "latest", "--models", "--format", "tsv"}), 64,
                "'--models' and '--format' exclude each other");
  check_refused(laptop.run({"download", "latest", "--report", "--format", "tsv"}), 64,
                "'--report' and '--format' exclude each other");
  check_refused(laptop.run({"download", "latest", "--report", "--output", "-"}), 64,
                "'--report' and '--output -' exclude each other");
  check_refused(laptop.run({"download", "latest", "--format", "xlsx"}), 64, "xlsx");
  check_refused(laptop.run({"download", "latest", "--keep-gz", "--format", "json"}), 64,
                "'--keep-gz' keeps the server's CSV");
  CHECK(laptop.asked().empty());
}

TEST_CASE(
    "a report is a page and its scores, asked for under the model's name; one that is missing is named") {
  const Json models{{{"name", k_model}, {"bytes", 1}, {"created", "2026-01-01T00:00:00Z"}}};
  const ScriptedServer laptop(
      {items(models), answered({{"kind", "no_input"}, {"sentence", "there is no report"}})},
      {{"commands", {"models.list", "download.open", "download.ticket"}}});
  const Outcome outcome = laptop.run({"download", "--report", "latest", "--batch"});
  INFO(outcome);
  CHECK(outcome.code == 66);
  CHECK_THAT(laptop.asked().at(1).dump(), Catch::Contains("a_20260101t000000_report.html"));
  CHECK(laptop.outputs().empty());
}

TEST_CASE(
    "a comparison is of several models whose reports are there, and is asked of a server that makes one") {
  const ScriptedServer laptop;
  for (const auto& more : std::vector<std::vector<std::string>>{{"--compare", "a,b"},
                                                                {"--report", "--compare", "a,b", "c"},
                                                                {"--report", "--list", "--compare", "a,b"}})
    check_refused(laptop.run([&] {
      std::vector<std::string> argv{"download"};
      argv.insert(argv.end(), more.begin(), more.end());
      return argv;
    }()),
                  64, "'--compare' names the models of '--report'");
  check_refused(laptop.run({"download", "--report", "--compare", "latest"}), 64,
                "a comparison is of several models, and one is named");
}

TEST_CASE("where there are no tables download says what makes one, and lists nothing as a table of nothing") {
  CHECK(ScriptedServer({items(Json::array())}).run({"download", "--list"}).out == "no synthetic table yet\n");
  CHECK(ScriptedServer({items(Json::array())}).run({"download", "--list", "--models"}).out ==
        "no model yet\n");
  check_refused(ScriptedServer({items(Json::array())}).run({"download", "latest"}), 66,
                "you have no synthetic table yet");
}
