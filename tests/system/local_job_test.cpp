// fit, sample and download with no server configured: the whole job on one machine.
#include <algorithm>
#include <cstdlib>
#include <future>
#include <nlohmann/json.hpp>
#include <set>

#include "common/files/checksum.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/one_processor.h"
#include "tests/system/laptop.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// The one file under `folder` that ends like that.
fs::path only_file(const fs::path& folder, const std::string& suffix) {
  fs::path found;
  for (const std::string& name : files_under(folder)) {
    if (name.ends_with(suffix)) {
      CHECK(found.empty());
      found = folder / name;
    }
  }
  REQUIRE_FALSE(found.empty());
  return found;
}

std::string python() {
  const char* path = std::getenv("CTGAN_PYTHON");
  return path == nullptr ? "" : path;
}

}  // namespace

TEST_CASE("fit, sample and download work with no server configured, and say what they did") {
  const Laptop laptop;
  const Outcome fit = laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400))));
  INFO(fit);
  REQUIRE(fit.code == 0);
  CHECK_THAT(fit.err, Catch::Contains("Data integrity check PASSED"));
  CHECK_THAT(fit.err, Catch::Contains("400 rows"));
  CHECK_THAT(fit.err, Catch::Contains("Epoch 1/"));
  const std::string model = last_line(fit.out);
  CHECK_THAT(model, Catch::StartsWith("people_") && Catch::EndsWith("_model.gz"));

  const Outcome sample = laptop.run({"sample", model, "-n", "250", "--seed", "3", "--batch"});
  INFO(sample);
  REQUIRE(sample.code == 0);
  const fs::path csv = laptop.work() / last_line(sample.out);
  const std::string table = files::read_file(csv);
  CHECK(lines_of(table) == 251);
  CHECK_THAT(table, Catch::StartsWith("age,income,city,sex\n"));
  CHECK_THAT(table, Catch::Contains(", Athens,") && Catch::Contains(", Male\n"));

  const Outcome packed = laptop.run({"download", "latest", "--keep-gz", "--batch"});
  INFO(packed);
  REQUIRE(packed.code == 0);
  const fs::path held = only_file(laptop.local_store(), "_synthetic.csv.gz");
  CHECK(files::sha256_of_file(laptop.work() / "synthetic_output" / held.filename()) ==
        files::sha256_of_file(held));
}

TEST_CASE("a table that waits in the inbox is listed, and deleted by its name") {
  const Laptop laptop;
  Surroundings copy = laptop.surroundings();
  copy.environment.push_back("SSH_ORIGINAL_COMMAND=scp -t .");
  copy.input = std::string("C0600 8 people.csv\na,b\n1,2\n") + '\0';
  REQUIRE(run_program({bin("ctgan-server"), "serve"}, copy).code == 0);
  const Outcome list = laptop.run({"manage", "inbox", "list", "--batch"});
  INFO(list);
  CHECK(list.code == 0);
  CHECK_THAT(list.out, Catch::Contains("people.csv") && Catch::Contains("complete"));
  const Outcome unknown = laptop.run({"manage", "inbox", "delete", "peple.csv", "--batch"});
  CHECK(unknown.code == 66);
  CHECK_THAT(unknown.err, Catch::Contains("'people.csv'"));
  CHECK(laptop.run({"manage", "inbox", "delete", "people.csv"}).code == 64);
  CHECK(laptop.run({"manage", "inbox", "delete", "people.csv", "--batch"}).code == 0);
  CHECK_THAT(laptop.run({"manage", "inbox", "list", "--batch"}).out, Catch::Contains("the inbox is empty"));
  CHECK(files_under(laptop.local_store() / "inbox").empty());
}

TEST_CASE("eight fits of one file at one moment all succeed", "[fault:15]") {
  const Laptop laptop;
  const auto fit = quick_fit(laptop.write_table("people.csv", small_table(400)));
  std::vector<std::future<Outcome>> fits;
  for (int i = 0; i < 8; ++i) fits.push_back(std::async(std::launch::async, [&] { return laptop.run(fit); }));
  std::set<std::string> models;
  for (auto& running : fits) {
    const Outcome outcome = running.get();
    INFO(outcome);
    CHECK(outcome.code == 0);
    models.insert(last_line(outcome.out));
  }
  CHECK(models.size() == 8);
  CHECK(files_under(laptop.local_store() / "inbox").empty());
  CHECK(files_under(laptop.local_store() / "connections").empty());
}

