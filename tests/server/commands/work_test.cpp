#include <signal.h>
#include <sys/mount.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <thread>

#include "common/files/gzip.h"
#include "common/files/names.h"
#include "server/jobs/claim.h"
#include "tests/command_line_of.h"
#include "tests/server/commands/server_program.h"

namespace ctgan::server::commands {

using tests::files_under;
using tests::Outcome;
using tests::ServerProgram;
using Json = nlohmann::json;

namespace {

const std::string k_request(32, 'a');

std::string table(int rows) {
  std::string text = "age,income,city,sex\n";
  for (int i = 0; i < rows; ++i) {
    text += std::to_string(18 + i * 7 % 60) + "," + std::to_string(i * 131 % 1000) + ".5, " +
            (i % 3 == 0 ? "Athens" : "Bonn") + (i % 2 == 0 ? ", Male\n" : ", Female\n");
  }
  return text;
}

Json quick_options(int epochs = 1) {
  return {{"epochs", epochs},
          {"batch_size", 100},
          {"generator_dim", {16}},
          {"discriminator_dim", {16}},
          {"seed", 7}};
}

bool has_engine() {
  if (std::filesystem::exists(tests::bin("libctgan_torch.so"))) return true;
  WARN("skipped: built without libtorch");
  return false;
}

struct WithAlice : ServerProgram {
  WithAlice() { make_shared({"alice"}); }
  std::filesystem::path job_folder(const std::string& job) const { return root() / "jobs" / job; }
  // A fit of `content`, followed to its end.
  Json fit(const std::string& content, const Json& options, const Json& more = Json::object()) const {
    auto connection = connect("alice");
    Json fields{{"request_id", files::sha256_of(content + more.dump()).substr(0, 32)},
                {"name", "people.csv"},
                {"options", options},
                {"upload", upload(connection, "people.csv", content)}};
    fields.update(more);
    const Json submitted = connection.ask("fit.submit", fields);
    REQUIRE(submitted.at("type") == "result");
    return connection.ask("job.follow", {{"job", submitted.at("job")}});
  }
  // A job's folder as a submission leaves it, without a row and a runner.
  std::string prepare(const Json& request, const std::string& content = {}) const {
    std::string job(32, '1');
    files::make_private_folder(job_folder(job));
    files::write_file(job_folder(job) / "request.json", request.dump(), files::AtomicFile::IfExists::refuse);
    if (!content.empty())
      files::write_file(job_folder(job) / "table", content, files::AtomicFile::IfExists::refuse);
    return job;
  }
  Json status(const std::string& job) const {
    return Json::parse(files::read_file(job_folder(job) / "status.json"));
  }
};

Json fit_request(const Json& options = quick_options()) {
  return {{"kind", "fit"},
          {"user", "alice"},
          {"name", "people.csv"},
          {"options", options},
          {"table", Json::object()}};
}

std::string unpacked(const std::filesystem::path& path) {
  const auto source = files::open_maybe_gzip(path);
  return tests::read_all(*source);
}

// What tells a job's story and nothing else.
const std::vector<std::string> k_story{"attempt-1",    "events.jsonl", "lock",       "log",
                                       "request.json", "runner.json",  "status.json"};

}  // namespace

TEST_CASE("upload, fit, sample and download: the whole job through serve, transfer and work") {
  if (!has_engine()) return;
  const WithAlice server;
  auto connection = server.connect("alice");
  const std::string content = table(400);
  const std::string upload = server.upload(connection, "people.csv", content);
  const Json fit = connection.ask(
      "fit.submit",
      {{"request_id", k_request}, {"upload", upload}, {"name", "people.csv"}, {"options", quick_options(2)}});
  REQUIRE(fit.at("type") == "result");
  const Json fitted = connection.ask("job.follow", {{"job", fit.at("job")}});
  INFO(fitted);
  REQUIRE(fitted.at("state") == "done");
  std::vector<std::string> heard;
  for (const Json& event : connection.events) {
    // Of a stage the beginning and the end come in any case, others once a second.
    const std::string name = event.at("event");
    if (name != "progress" || heard.back() != name) heard.push_back(name);
  }
  CHECK(heard == std::vector<std::string>{"state", "progress", "table", "progress", "epoch", "epoch",
                                          "progress", "section", "section", "section", "section", "state"});
  const auto last = [&](const std::string& name) {
    Json found;
    for (const Json& event : connection.events)
      if (event.at("event") == name) found = event;
    return found;
  };
  CHECK(last("table").at("rows") == 400);
  CHECK(last("table").at("columns") ==
        Json{{"numerical", {"age", "income"}}, {"categorical", {"city", "sex"}}});
  CHECK(last("epoch").at("epoch") == 2);
  CHECK(last("epoch").at("epochs") == 2);

  const std::string model = fitted.at("result").at("model");
  const auto models = server.root() / "model_database/alice";
  CHECK(files::original_of(model) == "people");
  CHECK(fitted.at("result").at("sha256") == files::sha256_of_file(models / model));
  CHECK(fitted.at("result").at("bytes") == std::filesystem::file_size(models / model));
  CHECK(fitted.at("result").at("content_sha256") == files::sha256_of(unpacked(models / model)));
  const std::string sidecar = fitted.at("result").at("sidecar");
  CHECK(Json::parse(files::read_file(models / sidecar)).at("age") == "int64");
  CHECK(files_under(server.job_folder(fit.at("job"))) == k_story);

  const Json sample = connection.ask(
      "sample.submit", {{"request_id", std::string(32, 'b')}, {"model", model}, {"rows", 1000}});
  const Json sampled = connection.ask("job.follow", {{"job", sample.at("job")}});
  INFO(sampled);
  REQUIRE(sampled.at("state") == "done");
  const std::string data = sampled.at("result").at("data");
  CHECK_THAT(data, Catch::StartsWith("people_") && Catch::EndsWith("_1000_synthetic.csv.gz"));
  const Json opened = connection.ask("download.open", {{"store", "data"}, {"name", data}});
  const std::string brought = server.download(connection, "data", data);
  CHECK(files::sha256_of(brought) == opened.at("sha256"));
  CHECK(opened.at("sha256") == sampled.at("result").at("sha256"));
  const std::string rows = unpacked(server.root() / "synthetic_csv_database/alice" / data);
  CHECK(std::count(rows.begin(), rows.end(), '\n') == 1001);
  CHECK_THAT(rows, Catch::StartsWith("age,income,city,sex\n") && Catch::Contains(", Athens,"));
  CHECK(sampled.at("result").at("content_sha256") == files::sha256_of(rows));
}

TEST_CASE("a fit by tvae is a job like any other, with the losses of its method") {
  if (!has_engine()) return;
  const WithAlice server;
  auto connection = server.connect("alice");
  const std::string upload = server.upload(connection, "people.csv", table(100));
  const Json options{{"epochs", 2}, {"compress_dims", {16}}, {"decompress_dims", {16}}, {"seed", 7}};
  const Json fit = connection.ask("fit.submit", {{"request_id", k_request},
                                                 {"upload", upload},
                                                 {"name", "people.csv"},
                                                 {"method", "tvae"},
                                                 {"options", options}});
  REQUIRE(fit.at("type") == "result");
  const Json fitted = connection.ask("job.follow", {{"job", fit.at("job")}});
  INFO(fitted);
  REQUIRE(fitted.at("state") == "done");
  for (const Json& event : connection.events) {
    if (event.at("event") != "epoch") continue;
    CHECK(event.at("reconstruction_loss").is_number());
    CHECK(event.at("divergence_loss").is_number());
    CHECK_FALSE(event.contains("generator_loss"));
  }
  const Json drawn = connection.ask(
      "sample.submit",
      {{"request_id", std::string(32, 'b')}, {"model", fitted.at("result").at("model")}, {"rows", 250}});
  REQUIRE(drawn.at("type") == "result");
  const Json sampled = connection.ask("job.follow", {{"job", drawn.at("job")}});
  INFO(sampled);
  CHECK(sampled.at("state") == "done");
  CHECK(sampled.at("result").at("rows") == 250);
}

TEST_CASE("the upload is gone from every folder before the first epoch is over") {
  if (!has_engine()) return;
  const WithAlice server;
  auto connection = server.connect("alice");
  const std::string content = table(5000);
  const std::string upload = server.upload(connection, "people.csv", content);
  const Json fit = connection.ask("fit.submit", {{"request_id", k_request},
                                                 {"upload", upload},
                                                 {"name", "people.csv"},
                                                 {"options", quick_options(200)}});
  const auto events = server.job_folder(fit.at("job")) / "events.jsonl";
  for (int i = 0; i < 3000; ++i) {
    if (std::filesystem::exists(events) && files::read_file(events).find("\"table\"") != std::string::npos)
      break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK_FALSE(std::filesystem::exists(server.job_folder(fit.at("job")) / "table"));
  CHECK(std::filesystem::is_empty(server.root() / "inbox/alice"));
  CHECK(std::filesystem::is_empty(server.root() / "model_database/alice"));
  // The worker is killed as the kernel would do it; whoever looks next finds the job lost.
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string line = tests::command_line_of(entry.path());
    if (line.find(server.root().string()) != std::string::npos &&
        line.find(fit.at("job").get<std::string>()) != std::string::npos) {
      kill(std::stoi(entry.path().filename()), SIGKILL);
    }
  }
  const Json lost = connection.ask("job.follow", {{"job", fit.at("job")}});
  CHECK(lost.at("state") == "lost");
  CHECK(std::filesystem::is_empty(server.root() / "model_database/alice"));
  CHECK(files_under(server.job_folder(fit.at("job"))) == k_story);
}

TEST_CASE("a fit goes on when the connection that submitted it is gone, and can be followed from another") {
  if (!has_engine()) return;
  const WithAlice server;
  std::string job;
  {
    auto connection = server.connect("alice");
    const std::string upload = server.upload(connection, "people.csv", table(400));
    job = connection
              .ask("fit.submit", {{"request_id", k_request},
                                  {"upload", upload},
                                  {"name", "people.csv"},
                                  {"options", quick_options()}})
              .at("job");
    kill(connection.child().pid(), SIGKILL);
  }
  auto again = server.connect("alice");
  const Json fitted = again.ask("job.follow", {{"job", job}, {"after", 1}});
  CHECK(fitted.at("state") == "done");
  CHECK(again.events.front().at("seq") == 2);
}

TEST_CASE("two models in one second get two names, and equal fits are equal files", "[fault:15]") {
  if (!has_engine()) return;
  const WithAlice server;
  const Json one = server.fit(table(400), quick_options(), {{"drop", Json::array()}});
  const Json two = server.fit(table(400), quick_options(), {{"table", {{"drop", Json::array()}}}});
  REQUIRE(one.at("state") == "done");
  REQUIRE(two.at("state") == "done");
  CHECK(one.at("result").at("model") != two.at("result").at("model"));
  CHECK(one.at("result").at("sha256") == two.at("result").at("sha256"));
}

TEST_CASE("a name that is taken gets the next number, for sidecar and model alike") {
  if (!has_engine()) return;
  const WithAlice server;
  const auto models = server.root() / "model_database/alice";
  const std::time_t now = std::time(nullptr);
  // The seconds in which the fit may end.
  for (int second = 0; second < 120; ++second) {
    const std::string taken = files::model_name("people", now + second, 1);
    const std::string name = second % 2 == 0 ? taken : files::sidecar_name(taken);
    files::write_file(models / name, "mine", files::AtomicFile::IfExists::refuse);
  }
  const Json fitted = server.fit(table(400), quick_options());
  const std::string model = fitted.at("result").at("model");
  CHECK_THAT(model, Catch::EndsWith("-2_model.gz"));
  CHECK(fitted.at("result").at("sidecar") == files::sidecar_name(model));
  CHECK(std::filesystem::exists(models / files::sidecar_name(model)));
  CHECK(files_under(models).size() == 122);
}

// The worker's are written behind the job's state.
std::string last_words(const std::filesystem::path& log) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  std::string words = files::read_file(log);
  while (words.empty() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    words = files::read_file(log);
  }
  return words;
}

