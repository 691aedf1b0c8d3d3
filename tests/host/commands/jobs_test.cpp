// `manage jobs`, and every word that a job has to say while it is followed, against a server that says what the test
// wrote down.
#include "tests/host/commands/scripted_server.h"

using namespace ctgan::tests;

namespace {

const std::string k_first = "0a" + std::string(30, '1');
const std::string k_second = "0a" + std::string(30, '2');

Json job(const std::string& id, const std::string& kind, const std::string& state) {
  return {{"job", id}, {"kind", kind}, {"state", state}, {"created", "2026-01-02 03:04:05"}};
}

// What a fit says that tells these events before it is done.
std::string told(const std::vector<Json>& events, const std::vector<std::string>& more = {}) {
  const ScriptedServer laptop({{events,
                                {{"job", k_first},
                                 {"state", "done"},
                                 {"result", {{"model", "a_model.gz"}, {"sidecar", "a_model.json"}}}}}});
  std::vector<std::string> argv{"fit", "--attach", k_first, "--batch"};
  argv.insert(argv.end(), more.begin(), more.end());
  const Outcome outcome = laptop.run(argv);
  INFO(outcome);
  CHECK(outcome.code == 0);
  return outcome.err + outcome.out;
}

}  // namespace

TEST_CASE("jobs are a table of what they are of and what came of them, and JSON as the server told them") {
  Json fit = job(k_first, "fit", "done");
  fit["table"] = "people.csv";
  fit["result"] = {{"model", "people_model.gz"}};
  Json sample = job(k_second, "sample", "failed");
  sample["model"] = "people_model.gz";
  sample["rows"] = 70;
  sample["error"] = {{"kind", "io"}, {"sentence", "the disk \x1b[2J is full"}};
  Json evaluation = job(std::string(32, 'b'), "evaluate", "done");
  evaluation["result"] = {{"verdict", {{"summary", "doubtful"}}}};
  const ScriptedServer laptop({items({fit, sample, evaluation})});
  const Outcome list = laptop.run({"manage", "jobs", "list"});
  INFO(list);
  REQUIRE(list.code == 0);
  CHECK_THAT(list.out, Catch::Contains(k_first.substr(0, 12) + "  fit") && !Catch::Contains(k_first));
  CHECK_THAT(list.out, Catch::Contains("people.csv  ") && Catch::Contains("people_model.gz, 70 rows"));
  CHECK_THAT(list.out, Catch::Contains("the disk \\x1b[2J is full") && Catch::Contains("doubtful"));
  const Outcome json = laptop.run({"manage", "jobs", "list", "--json"});
  CHECK(Json::parse(last_line(json.out)).at("items") == Json{fit, sample, evaluation});
  CHECK(laptop.asked().at(0) == Json{{"command", "job.list"}});
}

TEST_CASE("no job yet is said, not an empty table; of all users each has his name beside his jobs") {
  CHECK(ScriptedServer({items(Json::array())}).run({"manage", "jobs", "list"}).out == "no job yet\n");
  Json other = job(k_first, "fit", "running");
  other["user"] = "alice";
  const ScriptedServer laptop({items({other})});
  const Outcome list = laptop.run({"manage", "jobs", "list", "--all-users"});
  CHECK_THAT(list.out, Catch::Contains("user") && Catch::Contains("alice"));
  CHECK(laptop.asked().at(0) == Json{{"command", "job.list"}, {"all_users", true}});
}

TEST_CASE("a list of several pages is read to its end") {
  const ScriptedServer laptop({answered({{"items", {job(k_first, "fit", "done")}}, {"next", "0a"}}),
                               items({job(k_second, "fit", "lost")})});
  const Outcome list = laptop.run({"manage", "jobs", "list", "--json"});
  CHECK(Json::parse(last_line(list.out)).at("items").size() == 2);
  CHECK(laptop.asked().at(1) == Json{{"command", "job.list"}, {"before", "0a"}});
}

TEST_CASE("a job is meant by its id, by the beginning of it where no other begins so, or as the latest") {
  const Json both = {job(k_first, "fit", "done"), job(k_second, "sample", "done")};
  const auto shown = [&](const std::string& word, Json list) {
    const ScriptedServer laptop({items(std::move(list)), answered(job(k_first, "fit", "done"))});
    const Outcome outcome = laptop.run({"manage", "jobs", "show", word});
    INFO(outcome);
    CHECK(outcome.code == 0);
    return laptop.asked().back().at("job").get<std::string>();
  };
  CHECK(shown("latest", both) == k_first);
  CHECK(shown("0a2", both) == k_second);
  // An id is asked for as it is: the list is not read.
  const ScriptedServer direct({answered(job(k_second, "fit", "done"))});
  CHECK(direct.run({"manage", "jobs", "show", k_second}).code == 0);
  CHECK(direct.asked() == std::vector<Json>{{{"command", "job.show"}, {"job", k_second}}});
  check_refused(ScriptedServer({items(both)}).run({"manage", "jobs", "show", "0a"}), 64,
                "more than one job begins with '0a'\n  hint: give more of its digits");
  check_refused(ScriptedServer({items(both)}).run({"manage", "jobs", "show", "0b"}), 66,
                "there is no job '0b'");
  check_refused(ScriptedServer({items(Json::array())}).run({"manage", "jobs", "show", "latest"}), 66,
                "there is no job 'latest'\n  hint: 'manage jobs list' shows them");
}