TEST_CASE(
    "what download unpacks is what sample brought, byte for byte, and an existing file is never "
    "overwritten") {
  const Laptop laptop;
  REQUIRE(laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400)))).code == 0);
  const Outcome sample = laptop.run({"sample", "latest", "-n", "100", "--batch"});
  INFO(sample);
  REQUIRE(sample.code == 0);
  const fs::path csv = laptop.work() / last_line(sample.out);
  const std::string first = files::read_file(csv);

  const Outcome again = laptop.run({"download", "latest", "--batch"});
  INFO(again);
  CHECK(again.code == 73);
  CHECK_THAT(again.err, Catch::Contains("exists"));
  CHECK(files::read_file(csv) == first);

  fs::remove(csv);
  REQUIRE(laptop.run({"download", "latest", "--batch"}).code == 0);
  CHECK(files::read_file(csv) == first);
  CHECK(laptop.outputs().size() == 1);
}

TEST_CASE("the same seed gives the same model and the same rows on one processor as on all of them") {
  const Laptop laptop;
  const std::string table = laptop.write_table("people.csv", small_table(1200));
  const auto model = [&] {
    const std::string name = last_line(laptop.run(quick_fit(table)).out);
    return std::pair{name, files::read_file(only_file(laptop.local_store(), name))};
  };
  const auto rows = [&](const std::string& name, const std::string& file) {
    REQUIRE(laptop.run({"sample", name, "-n", "30000", "--seed", "5", "--output", file, "--batch"}).code ==
            0);
    return files::read_file(laptop.work() / file);
  };
  const auto [name, of_all] = model();
  const std::string all = rows(name, "all.csv");
  const tests::OneProcessor alone;
  CHECK((model().second == of_all));
  CHECK((rows(name, "one.csv") == all));
}

TEST_CASE("the whole job runs on the vector instructions that every processor has") {
  Laptop laptop;
  laptop.set_environment("CTGAN_INSTRUCTIONS=baseline");
  const Outcome fit = laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400))));
  INFO(fit);
  REQUIRE(fit.code == 0);
  CHECK(laptop.run({"sample", "latest", "-n", "100", "--batch"}).code == 0);
}

TEST_CASE("vector instructions that do not exist are named, with those that do") {
  Laptop laptop;
  laptop.set_environment("CTGAN_INSTRUCTIONS=mmx");
  const Outcome fit = laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400))));
  INFO(fit);
  CHECK(fit.code == 80);
  CHECK_THAT(fit.err, Catch::Contains("'mmx'") && Catch::Contains("use baseline, avx2 or avx512"));
}

TEST_CASE("sample keeps the rows packed when asked to, or when the output's name says so") {
  const Laptop laptop;
  const Outcome fit = laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400))));
  REQUIRE(fit.code == 0);
  const auto drawn = [&](std::vector<std::string> more) {
    std::vector<std::string> argv{"sample", "latest", "-n", "250", "--seed", "3", "--batch"};
    argv.insert(argv.end(), more.begin(), more.end());
    const Outcome outcome = laptop.run(argv);
    INFO(outcome);
    REQUIRE(outcome.code == 0);
    return last_line(outcome.out);
  };
  CHECK(drawn({"--output", "rows.csv.gz"}) == "rows.csv.gz");
  const std::string kept = drawn({"--keep-gz"});
  CHECK_THAT(kept, Catch::EndsWith("_250_synthetic.csv.gz"));
  const std::string packed = files::read_file(laptop.work() / "rows.csv.gz");
  CHECK_THAT(packed, Catch::StartsWith("\x1f\x8b"));
  CHECK(files::read_file(laptop.work() / kept) == packed);
  CHECK(laptop.run({"sample", "latest", "-n", "5", "--keep-gz", "--no-download", "--batch"}).code == 64);
}