TEST_CASE("a table that cannot be used fails the job with the reason, and leaves nothing but the story") {
  const WithAlice server;
  const std::vector<std::pair<std::string, std::string>> bad{{"a,b\n1,2\n1\n", "line 3"},
                                                             {"a,a\n1,2\n", "'a'"},
                                                             {table(3), "3 rows"},
                                                             {"a;b\n1,5;2\n", "';'"},
                                                             {"\x1f\x8b garbage", "gzip"}};
  int request = 0;
  for (const auto& [content, named] : bad) {
    const Json ended = server.fit(content, quick_options(), {{"drop", Json::array()}, {"number", ++request}});
    INFO(ended);
    CHECK(ended.at("state") == "failed");
    CHECK(ended.at("error").at("kind") == "bad_data");
    CHECK_THAT(ended.at("error").dump(), Catch::Contains(named) && !Catch::Contains("/jobs/"));
    CHECK(files_under(server.job_folder(ended.at("job"))) == k_story);
    CHECK_THAT(last_words(server.job_folder(ended.at("job")) / "log"), Catch::StartsWith("ctgan-server: "));
  }
  CHECK(std::filesystem::is_empty(server.root() / "model_database/alice"));
}

TEST_CASE(
    "a table is read in the dialect that came with the job; a delimiter that the server found is an event") {
  if (!has_engine()) return;
  const WithAlice server;
  std::string semicolons = table(400);
  std::replace(semicolons.begin(), semicolons.end(), ',', ';');
  const auto events = [&](const Json& ended) {
    INFO(ended);
    REQUIRE(ended.at("state") == "done");
    return files::read_file(server.job_folder(ended.at("job")) / "events.jsonl");
  };
  const Json found = server.fit(semicolons, quick_options(), {{"number", 1}});
  CHECK_THAT(events(found), Catch::Contains(R"("delimiter":";")"));
  const Json told = server.fit(semicolons, quick_options(),
                               {{"number", 2}, {"table", {{"dialect", {{"delimiter", ";"}}}}}});
  CHECK_THAT(events(told), !Catch::Contains("delimiter"));
}

