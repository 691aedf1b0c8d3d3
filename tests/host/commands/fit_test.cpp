// `fit` and `manage evaluate` against a server that says what the test wrote down: what is refused before anything is
// sent, what the server is asked, and what is made of its answers.
#include "common/files/file.h"
#include "common/options/methods.h"
#include "host/commands/fit_plan.h"
#include "host/commands/sent_tables.h"
#include "tests/host/commands/scripted_server.h"
#include "tests/raises.h"

using namespace ctgan;
using namespace ctgan::tests;
using namespace ctgan::host::commands;

namespace {

const std::string k_job = "0f" + std::string(30, '0');

options::Values ctgan_with(const Json& given) {
  return options::check(options::find_method("ctgan"), given);
}

Reply cost(const Json& more = Json::object()) {
  Json answer{{"seconds", 3}, {"memory_bytes", 40'000'000}};
  answer.update(more);
  return answered(answer);
}

TableFacts facts_of(const TemporaryFolder& folder, const std::string& csv, Purpose purpose = Purpose::plan,
                    const table_formats::FileRequest& request = {}) {
  std::ofstream(folder / "t.csv") << csv;
  return read_facts(folder / "t.csv", "t.csv", request, 1, purpose);
}

std::vector<std::string> with(std::vector<std::string> argv, const std::vector<std::string>& more) {
  argv.insert(argv.end(), more.begin(), more.end());
  return argv;
}

}  // namespace

TEST_CASE("flags that contradict each other are refused before the table is looked at") {
  const ScriptedServer laptop;
  check_refused(
      laptop.run({"fit", "none.csv", "--keep-last", "3", "--detach"}), 64,
      "'--keep-last' and '--detach' exclude each other\n  hint: give '--keep-last' to the 'fit --attach'");
  check_refused(laptop.run({"fit", "--attach", k_job, "--if-changed"}), 64,
                "'--attach' follows a job, and reads no table");
  check_refused(laptop.run({"fit", "--attach", k_job, "--like", "latest:a"}), 64, "'--attach' follows a job");
  check_refused(laptop.run({"fit", "none.csv", "--attach", k_job}), 64, "takes no FILE");
  for (const char* flag : {"--if-changed", "--plan"})
    check_refused(laptop.run({"fit", "inbox:a.csv", flag}), 64,
                  fmt::format("'{}' reads a FILE of this machine", flag));
  check_refused(laptop.run({"fit", "inbox:a.csv", "--like", "latest:a"}), 64,
                "'--like' reads a FILE of this machine");
  check_refused(laptop.run({"fit", "none.csv", "--keep-last", "0"}), 64,
                "'--keep-last' takes a number from 1 on");
  check_refused(laptop.run({"fit", "none.csv", "--held-out", "0.51"}), 64,
                "'--held-out' takes a share from 0 to 0.5, not '0.51'");
  check_refused(laptop.run({"fit", "none.csv", "--checkpoint", "2000"}), 64,
                "'--checkpoint' takes minutes from 0 to 1440");
  check_refused(laptop.run({"fit", "none.csv", "--min-category-count", "few"}), 64,
                "'--min-category-count' takes a whole number");
  check_refused(laptop.run({"fit", "--batch"}), 64, "name the file: 'fit FILE'");
  CHECK(laptop.asked().empty());
}

TEST_CASE("a wrong option is refused by its flag, with what it takes, before the table is looked at") {
  const ScriptedServer laptop;
  for (const auto& [flag, text] : {std::pair{"--epochs", "0"},
                                   {"--epochs", "many"},
                                   {"--batch-size", "-1"},
                                   {"--generator-dim", "a,b"},
                                   {"--seed", "-3"},
                                   {"--log-frequency", "perhaps"}}) {
    CAPTURE(flag, text);
    const Outcome outcome = laptop.run({"fit", "none.csv", flag, text, "--batch"});
    CHECK(outcome.code == 64);
    CHECK_THAT(outcome.err, Catch::Contains(flag));
    CHECK_THAT(outcome.err, !Catch::Contains("none.csv"));
  }
  CHECK(laptop.asked().empty());
}