TEST_CASE("the same seed gives the same model file and the same rows; another seed other rows") {
  const Laptop laptop;
  const std::string file = laptop.write_table("people.csv", small_table(400));
  const auto model_of = [&] { return last_line(laptop.run(quick_fit(file)).out); };
  const std::string one = model_of();
  const std::string two = model_of();
  REQUIRE(one != two);
  const fs::path store = laptop.local_store();
  const auto held = [&](const std::string& name) { return files::read_file(only_file(store, name)); };
  CHECK(held(one) == held(two));

  const auto rows_of = [&](const std::string& model, const char* seed) {
    const Outcome outcome =
        laptop.run({"sample", model, "-n", "50", "--seed", seed, "--output", "out.csv", "--batch"});
    INFO(outcome);
    REQUIRE(outcome.code == 0);
    std::string content = files::read_file(laptop.work() / "out.csv");
    fs::remove(laptop.work() / "out.csv");
    return content;
  };
  CHECK(rows_of(one, "5") == rows_of(two, "5"));
  CHECK(rows_of(one, "5") != rows_of(one, "6"));
}

TEST_CASE("the original is gone from the server's disk once the job is done, and no part file remains") {
  const Laptop laptop;
  REQUIRE(laptop.run(quick_fit(laptop.write_table("people.csv", small_table(400)))).code == 0);
  for (const std::string& name : files_under(laptop.local_store())) {
    INFO(name);
    CHECK(name.find(".part") == std::string::npos);
    CHECK(files::read_file(laptop.local_store() / name).find(" Athens, Male\n") == std::string::npos);
  }
}

TEST_CASE("the sidecar restores pandas' dtypes, and safetensors opens the model") {
  if (python().empty()) {
    WARN("skipped: no Python with pandas and safetensors");
    return;
  }
  const Laptop laptop;
  const std::string file = laptop.write_table("people.csv", small_table(400));
  REQUIRE(laptop.run(quick_fit(file)).code == 0);
  REQUIRE(laptop.run({"sample", "latest", "-n", "100", "--output", "out.csv", "--batch"}).code == 0);
  const std::string script = R"(
import gzip, json, sys, pandas as pd
from safetensors.numpy import load
original, synthetic = pd.read_csv(sys.argv[1]), pd.read_csv(sys.argv[2])
restored = synthetic.astype(json.load(open(sys.argv[3])))
assert (restored.dtypes == original.dtypes).all(), restored.dtypes
assert list(restored.columns) == list(original.columns)
tensors = load(gzip.open(sys.argv[4]).read())
assert any(name.endswith('weight') for name in tensors), list(tensors)
)";
  Surroundings around = laptop.surroundings();
  const Outcome checked = run_program(
      {python(), "-c", script, file, "out.csv", only_file(laptop.local_store(), "_model.json").string(),
       only_file(laptop.local_store(), "_model.gz").string()},
      around);
  INFO(checked);
  CHECK(checked.code == 0);
}

TEST_CASE("--json gives one object a line and the result last; --quiet says nothing") {
  const Laptop laptop;
  std::vector<std::string> command = quick_fit(laptop.write_table("people.csv", small_table(400)));
  command.push_back("--json");
  const Outcome json = laptop.run(command);
  INFO(json);
  REQUIRE(json.code == 0);
  CHECK_THAT(last_line(json.out),
             Catch::Contains(R"("message_type":"result")") && Catch::Contains("_model.gz"));
  for (std::size_t at = 0; at < json.out.size();) {
    const std::size_t end = json.out.find('\n', at);
    REQUIRE(end != std::string::npos);
    CHECK(json.out[at] == '{');
    CHECK(json.out[end - 1] == '}');
    at = end + 1;
  }
  command.back() = "--quiet";
  const Outcome quiet = laptop.run(command);
  INFO(quiet);
  CHECK(quiet.code == 0);
  CHECK(quiet.out + quiet.err == "");
}