TEST_CASE("an unknown column to drop or to count as discrete fails with the nearest name") {
  const WithAlice server;
  const Json drop = server.fit(table(400), quick_options(), {{"table", {{"drop", {"incme"}}}}});
  CHECK(drop.at("error").at("kind") == "usage");
  CHECK_THAT(drop.at("error").dump(), Catch::Contains("'incme'") && Catch::Contains("'income'"));
  const Json discrete = server.fit(table(400), quick_options(),
                                   {{"table", {{"columns", {{"agee", {{"sdtype", "categorical"}}}}}}}});
  CHECK_THAT(discrete.at("error").dump(), Catch::Contains("'agee'") && Catch::Contains("'age'"));
}

TEST_CASE("a job is worked on once") {
  const WithAlice server;
  const std::string job = server.prepare(fit_request(), "a,a\n1,2\n");
  CHECK(server.run({"work", job}).code == 65);
  const Outcome again = server.run({"work", job});
  INFO(again);
  CHECK(again.code == 73);
  CHECK_THAT(again.err, Catch::Contains("claimed already"));
  CHECK(server.status(job).at("state") == "failed");
}

TEST_CASE("of many workers started for one job, one works") {
  const WithAlice server;
  const std::string job = server.prepare(fit_request(), "a,a\n1,2\n");
  std::vector<std::unique_ptr<process::ChildProcess>> workers;
  for (int i = 0; i < 6; ++i)
    workers.push_back(std::make_unique<process::ChildProcess>(server.argv({"work", job})));
  int worked = 0;
  for (const auto& worker : workers) worked += worker->wait().code == 65 ? 1 : 0;
  CHECK(worked == 1);
  const std::string events = files::read_file(server.job_folder(job) / "events.jsonl");
  // It runs, it reads, and it says why it failed.
  CHECK(std::count(events.begin(), events.end(), '\n') == 3);
}