TEST_CASE("a table that cannot be fitted is refused before the server is asked, each with its reason") {
  const ScriptedServer laptop;
  const auto refused = [&](const std::string& csv, const std::vector<std::string>& more, int code,
                           const std::string& words) {
    check_refused(laptop.run(with({"fit", laptop.write_table("t.csv", csv), "--batch"}, more)), code, words);
  };
  refused("", {}, 65, "t.csv");
  refused("a,b\n1,2\n3\n", {}, 65, "line 3");
  refused("a,a\n1,2\n3,4\n", {}, 65, "'a'");
  refused(small_table(50), {"--drop", "agee"}, 64, "did you mean 'age'?");
  refused(small_table(50), {"--discrete", "cty"}, 64, "did you mean 'city'?");
  refused(small_table(50), {"--keys", "city,agee"}, 64, "did you mean 'age'?");
  refused(small_table(50), {"--rule", "age <= nothing"}, 64, "names no column 'nothing'");
  refused(small_table(50), {"--rule", "income <= age"}, 65, "income <= age");
  refused(small_table(50), {"--keep-combinations", "city,contry"}, 64, "names no column 'contry'");
  CHECK(laptop.asked().empty());
}

TEST_CASE("standard input needs a name, and is read whole before the server is asked") {
  const ScriptedServer laptop;
  check_refused(laptop.run({"fit", "-"}, small_table(30)), 64,
                "a table from standard input has no name\n  hint: give the model's name with '--name'");
  check_refused(laptop.run({"fit", "-", "--name", "people"}, "a,b\n1\n"), 65, "standard input");
  CHECK(laptop.asked().empty());
}

TEST_CASE("a plan asks for the cost by the widths of the columns alone, and writes what the columns are") {
  const ScriptedServer laptop({cost()});
  const std::string table = laptop.write_table("p.csv", small_table(60));
  const Outcome outcome = laptop.run({"fit", table, "--plan", "--method", "trees", "--batch"});
  INFO(outcome);
  REQUIRE(outcome.code == 0);
  const Json request = laptop.asked().at(0);
  CHECK(request.at("command") == "fit.plan");
  CHECK(request.at("rows") == 60);
  CHECK(request.at("held_out") == 0.1);
  // Two numbers, three cities, two sexes.
  CHECK(request.at("categories") == Json{0, 0, 3, 2});
  CHECK(request.dump().find("Athens") == std::string::npos);
  CHECK(request.dump().find("income") == std::string::npos);
  CHECK_THAT(outcome.out, Catch::Contains("60 rows, about 3 s, 40 MB of memory\n"));
  CHECK_THAT(
      outcome.out,
      Catch::Contains(
          "p_metadata.json says what the columns are: edit it, then 'fit original_data/p.csv --method trees "
          "--metadata p_metadata.json'"));
  CHECK(Json::parse(files::read_file(laptop.work() / "p_metadata.json")).is_object());
}

TEST_CASE(
    "in a plan's cost missing numbers are a category each way they are written, and one for being there") {
  const ScriptedServer laptop({cost()});
  std::string csv = "n,t\n";
  for (int i = 0; i < 60; ++i)
    csv += fmt::format("{},{}\n", i % 6 == 0 ? "" : i % 7 == 0 ? "NA" : std::to_string(i), i % 2);
  const std::string table = laptop.write_table("p.csv", csv);
  CHECK(laptop.run({"fit", table, "--plan", "--method", "trees", "--discrete", "t", "--batch"}).code == 0);
  CHECK(laptop.asked().at(0).at("categories").at(0) == 0);
  CHECK(laptop.asked().at(0).at("categories").at(1) == 3);
}