TEST_CASE(
    "a fit's last lines name parts, numbers and the remedy; inspect, page and gate give the same answer") {
  const Laptop laptop;
  const std::string file = laptop.write_table("people.csv", small_table(400));
  const Outcome plan = laptop.run({"fit", file, "--plan", "--batch"});
  INFO(plan);
  CHECK_THAT(plan.out, Catch::Contains(", 1 step), ") &&
                           Catch::Contains("Warning: 400 rows make 1 step an epoch: try --epochs 3000"));
  const Outcome fit = laptop.run(quick_fit(file));
  INFO(fit);
  REQUIRE(fit.code == 0);
  CHECK_THAT(
      fit.err,
      Catch::Contains("Report: quality 0.") && Catch::Contains(", utility ") &&
          Catch::Contains(", detection ") &&
          Catch::Contains("privacy cannot say (40 held-out rows are too few)") &&
          Catch::Contains(
              "\na table of 400 rows is too small to be called safe by measurement: that takes about 4000 "
              "rows with '--held-out 0.5'\n"));
  const Outcome gate = laptop.run({"sample", "latest", "-n", "10", "--gate", "--batch"});
  INFO(gate);
  CHECK(gate.code == 83);
  CHECK_THAT(gate.err, Catch::Contains("should not be handed out: cannot say: too few rows to say") &&
                           Catch::Contains("hint: a table of 400 rows is too small"));
  CHECK(laptop.run({"sample", "latest", "-n", "10", "--batch"}).code == 0);
  const fs::path model = only_file(laptop.local_store(), "_model.gz");
  const std::string page = files::read_file(only_file(laptop.local_store(), ".html"));
  CHECK_THAT(page,
             Catch::Contains("Cannot be said.") && Catch::Contains("<dt>Original rows</dt><dd>400</dd>"));
}

TEST_CASE("a detached fit ends by itself and can be followed again") {
  const Laptop laptop;
  std::vector<std::string> command = quick_fit(laptop.write_table("people.csv", small_table(400)));
  command.push_back("--detach");
  const Outcome detached = laptop.run(command);
  INFO(detached);
  REQUIRE(detached.code == 0);
  const std::string job = last_line(detached.out);
  const Outcome attached = laptop.run({"fit", "--attach", job, "--batch"});
  INFO(attached);
  CHECK(attached.code == 0);
  CHECK_THAT(last_line(attached.out), Catch::EndsWith("_model.gz"));
  const Outcome unknown = laptop.run({"fit", "--attach", std::string(32, '0'), "--batch"});
  INFO(unknown);
  CHECK(unknown.code == 66);
}

TEST_CASE("manage lists and deletes what belongs to the user") {
  const Laptop laptop;
  const std::string model =
      last_line(laptop.run(quick_fit(laptop.write_table("p.csv", small_table(400)))).out);
  REQUIRE(laptop.run({"sample", model, "-n", "10", "--no-download", "--batch"}).code == 0);
  CHECK(laptop.outputs().empty());
  const Outcome models = laptop.run({"manage", "models", "list", "--batch"});
  INFO(models);
  CHECK_THAT(models.out, Catch::Contains(model));
  const Outcome data = laptop.run({"manage", "data", "list", "--batch"});
  INFO(data);
  CHECK_THAT(data.out, Catch::Contains("_10_synthetic.csv.gz"));
  CHECK(laptop.run({"manage", "models", "delete", model, "--batch"}).code == 0);
  CHECK(laptop.run({"manage", "models", "delete", model, "--batch"}).code == 66);
  CHECK(laptop.run({"manage", "models", "list", "--batch"}).out.find(model) == std::string::npos);
  for (const std::string& name : files_under(laptop.local_store()))
    CHECK_FALSE(name.ends_with("_model.json"));
}

TEST_CASE(
    "a report's learners predict the column that is named, and one that there is not is refused before all "
    "else") {
  const Laptop laptop;
  const std::string table = laptop.write_table("people.csv", small_table(900));
  const Outcome refused = laptop.run({"fit", table, "--target", "sx", "--batch"});
  CHECK(refused.code == 64);
  CHECK_THAT(refused.err, Catch::Contains("the column 'sx' of '--target' is none of the table") &&
                              Catch::Contains("did you mean 'sex'?") && !Catch::Contains("Uploading"));
  const Outcome fit = laptop.run(
      {"fit", table, "--method", "trees", "--held-out", "0.3", "--target", "city", "--seed", "1", "--batch"});
  INFO(fit);
  REQUIRE(fit.code == 0);
  REQUIRE(laptop.run({"download", "--report", "latest", "--output", ".", "--batch"}).code == 0);
  for (const std::string& name : files_under(laptop.work())) {
    if (!name.ends_with("_report.json")) continue;
    const auto evaluation = nlohmann::json::parse(files::read_file(laptop.work() / name));
    CHECK(evaluation.at("utility").at("target") == "city");
  }
}