TEST_CASE("a word that no id can begin with is refused without a question") {
  const ScriptedServer laptop({items(Json::array())});
  for (const char* word : {"people", "0A", "../x", "0g"})
    check_refused(laptop.run({"manage", "jobs", "cancel", word}), 66, "there is no job");
  CHECK(laptop.asked().empty());
}

TEST_CASE("only a fit is attached to, though a sample is newer") {
  const ScriptedServer laptop(
      {items({job(k_first, "sample", "done"), job(k_second, "fit", "done")}),
       answered({{"job", k_second},
                 {"state", "done"},
                 {"result", {{"model", "m_model.gz"}, {"sidecar", "m_model.json"}}}})});
  const Outcome outcome = laptop.run({"fit", "--attach", "latest", "--batch"});
  INFO(outcome);
  CHECK(outcome.out == "m_model.gz\n");
  CHECK(laptop.asked().back() == Json{{"command", "job.follow"}, {"job", k_second}, {"after", 0}});
}

TEST_CASE(
    "a job is shown with what was asked for, how it is run and what it waits for, and nothing that is not "
    "there") {
  Json full = job(k_first, "fit", "queued");
  full["table"] = "people.csv";
  full["method"] = "ctgan";
  full["waiting"] = "for a node";
  full["request"] = {{"options", {{"epochs", 3}}}, {"retry_of", k_second}};
  full["start"] = {{"runner", "slurm"}, {"command", {"sbatch", "--wrap", "a b", "", "x'y", 7}}};
  const Outcome shown = ScriptedServer({answered(full)}).run({"manage", "jobs", "show", k_first});
  INFO(shown);
  CHECK(shown.out == "job        " + k_first +
                         "\nkind       fit\nstate      queued\nof         people.csv\nmethod     ctgan\n"
                         "submitted  2026-01-02 03:04:05\noptions    {\"epochs\":3}\nwaiting    for a node\n"
                         "runner     slurm\ncommand    sbatch --wrap 'a b' '' 'x'y'\nretry of   " +
                         k_second + "\n");
  const Outcome bare =
      ScriptedServer({answered(job(k_first, "sample", "done"))}).run({"manage", "jobs", "show", k_first});
  CHECK(bare.out ==
        "job        " + k_first + "\nkind       sample\nstate      done\nsubmitted  2026-01-02 03:04:05\n");
}

TEST_CASE("several jobs are cancelled, one that had ended stays as it was, and a wrong word ends none") {
  const ScriptedServer laptop({answered({{"job", k_first}, {"state", "cancelled"}}),
                               answered({{"job", k_second}, {"state", "done"}})});
  const Outcome outcome = laptop.run({"manage", "jobs", "cancel", k_first, k_second, "--json"});
  INFO(outcome);
  CHECK(outcome.code == 0);
  CHECK(Json::parse(last_line(outcome.out)).at("jobs") ==
        Json{{{"job", k_first}, {"state", "cancelled"}}, {{"job", k_second}, {"state", "done"}}});
  const ScriptedServer other({answered({{"job", k_first}, {"state", "cancelled"}})});
  check_refused(other.run({"manage", "jobs", "cancel", k_first, "nothing"}), 66, "'nothing'");
  CHECK(other.asked().empty());
}

TEST_CASE("a sample that is followed ends with the name of its rows, a fit with that of its model") {
  const auto followed = [](Json result) {
    const ScriptedServer laptop(
        {answered({{"job", k_first}, {"state", "done"}, {"result", std::move(result)}})});
    return laptop.run({"manage", "jobs", "follow", k_first});
  };
  CHECK(followed({{"data", "d.csv.gz"}, {"rows", 5}}).out == "d.csv.gz\n");
  CHECK(followed({{"model", "m_model.gz"}}).out == "m_model.gz\n");
}