TEST_CASE("a plan leaves a metadata file that somebody edited as it is, unless it is told to replace it") {
  const ScriptedServer laptop({cost()});
  const std::string table = laptop.write_table("p.csv", small_table(60));
  std::ofstream(laptop.work() / "p_metadata.json") << "{}";
  const std::vector<std::string> plan{"fit", table, "--plan", "--method", "trees", "--no-report", "--batch"};
  CHECK_THAT(laptop.run(plan).out, Catch::Contains("was there already and was left as it is"));
  CHECK(laptop.asked().at(0).at("held_out") == 0);
  CHECK(files::read_file(laptop.work() / "p_metadata.json") == "{}");
  CHECK(laptop.run(with(plan, {"--force"})).code == 0);
  CHECK(files::read_file(laptop.work() / "p_metadata.json").size() > 100);
}

TEST_CASE("the cost is told in what the method has: epochs and steps, or time and memory alone") {
  const options::Values ten = ctgan_with({{"epochs", 10}, {"seed", 1}});
  CHECK(cost_text({{"seconds", 90}, {"memory_bytes", 123'456'789}}, ten) ==
        "about 1 min 30 s, 123 MB of memory");
  const Json full{{"seconds", 6},
                  {"memory_bytes", 2'000'000},
                  {"seconds_an_epoch", 0.6},
                  {"width", 170},
                  {"steps_an_epoch", 52}};
  CHECK(cost_text(full, ten) ==
        "at most 170 numbers wide, about 6 s for 10 epochs (0.6 s each, 52 steps), 2 MB of memory");
  Json one = full;
  one["steps_an_epoch"] = 1;
  CHECK_THAT(cost_text(one, ten), Catch::Contains("each, 1 step), 2 MB"));
  // A server of before says nothing of steps.
  one.erase("steps_an_epoch");
  CHECK_THAT(cost_text(one, ten), Catch::Contains("(0.6 s each), 2 MB"));
  one["remedies"] = {{{"sentence", "try \x1b more"}}, {{"sentence", "or less"}}};
  CHECK_THAT(cost_text(one, ten), Catch::EndsWith("\nWarning: try \\x1b more\nWarning: or less"));
}

TEST_CASE("a plan has a line for each column, with how it is read and what is learnt of it") {
  const TemporaryFolder folder;
  std::string csv = "n,price,day,city,gap,same,id\n";
  for (int i = 0; i < 120; ++i)
    csv += fmt::format("{},{}.{:02},2024-01-{:02},{},{},x,{}\n", i % 7, i, i % 100, i % 28 + 1,
                       i % 3 == 0 ? "Rome" : "Bern", i % 5 == 0 ? "" : "1.5", 5000 + i);
  const std::string text = plan_text(facts_of(folder, csv));
  INFO(text);
  CHECK_THAT(text, Catch::Contains("2 decimals") && Catch::Contains("as %Y-%m-%d"));
  CHECK_THAT(text, Catch::Contains("not learnt: made anew in the same shape"));
  CHECK_THAT(text, Catch::Contains("not learnt: the same in every row"));
  CHECK_THAT(text, Catch::Contains("empty"));
  std::size_t lines = 0;
  for (const char c : text) lines += c == '\n' ? 1 : 0;
  CHECK(lines == 7);
}

TEST_CASE(
    "categories beyond the most are learnt as one, those of few rows are left out, and the plan says how "
    "many") {
  const TemporaryFolder folder;
  std::string csv = "city,n\n";
  for (int i = 0; i < 400; ++i) csv += fmt::format("c{},{}\n", i < 390 ? i % 10 : i, i % 9);
  table_formats::FileRequest request;
  request.rules.min_category_count = 5;
  request.rules.max_categories = 5000;
  CHECK_THAT(plan_text(facts_of(folder, csv, Purpose::plan, request)),
             Catch::Contains("10 values that fewer than 5 rows share are left out"));
  request.rules.min_category_count = 1;
  request.rules.max_categories = 4;
  CHECK_THAT(plan_text(facts_of(folder, csv, Purpose::plan, request)),
             Catch::Contains("the rarest 17 are learnt as one"));
}