TEST_CASE("two models of a table stand side by side on a page, and as JSON") {
  const Laptop laptop;
  const std::string table = laptop.write_table("people.csv", small_table(900));
  for (const char* name : {"one", "two"})
    REQUIRE(laptop.run({"fit", table, "--name", name, "--method", "trees", "--seed", "1", "--batch"}).code ==
            0);
  const Outcome compared =
      laptop.run({"download", "--report", "--compare", "latest:one,latest:two", "--output", ".", "--batch"});
  INFO(compared);
  REQUIRE(compared.code == 0);
  CHECK(compared.out == "./comparison.html\n./comparison.json\n");
  CHECK_THAT(files::read_file(laptop.work() / "comparison.html"), Catch::Contains("2 models side by side"));
  const auto scores = nlohmann::json::parse(files::read_file(laptop.work() / "comparison.json"));
  CHECK(scores.at("models").size() == 2);
  CHECK(scores.at("measures").at(0).at("values").at(0) == scores.at("measures").at(0).at("values").at(1));
  CHECK(laptop.run({"download", "--report", "--compare", "latest:one,latest:two", "--output", ".", "--batch"})
            .code == 73);
  REQUIRE(laptop.run({"fit", table, "--name", "three", "--method", "trees", "--no-report", "--batch"}).code ==
          0);
  const Outcome without =
      laptop.run({"download", "--report", "--compare", "latest:one,latest:three", "--force", "--batch"});
  CHECK(without.code == 66);
  CHECK_THAT(without.err, Catch::Contains("there is no report of 'three_"));
}

TEST_CASE("a table of an SQLite database is learnt, and rows become another table of it") {
  const Laptop laptop;
  const std::string table = laptop.write_table("people.csv", small_table(400));
  const auto sqlite = [&](const std::string& sql) {
    return run_program({std::getenv("CTGAN_PYTHON"), "-c",
                        "import sqlite3, csv, sys\n"
                        "c = sqlite3.connect('" +
                            (laptop.work() / "shop.db").string() + "')\n" + sql});
  };
  if (std::string(std::getenv("CTGAN_PYTHON")).empty()) return;
  const Outcome made =
      sqlite("rows = list(csv.reader(open('" + (laptop.work() / table).string() +
             "')))\n"
             "c.execute('CREATE TABLE people(age INTEGER, income REAL, city TEXT, sex TEXT)')\n"
             "c.executemany('INSERT INTO people VALUES(?,?,?,?)', rows[1:])\nc.commit()\n");
  INFO(made);
  REQUIRE(made.code == 0);
  const Outcome fit =
      laptop.run({"fit", "shop.db:people", "--method", "trees", "--no-report", "--seed", "1", "--batch"});
  INFO(fit);
  REQUIRE(fit.code == 0);
  CHECK_THAT(fit.out, Catch::StartsWith("people_"));
  const Outcome drawn = laptop.run({"sample", "latest", "-n", "70", "--output", "shop.db:made", "--batch"});
  INFO(drawn);
  REQUIRE(drawn.code == 0);
  CHECK(drawn.out == "shop.db:made\n");
  CHECK(sqlite("print(c.execute('SELECT count(*), typeof(age), typeof(city) FROM made').fetchone())").out ==
        "(70, 'integer', 'text')\n");
  CHECK(laptop.run({"sample", "latest", "-n", "70", "--output", "shop.db:made", "--batch"}).code == 73);
  CHECK(laptop.run({"download", "latest", "--output", "shop.db:made", "--force", "--batch"}).code == 0);
  CHECK(laptop.run({"download", "latest", "--output", "shop.db:made", "--format", "tsv", "--batch"}).code ==
        64);
  CHECK(laptop.run({"fit", "shop.db:peple", "--batch"}).code == 66);
  // "NA" is a text of a database, and NULL is the gap.
  sqlite(
      "c.execute('CREATE TABLE gaps AS SELECT * FROM people LIMIT 30')\n"
      "c.execute('UPDATE gaps SET city = NULL WHERE rowid = 7')\nc.commit()");
  const Outcome filled =
      laptop.run({"sample", "latest", "--impute", "shop.db:gaps", "--output", "filled.csv", "--batch"});
  INFO(filled);
  CHECK(filled.code == 0);
  CHECK(laptop
            .run({"manage", "evaluate", "--original", "shop.db:people", "--synthetic", "shop.db:made",
                  "--output", "scores.json", "--batch"})
            .code == 0);
}