TEST_CASE("a worker never opens the database") {
  const WithAlice server;
  const std::string job = server.prepare(fit_request(), "a,a\n1,2\n");
  std::filesystem::rename(server.root() / "ctgan.sqlite", server.root() / "away");
  CHECK(server.run({"work", job}).code == 65);
  CHECK_FALSE(std::filesystem::exists(server.root() / "ctgan.sqlite"));
}

TEST_CASE("a job that does not exist, or is no id, is exit 66") {
  const WithAlice server;
  for (const std::string& job :
       {std::string(32, '0'), std::string("../jobs"), std::string("x"), std::string()}) {
    CHECK(server.run({"work", job}).code == 66);
  }
}

TEST_CASE(
    "a sample of a model that is gone, damaged or somebody else's fails with the reason and leaves no rows") {
  const WithAlice server;
  const std::string model = "x_20261121t074500_model.gz";
  const auto sample = [&](const std::string& name) {
    const std::string job =
        server.prepare({{"kind", "sample"}, {"user", "alice"}, {"model", name}, {"rows", 5}, {"seed", 1}});
    server.run({"work", job});
    Json status = server.status(job);
    std::filesystem::remove_all(server.job_folder(job));
    return status;
  };
  CHECK(sample(model).at("error").at("sentence") == "there is no model '" + model + "'");
  CHECK(sample("../bob/" + model).at("error").at("kind") == "no_input");
  files::write_file(server.root() / "model_database/alice" / model, "no gzip",
                    files::AtomicFile::IfExists::refuse);
  CHECK(sample(model).at("error").at("kind") == "bad_data");
  CHECK(std::filesystem::is_empty(server.root() / "synthetic_csv_database/alice"));
}