TEST_CASE(
    "rules that every row keeps are offered as flags, those that were given are not, a fit looks for none") {
  const TemporaryFolder folder;
  std::string csv = "price,quantity,total\n";
  for (int i = 1; i < 200; ++i)
    csv += fmt::format("{},{},{}\n", i % 17 + 1, i % 5 + 2, (i % 17 + 1) * (i % 5 + 2));
  const TableFacts found = facts_of(folder, csv);
  CHECK_THAT(offered_rules(found), Catch::Contains("\n  --rule 'total = price * quantity'"));
  CHECK(offered_json(found).dump().find("total = price * quantity") != std::string::npos);
  table_formats::FileRequest request;
  request.rules.row_rules = {"total = price * quantity"};
  const TableFacts given = facts_of(folder, csv, Purpose::plan, request);
  CHECK_THAT(offered_rules(given), !Catch::Contains("total = price"));
  CHECK(offered_json(facts_of(folder, csv, Purpose::fit)).empty());
  CHECK(offered_rules(facts_of(folder, csv, Purpose::fit)).empty());
}

TEST_CASE("the server's usual method is taken where nobody named one and the options suit it, and said") {
  const auto method_of = [](const std::vector<std::string>& more, const Json& greeting) {
    const ScriptedServer laptop({cost()}, greeting);
    const std::string table = laptop.write_table("p.csv", small_table(60));
    const Outcome outcome = laptop.run(with({"fit", table, "--plan", "--batch"}, more));
    return std::pair(laptop.asked().at(0).at("method").get<std::string>(), outcome.err);
  };
  const auto [trees, said] = method_of({}, {{"method", "trees"}});
  CHECK(trees == "trees");
  CHECK_THAT(said, Catch::Contains("The method is trees, as the server's settings say"));
  CHECK(method_of({"--method", "ctgan"}, {{"method", "trees"}}).first == "ctgan");
  // One that does not exist here, or has not the option that was given, is not meant.
  CHECK(method_of({}, {{"method", "of tomorrow"}}).first == "ctgan");
  CHECK(method_of({"--pac", "5"}, {{"method", "tvae"}}).first == "ctgan");
  CHECK(method_of({}, Json::object()).first == "ctgan");
}

TEST_CASE(
    "what a finished fit has to say of its report is said in the server's words, and how to see the page") {
  const Json verdict{{"summary", "doubtful"},
                     {"sentence", "usable with care"},
                     {"headline", "quality 0.8 doubtful"},
                     {"remedies", {{{"sentence", "try --epochs \x1b 500"}}}}};
  const auto attached = [](const Json& result) {
    const ScriptedServer laptop({answered({{"job", k_job}, {"state", "done"}, {"result", result}})});
    return laptop.run({"fit", "--attach", k_job, "--batch"});
  };
  const Json result{{"model", "a_model.gz"},
                    {"sidecar", "a_model.json"},
                    {"report", "a_report.html"},
                    {"verdict", verdict}};
  const Outcome told = attached(result);
  INFO(told);
  CHECK(told.out == "a_model.gz\n");
  CHECK_THAT(
      told.err,
      Catch::Contains("Report: quality 0.8 doubtful\ntry --epochs \\x1b 500\n'download --report a_model.gz' "
                      "brings the page\n"));
  Json before = result;
  before["verdict"].erase("headline");
  before["verdict"].erase("remedies");
  CHECK_THAT(attached(before).err, Catch::Contains("Report, doubtful: usable with care\n"));
  // A fit that judged nothing has none.
  before.erase("report");
  CHECK_THAT(attached(before).err, !Catch::Contains("Report"));
  Json lacking = result;
  lacking.erase("sidecar");
  CHECK(attached(lacking).code == 76);
}