TEST_CASE("a Parquet file is learnt, and rows are drawn into one of the same types; a sheet is learnt") {
  const Laptop laptop;
  const std::string table = laptop.write_table("people.csv", small_table(400));
  if (std::string(std::getenv("CTGAN_PYTHON")).empty()) return;
  const auto python = [&](const std::string& script) {
    Outcome outcome =
        run_program({std::getenv("CTGAN_PYTHON"), "-c",
                     "import pandas as pd, pyarrow as pa, pyarrow.parquet as pq, os\nos.chdir('" +
                         laptop.work().string() + "')\n" + script});
    INFO(outcome);
    REQUIRE(outcome.code == 0);
    return outcome.out;
  };
  python("t = pd.read_csv('" + table +
         "').astype({'age': 'int16', 'income': 'float32', 'sex': 'category'})\n"
         "t['day'] = pd.Timestamp('2024-01-01') + pd.to_timedelta(t.age.astype(int), 'D')\n"
         "t.to_parquet('people.parquet')\nt.to_excel('people.xlsx', index=False)");
  const Outcome fit =
      laptop.run({"fit", "people.parquet", "--method", "trees", "--no-report", "--seed", "1", "--batch"});
  INFO(fit);
  if (fit.code == 69) {
    WARN("skipped: " << fit.err);
    return;
  }
  REQUIRE(fit.code == 0);
  CHECK_THAT(fit.out, Catch::StartsWith("people_"));
  CHECK(laptop.run({"sample", "latest", "-n", "70", "--output", "made.parquet", "--batch"}).code == 0);
  CHECK(python("a, b = (pq.read_schema(f).remove_metadata() for f in ('people.parquet', 'made.parquet'))\n"
               "print(a == b, pq.read_table('made.parquet').num_rows)") == "True 70\n");
  CHECK(laptop.run({"download", "latest", "--format", "parquet", "--batch"}).code == 0);
  const Outcome packed =
      laptop.run({"sample", "latest", "-n", "7", "--output", "made.parquet.gz", "--batch"});
  CHECK(packed.code == 64);
  CHECK_THAT(packed.err, Catch::Contains("Parquet is packed within"));
  const Outcome sheet = laptop.run(
      {"fit", "people.xlsx:Sheet1", "--name", "sheet", "--method", "trees", "--no-report", "--batch"});
  INFO(sheet);
  CHECK(sheet.code == 0);
  CHECK_THAT(sheet.out, Catch::StartsWith("sheet_"));
  CHECK(laptop.run({"fit", "people.xlsx:Shet1", "--batch"}).code == 66);
}

TEST_CASE("at a terminal fit without a file asks for the table and the epochs") {
  const Laptop laptop;
  laptop.write_table("people.csv", small_table(400));
  const Outcome outcome = laptop.run_at_terminal(
      {"fit", "--batch-size", "100", "--generator-dim", "16", "--discriminator-dim", "16"}, "1\n1\n");
  INFO(outcome);
  CHECK(outcome.code == 0);
  CHECK_THAT(outcome.out, Catch::Contains("people.csv"));
  CHECK(outcome.out.find("people.csv") < outcome.out.find("poch"));
  CHECK_THAT(outcome.out, Catch::Contains("_model.gz"));
}

TEST_CASE("every program explains itself, and says where the exit codes are") {
  const Laptop laptop;
  for (const char* program : {"fit", "sample", "download", "manage", "ctgan-server"}) {
    const Outcome outcome = laptop.run({program, "--help"});
    INFO(program << ": " << outcome);
    CHECK(outcome.code == 0);
    CHECK_THAT(outcome.out, Catch::Contains("usage: " + std::string(program)) &&
                                Catch::Contains("Exit code 0 is success"));
  }
}

}  // namespace ctgan::tests