TEST_CASE("a full disk fails the job with the reason, and what was written of the product goes",
          "[fault:12]") {
  if (!has_engine()) return;
  const WithAlice server;
  const Json fitted = server.fit(table(400), quick_options());
  const std::string model = fitted.at("result").at("model");
  const std::string job = server.prepare(
      {{"kind", "sample"}, {"user", "alice"}, {"model", model}, {"rows", 500'000}, {"seed", 1}});
  const std::string request = files::read_file(server.job_folder(job) / "request.json");
  if (mount("tmpfs", server.job_folder(job).c_str(), "tmpfs", 0, "size=256k,mode=0700") != 0) {
    WARN("skipped: needs the right to mount a small tmpfs");
    return;
  }
  files::write_file(server.job_folder(job) / "request.json", request, files::AtomicFile::IfExists::refuse);
  const Outcome outcome = server.run({"work", job});
  INFO(outcome);
  CHECK(outcome.code == 74);
  CHECK(server.status(job).at("state") == "failed");
  CHECK_THAT(server.status(job).at("error").at("sentence").get<std::string>(),
             Catch::Contains("no space left"));
  CHECK(files_under(server.job_folder(job)) ==
        std::vector<std::string>{"attempt-1", "events.jsonl", "lock", "request.json", "status.json"});
  CHECK(umount2(server.job_folder(job).c_str(), MNT_DETACH) == 0);
  CHECK(std::filesystem::is_empty(server.root() / "synthetic_csv_database/alice"));
}

TEST_CASE("a fit judges its model by rows that it set aside, and keeps no row of them") {
  if (!has_engine()) return;
  const WithAlice server;
  const std::string original = table(400);
  const Json result = server.fit(original, quick_options()).at("result");
  const auto reports = server.root() / "report_database/alice";
  const std::string page = files::read_file(reports / result.at("report").get<std::string>());
  CHECK(files::sha256_of(page) == result.at("report_sha256"));
  CHECK_THAT(page, Catch::StartsWith("<!DOCTYPE html>") && Catch::Contains("people.csv"));
  const Json evaluation = Json::parse(files::read_file(reports / result.at("evaluation").get<std::string>()));
  CHECK(evaluation.at("rows").at("held_out") == 40);
  CHECK(evaluation.at("rows").at("original") == 360);
  CHECK(evaluation.at("judgements").at("summary").at("verdict") == result.at("verdict").at("summary"));
  CHECK_FALSE(server.fit(original, quick_options(), {{"report", false}}).at("result").contains("report"));
  const Json none = server.fit(original, quick_options(), {{"held_out", 0}}).at("result");
  CHECK(Json::parse(files::read_file(reports / none.at("evaluation").get<std::string>()))
            .at("rows")
            .at("held_out") == 0);
}

TEST_CASE("the gate lets no row of a model out whose report speaks against it, or was never made") {
  if (!has_engine()) return;
  const WithAlice server;
  const auto sample = [&](const Json& fitted, bool gate) {
    auto connection = server.connect("alice");
    const Json submitted = connection.ask(
        "sample.submit", {{"request_id", files::sha256_of(fitted.dump()).substr(gate ? 0 : 32, 32)},
                          {"model", fitted.at("result").at("model")},
                          {"rows", 50},
                          {"gate", gate}});
    return connection.ask("job.follow", {{"job", submitted.at("job")}});
  };
  const Json unjudged = server.fit(table(400), quick_options(), {{"report", false}});
  CHECK(sample(unjudged, false).at("state") == "done");
  const Json refused = sample(unjudged, true);
  CHECK(refused.at("state") == "failed");
  CHECK(refused.at("error").at("kind") == "withheld");
  CHECK_THAT(refused.at("error").at("sentence").get<std::string>(),
             Catch::Contains("should not be handed out") && Catch::Contains("was not judged"));
  CHECK_THAT(refused.at("error").at("hint").get<std::string>(), Catch::Contains("--no-report"));
  CHECK(std::distance(std::filesystem::directory_iterator(server.root() / "synthetic_csv_database/alice"),
                      {}) == 1);
}

TEST_CASE("inspect lists what the leaves of trees hold") {
  const WithAlice server;
  const Json fitted = server.fit(table(400), Json::object(), {{"report", false}, {"method", "trees"}});
  const auto model =
      server.root() / "model_database/alice" / fitted.at("result").at("model").get<std::string>();
  const Json leaves = Json::parse(server.run({"inspect", model.string(), "--json"}).out).at("leaves");
  std::map<std::string, Json> of;
  for (const Json& variable : leaves) of[variable.at("column").get<std::string>()] = variable;
  std::size_t rows = 0, cities = 0;
  for (const Json& state : of.at("age").at("states")) {
    CHECK(state.contains("value") != state.contains("from"));
    CHECK(state.at("rows") >= 5);
    rows += state.at("rows").get<std::size_t>();
  }
  CHECK(rows == 400);
  CHECK(of.at("age").at("rows_a_leaf").at("least") >= 20);
  for (const Json& state : of.at("city").at("states"))
    if (state.at("value") == "' Bonn'") cities = state.at("rows");
  CHECK(cities == 266);
  const Outcome shown = server.run({"inspect", model.string()});
  CHECK(shown.code == 0);
  CHECK_THAT(shown.out, Catch::Contains("'city' (category)") && Catch::Contains("leaves "));
}

TEST_CASE("inspect shows every value of the data that a model holds") {
  if (!has_engine()) return;
  const WithAlice server;
  const Json fitted = server.fit(table(400), quick_options(), {{"report", false}});
  const auto model =
      server.root() / "model_database/alice" / fitted.at("result").at("model").get<std::string>();
  const Outcome shown = server.run({"inspect", model.string()});
  INFO(shown);
  CHECK(shown.code == 0);
  CHECK_THAT(shown.out, Catch::Contains("[\" Athens\",\" Bonn\"]") && Catch::Contains("[134,266]"));
  CHECK_THAT(shown.out, Catch::Contains("sidecar_sha256: \"" +
                                        fitted.at("result").at("sidecar_sha256").get<std::string>()));
  const Json content = Json::parse(server.run({"inspect", model.string(), "--json"}).out);
  CHECK(content.at("entries").at("model") == "ctgan");
  CHECK(server.run({"inspect", (server.root() / "none").string()}).code == 66);
  CHECK(server.run({"inspect", (server.root() / "settings.json").string()}).code == 65);
}

}  // namespace ctgan::server::commands