TEST_CASE("a table is remembered with its job on this machine, and a job that no server gives is not",
          "[fault:24]") {
  const TemporaryFolder state;
  setenv("XDG_STATE_HOME", state.path().c_str(), 1);
  remember_table(k_job, state / "people.csv");
  CHECK(remembered_table(k_job) == state / "people.csv");
  CHECK_FALSE(remembered_table("0f" + std::string(30, '1')).has_value());
  for (const std::string& odd :
       {std::string("../../x"), std::string(32, 'G'), std::string(31, 'a'), std::string()}) {
    remember_table(odd, state / "people.csv");
    CHECK_FALSE(remembered_table(odd).has_value());
  }
  // Relative to where the command ran, it is found from everywhere.
  remember_table(k_job, "people.csv");
  CHECK(remembered_table(k_job)->is_absolute());
  unsetenv("XDG_STATE_HOME");
}

TEST_CASE(
    "a private fit of a table where somebody has many rows is told of the unit that would protect them") {
  const TemporaryFolder folder;
  std::string csv = "patient_id,ward\n";
  for (int row = 0; row < 400; ++row)
    csv += "P" + std::to_string(row % 80) + ",w" + std::to_string(row % 3) + "\n";
  table_formats::FileRequest request;
  request.rules = table::default_protection();
  CHECK(facts_of(folder, csv, Purpose::private_plan, request).unit == "patient_id");
  CHECK(facts_of(folder, csv, Purpose::plan, request).unit.empty());
  CHECK(facts_of(folder, "age,ward\n1,a\n2,b\n1,a\n3,b\n", Purpose::private_plan, request).unit.empty());

  const ScriptedServer laptop({cost(Json{{"accounting", Json::array()}, {"epsilon", 1}, {"delta", 1e-9}})});
  const std::string table = laptop.write_table("visits.csv", csv);
  const Outcome plan = laptop.run({"fit", table, "--plan", "--method", "swift", "--epsilon", "1", "--batch"});
  CHECK_THAT(plan.err, Catch::Contains("several rows share a value of 'patient_id'") &&
                           Catch::Contains("'--privacy-unit patient_id' protects"));
}

TEST_CASE(
    "two tables are compared only where both are there, and outputs are claimed before anything is sent") {
  const ScriptedServer laptop;
  const std::string one = laptop.write_table("one.csv", small_table(20)),
                    two = laptop.write_table("two.csv", small_table(20));
  const auto refused = [&](const std::vector<std::string>& more, int code, const std::string& words) {
    check_refused(laptop.run(with({"manage", "evaluate"}, more)), code, words);
  };
  refused({"--original", one}, 64, "--synthetic is required");
  refused({"--original", one, "--synthetic", "none.csv"}, 66, "there is no file 'none.csv'");
  refused({"--original", one, "--synthetic", two, "--held-out", "none.csv"}, 66,
          "there is no file 'none.csv'");
  refused({"--original", one, "--synthetic", two, "--seed", "x"}, 64,
          "'--seed' takes a whole number, not 'x'");
  refused({"--original", one, "--synthetic", two, "--target", "sx"}, 64,
          "the column 'sx' of '--target' is none of the table\n  hint: did you mean 'sex'?");
  refused({"--original", one, "--synthetic", two, "--keys", "age,cty"}, 64, "did you mean 'city'?");
  refused({"--original", one, "--synthetic", two, "--output", "scores.txt"}, 64, "scores.txt");
  refused({"--original", one, "--synthetic", two, "--report", "page.json"}, 64, "page.json");
  std::ofstream(laptop.work() / "page.html") << "mine";
  refused({"--original", one, "--synthetic", two, "--report", "page.html"}, 73, "'page.html' exists already");
  CHECK(files::read_file(laptop.work() / "page.html") == "mine");
  CHECK(laptop.asked().empty());
}

TEST_CASE("an evaluation that breaks off leaves no part of its outputs") {
  const ScriptedServer laptop(
      {answered({{"kind", "io"}, {"sentence", "no room for it"}, {"hint", "make some"}})});
  const std::string one = laptop.write_table("one.csv", small_table(20));
  check_refused(laptop.run({"manage", "evaluate", "--original", one, "--synthetic", one, "--output", "s.json",
                            "--report", "p.html"}),
                74, "no room for it\n  hint: make some");
  CHECK(files_under(laptop.work()) == std::vector<std::string>{"original_data/one.csv"});
}