TEST_CASE("what a job waits for is said, and how many are before it") {
  CHECK_THAT(told({{{"event", "queued"}, {"ahead", 0}}}),
             Catch::Contains("The job waits for another to end\n"));
  CHECK_THAT(told({{{"event", "queued"}, {"ahead", 1}}}), Catch::Contains("The job waits; 1 is before it\n"));
  CHECK_THAT(told({{{"event", "queued"}, {"ahead", 7}}}),
             Catch::Contains("The job waits; 7 are before it\n"));
  CHECK_THAT(told({{{"event", "waiting"}, {"text", "for \x1b[2J a node"}}}),
             Catch::Contains("The job waits: for \\x1b[2J a node\n"));
}

TEST_CASE("what the server understood of a table that nobody here read is said, each thing in a line") {
  const std::string said = told({{{"event", "delimiter"}, {"delimiter", "\t"}},
                                 {{"event", "table"},
                                  {"rows", 90},
                                  {"columns", {{"numerical", {"age"}}, {"categorical", {"c\x1bx", 7}}}},
                                  {"more", {{"categorical", 12}}}},
                                 {{"event", "rule"}, {"text", "'a <= b' holds"}},
                                 {{"event", "odd_cells"}, {"text", "3 cells are words"}},
                                 {{"event", "remark"}, {"text", "lines end as on Windows"}}});
  CHECK_THAT(said, Catch::Contains("Cells are separated by tabs, as every line at the beginning shows\n"));
  CHECK_THAT(
      said,
      Catch::Contains("Table of 90 rows, 15 columns; numerical: age; categorical: c\\x1bx, ? and 12 more\n"));
  CHECK_THAT(said, Catch::Contains("Rule 'a <= b' holds\n"));
  CHECK_THAT(said, Catch::Contains("Note: 3 cells are words\n"));
  CHECK_THAT(said, Catch::Contains("lines end as on Windows\n"));
  CHECK_THAT(told({{{"event", "delimiter"}, {"delimiter", ";"}}}), Catch::Contains("separated by ';'"));
}

TEST_CASE("checkpoints, choices and warnings are said as they come, unknown events are passed over") {
  const std::string said = told({{{"event", "checkpoint"}, {"text", "Kept after epoch 3"}},
                                 {{"event", "resumed"}, {"text", "Goes on behind epoch 3"}},
                                 {{"event", "choice"}, {"text", "trees did best"}},
                                 {{"event", "warning"}, {"text", "little \x07 room"}},
                                 {{"event", "of tomorrow"}, {"x", 1}}});
  for (const char* line : {"Kept after epoch 3\n", "Goes on behind epoch 3\n", "trees did best\n",
                           "Warning: little \\x07 room\n"}) {
    CAPTURE(line);
    CHECK_THAT(said, Catch::Contains(line));
  }
  CHECK_THAT(said, !Catch::Contains("tomorrow"));
}

TEST_CASE(
    "stages and sections are told when they begin, not at each of their steps; a log has those that last") {
  const auto step = [](const char* stage, int done) {
    return Json{{"event", "progress"}, {"stage", stage}, {"unit", "trees"}, {"done", done}, {"total", 90}};
  };
  const std::vector<Json> events{step("growing", 0),
                                 step("growing", 1),
                                 step("pruning", 0),
                                 step("", 1),
                                 {{"event", "section"}, {"section", "privacy"}}};
  CHECK_THAT(told(events), !Catch::Contains("rowing") && !Catch::Contains("Judging"));
  const std::string json = told(events, {"--json"});
  for (const char* line : {R"("done":0,"message_type":"progress","stage":"growing")",
                           R"("done":0,"message_type":"progress","stage":"pruning")",
                           R"("message_type":"section","section":"privacy")"})
    CHECK_THAT(json, Catch::Contains(line));
  CHECK_THAT(json, !Catch::Contains("\"done\":1"));
}

TEST_CASE("the time that is left goes by the last epochs; the first one's start-up is forgotten") {
  const auto epoch = [](int number, double seconds) {
    return Json{
        {"event", "epoch"}, {"epoch", number}, {"epochs", 5}, {"seconds", seconds}, {"generator_loss", 1.5}};
  };
  const std::string said = told({epoch(1, 100), epoch(2, 10), epoch(3, 20), epoch(5, 20)});
  CHECK_THAT(said, Catch::Contains("Epoch 1/5, 6 min 40 s left, Loss G: 1.5000\n"));
  CHECK_THAT(said, Catch::Contains("Epoch 2/5, 30 s left, Loss G: 1.5000\n"));
  CHECK_THAT(said, Catch::Contains("Epoch 3/5, 26 s left, Loss G: 1.5000\n"));
  CHECK_THAT(said, Catch::Contains("Epoch 5/5, Loss G: 1.5000\n"));
}

TEST_CASE("an event that lacks what it must have is another protocol, exit 76") {
  for (const Json& event : {Json{{"event", "epoch"}, {"epoch", 1}, {"epochs", 2}},
                            Json{{"event", "epoch"}, {"epoch", -1}, {"epochs", 2}, {"seconds", 1}},
                            Json{{"event", "table"}, {"rows", 1}, {"columns", "all"}},
                            Json{{"event", "queued"}}, Json{{"event", 7}}, Json{{"event", "warning"}},
                            Json{{"event", "checkpoint"}}, Json{{"event", "rows"}, {"rows", 1}}}) {
    CAPTURE(event.dump());
    const ScriptedServer laptop({Reply{{event}, {{"job", k_first}, {"state", "done"}}}});
    const Outcome outcome = laptop.run({"fit", "--attach", k_first, "--batch"});
    CHECK(outcome.code == 76);
  }
}

TEST_CASE(
    "rows that a gate withheld are exit 83 with the reason and the next step, and no failure of the job") {
  const ScriptedServer laptop({answered(
      {{"job", k_first},
       {"state", "failed"},
       {"error",
        {{"kind", "withheld"}, {"sentence", "rows should not be handed out"}, {"hint", "fit again"}}}})});
  check_refused(laptop.run({"manage", "jobs", "follow", k_first}), 83,
                "manage: rows should not be handed out\n  hint: fit again");
}

TEST_CASE("a lost job says how to submit it again, and a failed one why even where the server does not") {
  const auto followed = [](Json answer) {
    answer["job"] = k_first;
    return ScriptedServer({answered(std::move(answer))}).run({"manage", "jobs", "follow", k_first});
  };
  check_refused(followed({{"state", "lost"}}), 82,
                "was lost: its worker died without a word\n  hint: 'manage jobs retry " + k_first +
                    "' submits it again");
  check_refused(
      followed({{"state", "lost"}, {"error", {{"kind", "job_lost"}, {"sentence", "the node went away"}}}}),
      82, "was lost: the node went away");
  check_refused(followed({{"state", "failed"}}), 80, "failed: the server does not say why");
}

TEST_CASE("a retry that is on its way already is followed, not submitted once more") {
  const ScriptedServer laptop({answered(job(k_first, "sample", "lost")), answered({{"job", k_second}}),
                               answered(job(k_second, "sample", "running"))});
  const Outcome outcome = laptop.run({"manage", "jobs", "retry", k_first, "--detach"});
  INFO(outcome);
  CHECK(outcome.out == k_second + "\n");
  CHECK_THAT(outcome.err, Catch::Contains("Job " + k_second + " does what " + k_first + " was asked for"));
  for (const Json& request : laptop.asked()) CHECK(request.at("command") != "job.retry");
}

TEST_CASE(
    "a retry that ended without a result too is itself repeated; the words of a refusal are the server's") {
  const ScriptedServer laptop({answered(job(k_first, "sample", "lost")), answered({{"job", k_second}}),
                               answered(job(k_second, "sample", "cancelled")), answered(Json::object()),
                               answered({{"job", std::string(32, 'c')}})});
  const Outcome outcome = laptop.run({"manage", "jobs", "retry", k_first, "--detach"});
  INFO(outcome);
  CHECK(outcome.out == std::string(32, 'c') + "\n");
  const std::vector<Json> asked = laptop.asked();
  CHECK(asked.back().at("command") == "job.retry");
  CHECK(asked.back().at("job") == k_second);
  // The same command run again finds it: its id follows from the job.
  CHECK(asked.back().at("request_id") == asked.at(3).at("request_id"));
  CHECK(asked.at(1).at("request_id") != asked.at(3).at("request_id"));
  const ScriptedServer refusing(
      {answered(job(k_first, "fit", "running")), answered(Json::object()),
       answered({{"kind", "usage"}, {"sentence", "the job still runs"}, {"hint", "wait"}})});
  check_refused(refusing.run({"manage", "jobs", "retry", k_first}), 64, "the job still runs\n  hint: wait");
}

TEST_CASE("a fit needs its table again: one that this machine never sent, or another one, is refused") {
  Json lost = job(k_first, "fit", "lost");
  lost["table"] = "people.csv";
  lost["request"] = {{"table_sha256", std::string(64, '0')}};
  const std::vector<Reply> replies{answered(lost), answered(Json::object())};
  check_refused(
      ScriptedServer(replies).run({"manage", "jobs", "retry", k_first}), 66,
      "needs its table again, and nobody here knows where it is\n  hint: name it with '--file FILE'");
  const ScriptedServer laptop(replies);
  const std::string table = laptop.write_table("people.csv", small_table(10));
  check_refused(laptop.run({"manage", "jobs", "retry", k_first, "--file", table}), 65,
                "is not the table that the job");
  check_refused(ScriptedServer({}, {{"commands", {"job.show"}}}).run({"manage", "jobs", "retry", k_first}),
                69, "this server cannot repeat a job");
}
