// The host's programs as a user runs them, with the real ctgan-server as a child process; no model is trained
// here. Where the server has to die at a certain moment, a few lines of shell stand in for it.
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "common/files/file.h"
#include "common/files/gzip.h"
#include "common/files/gzip_pieces.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/system/laptop.h"
#include "tests/terminal_talk.h"

using namespace ctgan;
using namespace ctgan::tests;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

const std::string k_old = "people_20260101t000000_2_synthetic.csv.gz";
const std::string k_new = "flights_20260102t000000_2_synthetic.csv.gz";

std::string packed(const std::string& content) {
  MemorySink sink;
  files::GzipSink gzip(sink);
  gzip.write(content);
  gzip.finish();
  return sink.content;
}

// A laptop with a store of its own in which two tables and a model lie.
class Stocked : public Laptop {
 public:
  Stocked() {
    run({"manage", "whoami", "--batch"});
    put("synthetic_csv_database", k_old, packed("a,b\n1,2\n"));
    put("synthetic_csv_database", k_new, packed("c\n3\n"));
    put("model_database", "people_20260101t000000_model.gz", packed("model"));
    put("model_database", "people_20260101t000000_model.json", "{}");
  }
  void put(const std::string& database, const std::string& name, const std::string& content) const {
    for (const auto& user : fs::directory_iterator(local_store() / database)) {
      std::ofstream(user.path() / name, std::ios::binary) << content;
    }
  }
  std::string at_home(const std::string& name) const {
    return files::read_file(work() / "synthetic_output" / name);
  }
  TerminalTalk talk(std::vector<std::string> argv) const {
    argv[0] = bin(argv[0]);
    return {argv, work().string(), surroundings().environment};
  }
};

// A laptop whose server is a shell script.
class Scripted : public Laptop {
 public:
  explicit Scripted(const std::string& body) {
    const fs::path program = home() / "ctgan-server";
    std::ofstream(program) << "#!/bin/sh\n" << body << "\n";
    chmod(program.c_str(), 0755);
    std::ofstream(home() / ".config/ctgan/settings.json")
        << R"({"server_program": ")" << program.string() << "\"}";
  }
};

const std::string k_job = "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";
const std::string k_greeting = R"(echo 'CTGAN-SERVER 1'
echo '{"type":"hello","version":"0.1.0","protocol":1,"login":"account","user":"me","commands":["job.follow","sample.submit"]}'
)";

void refused(const Outcome& outcome, int code, const std::string& words) {
  INFO(outcome);
  CHECK(outcome.code == code);
  CHECK_THAT(outcome.err, Catch::Contains(words));
  CHECK(outcome.out.empty());
}

}  // namespace

TEST_CASE("every program says its version") {
  const Laptop laptop;
  for (const std::string program : {"fit", "sample", "download", "manage"}) {
    const auto outcome = laptop.run({program, "--version"});
    CHECK(outcome.code == 0);
    CHECK(outcome.out == program + " " CTGAN_VERSION "\n");
  }
}

TEST_CASE("a mistake on the command line is exit 64, names the word and the closest that exists") {
  const Laptop laptop;
  refused(laptop.run({"fit", "a.csv", "--epoch", "3"}), 64,
          "unknown option '--epoch'\n  hint: did you mean '--epochs'?");
  refused(laptop.run({"fit", "a.csv", "--epoch=3"}), 64, "unknown option '--epoch'");
  refused(laptop.run({"sample", "latest", "-n"}), 64, "--rows");
  refused(laptop.run({"fit", "a.csv", "b.csv"}), 64, "unknown argument 'b.csv'");
  refused(laptop.run({"manage"}), 64, "subcommand");
  refused(laptop.run({"manage", "models", "destroy"}), 64, "unknown argument 'destroy'");
  // Options of other commands are no advice.
  refused(laptop.run({"manage", "models", "prune", "--all-users"}), 64,
          "unknown option '--all-users'\n  hint: '--help' lists what there is");
  refused(laptop.run({"manage", "jobs", "cancel", "latest", "--all-user"}), 64,
          "did you mean '--all-users'?");
  refused(laptop.run({"fit", "--attach", "x", "a.csv"}), 64, "'--attach'");
  refused(laptop.run({"fit", "inbox:"}), 64, "'inbox:' needs a file name");
  refused(laptop.run({"fit", "a.csv", "--method", "tvaa"}), 64,
          "there is no method 'tvaa'\n  hint: did you mean 'tvae'?");
  refused(laptop.run({"fit", "a.csv", "--method", "tvae", "--pac", "5"}), 64,
          "the method 'tvae' has no option 'pac'\n  hint: --pac belongs to '--method ctgan'");
  CHECK(files_under(laptop.local_store()).empty());
}

TEST_CASE("a server of before that would keep no checkpoints is refused before the table is sent") {
  const Scripted laptop(k_greeting + "read line && touch \"$HOME/asked\"");
  std::ofstream(laptop.work() / "a.csv") << small_table(100);
  refused(laptop.run({"fit", "a.csv", "--checkpoint", "10", "--batch", "--quiet"}), 69,
          "ctgan-server 0.1.0 over there keeps no checkpoints\n  hint: leave '--checkpoint' out");
  CHECK_FALSE(fs::exists(laptop.home() / "asked"));
  refused(laptop.run({"fit", "a.csv", "--checkpoint", "often"}), 64,
          "'--checkpoint' takes minutes from 0 to 1440, not 'often'");
}

TEST_CASE("with --json a mistake in the options is a JSON line too") {
  const Outcome outcome = Laptop().run({"fit", "a.csv", "--jsn", "--json"});
  INFO(outcome);
  CHECK(outcome.code == 64);
  const Json line = Json::parse(outcome.out);
  CHECK(line["exit_code"] == 64);
  CHECK(line["message_type"] == "error");
  CHECK(line["hint"] == "did you mean '--json'?");
  CHECK(outcome.err.empty());
}

TEST_CASE("a list of columns does not swallow the file behind it") {
  const Laptop laptop;
  refused(laptop.run({"fit", "--drop", "a,b", "none.csv", "--batch"}), 66, "'none.csv'");
}

TEST_CASE(
    "a wrong server, a missing credentials file and a missing embedded server each have their exit code") {
  const Laptop laptop;
  refused(laptop.run({"manage", "whoami", "--server", "a b"}), 64, "'a b' is not a server");
  refused(laptop.run({"manage", "whoami", "--credentials", "none.json"}), 78, "'none.json'");
  std::ofstream(laptop.home() / ".config/ctgan/settings.json")
      << R"({"server_program": "/nowhere/ctgan-server"})";
  refused(laptop.run({"manage", "whoami"}), 69, "'/nowhere/ctgan-server'");
}

TEST_CASE("whoami tells the account of an embedded server, and another name is refused") {
  const Laptop laptop;
  const Outcome who = laptop.run({"manage", "whoami", "--json"});
  INFO(who);
  CHECK(who.code == 0);
  const Json result = Json::parse(last_line(who.out));
  CHECK(result["login"] == "account");
  refused(laptop.run({"manage", "whoami", "--user", "somebody"}), 77, "knows you as");
}

TEST_CASE(
    "download lists newest first, as a table and as JSON, and without a name or terminal asks for a name") {
  const Stocked laptop;
  const Outcome list = laptop.run({"download", "--list"});
  INFO(list);
  CHECK(list.code == 0);
  CHECK(list.out.find(k_new) < list.out.find(k_old));
  const Json json = Json::parse(last_line(laptop.run({"download", "--list", "--json"}).out));
  CHECK(json["items"][1]["name"] == k_old);
  const Json models = Json::parse(last_line(laptop.run({"download", "--list", "--models", "--json"}).out));
  CHECK(models["items"][0]["name"] == "people_20260101t000000_model.gz");
  refused(laptop.run({"download"}), 64, "no NAME was given");
}

TEST_CASE("download brings several files, each unpacked or as the server holds it") {
  const Stocked laptop;
  const Outcome both = laptop.run({"download", "latest", k_old});
  INFO(both);
  REQUIRE(both.code == 0);
  CHECK(both.out ==
        "synthetic_output/flights_20260102t000000_2_synthetic.csv\n"
        "synthetic_output/people_20260101t000000_2_synthetic.csv\n");
  CHECK(laptop.at_home("people_20260101t000000_2_synthetic.csv") == "a,b\n1,2\n");
  CHECK(laptop.run({"download", "latest:people", "--keep-gz"}).code == 0);
  CHECK(laptop.at_home(k_old) == packed("a,b\n1,2\n"));
  CHECK(laptop.run({"download", "--models", "latest"}).code == 0);
  CHECK(laptop.at_home("people_20260101t000000_model.json") == "{}");
  CHECK(laptop.outputs().size() == 5);
}

TEST_CASE(
    "stored rows go to standard output or into another format; JSON needs to know which columns are "
    "numbers") {
  const Stocked laptop;
  const Outcome out = laptop.run({"download", k_old, "--output", "-"});
  INFO(out);
  CHECK(out.code == 0);
  CHECK(out.out == "a,b\n1,2\n");
  CHECK(laptop.run({"download", k_old, "--output", "-", "--keep-gz"}).out == packed("a,b\n1,2\n"));
  CHECK(laptop.run({"download", k_old, "--output", "-", "--format", "tsv"}).out == "a\tb\n1\t2\n");
  const Outcome json = laptop.run({"download", k_old, "--format", "json"});
  refused(json, 65, "does not say which of its columns are numbers");
  CHECK(laptop.outputs().empty());
  MemorySink sink;
  files::GzipPieces typed(sink, "nt");
  typed.write(files::pack_piece("a,b\n1,2\n"));
  typed.finish();
  laptop.put("synthetic_csv_database", k_new, sink.content);
  CHECK(laptop.run({"download", k_new, "--format", "json"}).code == 0);
  CHECK(laptop.at_home("flights_20260102t000000_2_synthetic.json") == "[\n{\"a\":1,\"b\":\"2\"}\n]\n");
  refused(laptop.run({"download", k_old, k_new, "--output", "-"}), 64, "one table");
}

TEST_CASE("with --json and rows on standard output, the JSON lines and the error go to standard error") {
  const Stocked laptop;
  const Outcome fine = laptop.run({"download", k_old, "--output", "-", "--json"});
  INFO(fine);
  CHECK(fine.out == "a,b\n1,2\n");
  CHECK(Json::parse(last_line(fine.err)).at("files") == Json::array({"-"}));
  const Outcome wrong = laptop.run({"download", "nothing", "--output", "-", "--json"});
  CHECK(wrong.code == 66);
  CHECK(wrong.out.empty());
  CHECK(Json::parse(last_line(wrong.err)).at("exit_code") == 66);
}

TEST_CASE("a model whose sidecar is gone from the server is brought, and what is missing is said",
          "[fault:27]") {
  const Stocked laptop;
  for (const auto& user : fs::directory_iterator(laptop.local_store() / "model_database")) {
    fs::remove(user.path() / "people_20260101t000000_model.json");
  }
  const Outcome outcome = laptop.run({"download", "--models", "latest:people", "--batch"});
  INFO(outcome);
  CHECK(outcome.code == 66);
  CHECK_THAT(outcome.err, Catch::Contains("the server has no 'people_20260101t000000_model.json'; "
                                          "'synthetic_output/people_20260101t000000_model.gz' was brought"));
  CHECK(laptop.outputs() == std::vector<std::string>{"people_20260101t000000_model.gz"});
  CHECK(laptop.at_home("people_20260101t000000_model.gz") == packed("model"));
}

TEST_CASE("a stored file whose bytes changed on the server is said to be damaged there", "[fault:4]") {
  const Stocked laptop;
  CHECK(laptop.run({"download", k_old, "--keep-gz", "--batch"}).code == 0);
  fs::remove(laptop.work() / "synthetic_output" / k_old);
  std::string bytes = packed("a,b\n1,2\n");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  laptop.put("synthetic_csv_database", k_old, bytes);
  refused(laptop.run({"download", k_old, "--keep-gz", "--batch"}), 65,
          "the synthetic table '" + k_old + "' is damaged on the server");
  CHECK(laptop.outputs().empty());
}

TEST_CASE("fit refuses a wrong server or settings file before it looks at the table") {
  const Laptop laptop;
  const std::string table = laptop.write_table("people.csv", small_table(200));
  const Outcome wrong = laptop.run({"fit", table, "--server", "a b", "--batch"});
  refused(wrong, 64, "'a b'");
  CHECK(wrong.err.find("Table of") == std::string::npos);
  const Outcome missing = laptop.run({"fit", table, "--config", "nowhere.json", "--batch"});
  refused(missing, 78, "nowhere.json");
  CHECK(missing.err.find("Table of") == std::string::npos);
}

TEST_CASE("a name for the model that cannot be a file's is made one, and what it became is said") {
  const Laptop laptop;
  const std::string table = laptop.write_table("people.csv", small_table(200));
  const auto said = [&](const std::string& name) {
    return laptop.run({"fit", table, "--name", name, "--epochs", "1", "--detach", "--batch"}).err;
  };
  CHECK_THAT(said("a/.b"), Catch::Contains("The model is called '_b', since 'a/.b' is no plain file name"));
  CHECK(said("plain").find("is called") == std::string::npos);
}

TEST_CASE("--force replaces a file, whole or not at all, and nothing but a file") {
  const Stocked laptop;
  const fs::path target = laptop.work() / "synthetic_output/people_20260101t000000_2_synthetic.csv";
  std::ofstream(target) << "mine";
  CHECK_THAT(laptop.run({"download", k_old}).err, Catch::Contains("'--force'"));
  CHECK(laptop.run({"download", k_old, "--force"}).code == 0);
  CHECK(files::read_file(target) == "a,b\n1,2\n");
  std::ofstream(laptop.work() / "synthetic_output" / k_old) << "mine";
  CHECK(laptop.run({"download", k_old, "--keep-gz", "--force"}).code == 0);
  CHECK(laptop.at_home(k_old) == packed("a,b\n1,2\n"));
  laptop.put("synthetic_csv_database", k_new, "no gzip");
  std::ofstream(laptop.work() / "synthetic_output/flights_20260102t000000_2_synthetic.csv") << "mine";
  CHECK(laptop.run({"download", k_new, "--force"}).code == 65);
  CHECK(laptop.at_home("flights_20260102t000000_2_synthetic.csv") == "mine");
  fs::remove(target);
  fs::create_directory(target);
  refused(laptop.run({"download", k_old, "--force"}), 73, "is no plain file");
}

TEST_CASE("a command says where it runs, and as whom; not with --quiet") {
  const Stocked laptop;
  CHECK_THAT(laptop.run({"download", "--list"}).err, Catch::Contains("on this machine as "));
  const Outcome json = laptop.run({"manage", "models", "list", "--json"});
  CHECK(Json::parse(json.out.substr(0, json.out.find('\n'))).at("server") == "local");
  const Outcome quiet = laptop.run({"download", "--list", "--quiet"});
  CHECK(quiet.err.empty());
  CHECK_THAT(quiet.out, Catch::Contains(k_new));
}

TEST_CASE("where the settings require a server nothing runs on this machine unless it was named") {
  const Laptop laptop;
  const std::string table = laptop.write_table("people.csv", small_table(100));
  std::ofstream(laptop.home() / ".config/ctgan/settings.json") << R"({"server": "required"})";
  refused(laptop.run({"fit", table, "--batch"}), 78, "no server is configured");
  CHECK(laptop.run({"manage", "whoami", "--server", "local"}).code == 0);
}

TEST_CASE("one target in the way stops all of a download before it begins") {
  const Stocked laptop;
  std::ofstream(laptop.work() / "synthetic_output/people_20260101t000000_2_synthetic.csv") << "mine";
  refused(laptop.run({"download", "latest", k_old}), 73, "exists already");
  CHECK(laptop.outputs().size() == 1);
  CHECK(laptop.at_home("people_20260101t000000_2_synthetic.csv") == "mine");
}

TEST_CASE("an output folder that is missing or cannot be written is exit 73; the standard one is made") {
  const Stocked laptop;
  refused(laptop.run({"download", "latest", "--output", "nowhere"}), 73, "'nowhere' does not exist");
  std::ofstream(laptop.work() / "file");
  refused(laptop.run({"download", "latest", "--output", "file"}), 73, "'file'");
  fs::remove(laptop.work() / "synthetic_output");
  CHECK(laptop.run({"download", "latest"}).code == 0);
  CHECK(laptop.outputs().size() == 1);
}

TEST_CASE("download and sample name what is not there, with the closest that is") {
  const Stocked laptop;
  refused(laptop.run({"download", "people_20260101t000000_3_synthetic.csv.gz"}), 66,
          "did you mean '" + k_old + "'");
  refused(laptop.run({"sample", "latest:trains", "-n", "5"}), 66, "'latest:trains'");
  refused(laptop.run({"sample", "people_20260101t000001_model.gz", "-n", "5"}), 66,
          "people_20260101t000001_model.gz");
  CHECK(laptop.outputs().empty());
}

TEST_CASE("sample checks rows, seed and output before it connects", "[fault:40]") {
  const Scripted laptop("touch \"$HOME/asked\"; exit 1");
  const auto check = [&laptop](std::vector<std::string> more, int code, const std::string& words) {
    std::vector<std::string> command{"sample", "latest"};
    command.insert(command.end(), more.begin(), more.end());
    refused(laptop.run(command), code, words);
  };
  for (const char* rows : {"0", "-1", "1e18", "1000000000000000000", "abc", "", "1.5", " 5", "+5"}) {
    check({"-n", rows}, 64, "the number of rows must be a whole number from 1");
  }
  check({"-n", "5", "--seed", "-1"}, 64, "the seed must be");
  check({"-n", "5", "--where", "age"}, 64, "'age' has no operator");
  check({"-n", "5", "--quota", "sex=Male:3,Female:3"}, 64, "the quota has 6 rows, but '-n 5' was given");
  check({"--quota", "sex=Male"}, 64, "the quota 'sex=Male'");
  check({"--quota", "sex=Male:2000000000"}, 64, "the number of rows must be a whole number from 1");
  check({"-n", "5", "--quota", "sex=Male:5", "--balance", "sex"}, 64, "--balance");
  check({"--balance", "sex"}, 64, "no number of rows was given");
  check({"-n", "5", "--output", "none/out.csv"}, 73, "no such folder");
  std::ofstream(laptop.work() / "out.csv");
  check({"-n", "5", "--output", "out.csv"}, 73, "'out.csv' exists already");
  check({"-n", "5", "--output", "o.csv", "--no-download"}, 64, "exclude each other");
  CHECK_FALSE(fs::exists(laptop.home() / "asked"));
}

TEST_CASE("at a terminal download lists and takes numbers, and sample asks for model and rows") {
  const Stocked laptop;
  auto download = laptop.talk({"download"});
  REQUIRE(download.expect("2  " + k_old));
  REQUIRE(download.expect("Files (1,2 or 2-4 or all): "));
  download.type("2\n");
  CHECK(download.end() == 0);
  CHECK(laptop.at_home("people_20260101t000000_2_synthetic.csv") == "a,b\n1,2\n");
  auto sample = laptop.talk({"sample"});
  REQUIRE(sample.expect("1  people_20260101t000000_model.gz"));
  REQUIRE(sample.expect("Model [1]: "));
  sample.type("1\n");
  REQUIRE(sample.expect("Rows: "));
  sample.type("many\n");
  REQUIRE(sample.expect("the number of rows must be a whole number"));
  sample.type("\x03");
  CHECK(sample.end() == 130);
}

TEST_CASE("delete asks at a terminal, does what it is told in batch, and takes the sidecar along") {
  const Stocked laptop;
  auto talk = laptop.talk({"manage", "data", "delete", k_old});
  REQUIRE(talk.expect("Delete '" + k_old + "' for good (yes/no): "));
  talk.type("no\n");
  CHECK(talk.end() == 130);
  auto yes = laptop.talk({"manage", "data", "delete", k_old});
  REQUIRE(yes.expect("(yes/no): "));
  yes.type("yes\n");
  CHECK(yes.end() == 0);
  CHECK(laptop.run({"download", "--list"}).out.find(k_old) == std::string::npos);
  CHECK(laptop.run({"manage", "models", "delete", "latest", "--batch"}).code == 0);
  for (const std::string& name : files_under(laptop.local_store()))
    CHECK(name.find("_model") == std::string::npos);
  refused(laptop.run({"manage", "data", "delete", "--batch"}), 64, "no NAME was given");
}

TEST_CASE("a file whose name would steer the terminal is shown without power over it", "[fault:39]") {
  const Laptop laptop;
  const Outcome outcome = laptop.run({"fit", "no\033[2Jsuch.csv", "--batch"});
  CHECK(outcome.code == 66);
  CHECK_THAT(outcome.err, Catch::Contains("'no\\x1b[2Jsuch.csv'"));
}

TEST_CASE(
    "fit at a terminal: banner, files, then what is not known yet is asked for: the file and the epochs") {
  const Stocked laptop;
  laptop.write_table("a.csv", "x\n1\n");
  laptop.write_table("people.csv", small_table(100));
  auto talk = laptop.talk({"fit"});
  REQUIRE(talk.expect("ctgan-server: a synthetic table from yours"));
  REQUIRE(talk.expect("   1  a.csv"));
  REQUIRE(talk.expect("   2  people.csv"));
  REQUIRE(talk.expect("File: "));
  talk.type("2\n");
  REQUIRE(talk.expect("Table of 100 rows, 4 columns; numerical: age, income; categorical: city, sex"));
  REQUIRE(talk.expect("Epochs [300]: "));
  talk.type("0\n");
  REQUIRE(talk.expect("epochs must be"));
  REQUIRE(talk.expect("Epochs [300]: "));
  talk.type("\x04");
  CHECK(talk.end() == 130);
}

TEST_CASE(
    "a connection that is lost while a job is followed is exit 75; the job goes on, and how to come back is "
    "said",
    "[fault:1][fault:6]") {
  const Scripted laptop(k_greeting + R"(read line
echo '{"type":"event","id":1,"seq":1,"event":"epoch","epoch":1,"epochs":3,"generator_loss":1.99842,"discriminator_loss":-0.342,"seconds":2.0}'
exit 1)");
  const Outcome outcome = laptop.run({"fit", "--attach", k_job, "--batch"});
  refused(outcome, 75, "the job '" + k_job + "' goes on");
  CHECK_THAT(outcome.err, Catch::Contains("'fit --attach " + k_job + "' follows it again"));
  CHECK_THAT(outcome.err, Catch::Contains("Epoch 1/3, 4 s left, Loss G: 1.9984, Loss D: -0.3420\n"));
}

TEST_CASE("an epoch is told with the losses that its method has, unknown ones by their own name") {
  const Scripted laptop(k_greeting + R"(read line
echo '{"type":"event","id":1,"seq":1,"event":"epoch","epoch":1,"epochs":1,"divergence_loss":2.5,"reconstruction_loss":-7.25,"seconds":2.0}'
echo '{"type":"event","id":1,"seq":2,"event":"epoch","epoch":2,"epochs":2,"margin_loss":0.5,"seconds":2.0}'
exit 1)");
  const Outcome outcome = laptop.run({"fit", "--attach", k_job, "--batch"});
  CHECK_THAT(outcome.err, Catch::Contains("Epoch 1/1, Loss R: -7.2500, Loss KL: 2.5000\n"));
  CHECK_THAT(outcome.err, Catch::Contains("Epoch 2/2, Loss margin: 0.5000\n"));
}

TEST_CASE("Ctrl-C while a job is followed is exit 130, at once, with the same words", "[fault:5]") {
  const Scripted laptop(k_greeting + R"(read line
echo '{"type":"event","id":1,"seq":1,"event":"state","state":"running"}'
exec sleep 60)");
  TerminalTalk talk({bin("fit"), "--attach", k_job}, laptop.work().string(),
                    laptop.surroundings().environment);
  REQUIRE(talk.expect("The job is running"));
  talk.type("\x03");
  CHECK(talk.end(20) == 130);
  CHECK_THAT(talk.said(), Catch::Contains("stopped by Ctrl-C; the job '" + k_job + "' goes on"));
  CHECK_THAT(talk.said(), Catch::Contains("'fit --attach " + k_job +
                                          "' follows it again; 'manage jobs cancel " + k_job + "' stops it"));
}

TEST_CASE(
    "a job that failed is exit 80 with its reason, a cancelled one 81, a lost one 82, and a finished one "
    "prints its model") {
  const auto attach = [](const std::string& job) {
    const Scripted laptop(k_greeting + "read line; echo '{\"type\":\"result\",\"id\":1,\"job\":\"" + k_job +
                          "\"," + job + "}'; read line");
    return laptop.run({"fit", "--attach", k_job, "--batch"});
  };
  refused(attach(R"("state":"failed","error":{"kind":"bad_data","sentence":"column x","hint":"drop it"})"),
          80, "the job '" + k_job + "' failed: column x\n  hint: drop it");
  refused(attach(R"("state":"cancelled")"), 81, "the job '" + k_job + "' was cancelled");
  refused(attach(R"("state":"lost")"), 82, "the job '" + k_job + "' was lost");
  const Outcome done = attach(R"("state":"done","result":{"model":"a_model.gz","sidecar":"a_model.json"})");
  INFO(done);
  CHECK(done.code == 0);
  CHECK(done.out == "a_model.gz\n");
}

TEST_CASE("rows that were drawn but could not be brought home are said to be kept on the server") {
  const Scripted laptop(k_greeting + R"(read line; echo '{"type":"result","id":1,"job":"0f"}'
read line; echo '{"type":"result","id":2,"job":"0f","state":"done","result":{"data":"p_20260101t000000_5_synthetic.csv.gz","rows":5}}'
read line)");
  const Outcome outcome = laptop.run({"sample", "p_20260101t000000_model.gz", "-n", "5"});
  INFO(outcome);
  CHECK(outcome.code != 0);
  CHECK_THAT(outcome.err, Catch::Contains("'download p_20260101t000000_5_synthetic.csv.gz' fetches them"));
  CHECK(laptop.outputs().empty());
}

TEST_CASE("a server that names a file outside its folder is refused", "[fault:24]") {
  const Scripted laptop(k_greeting + R"(read line; echo '{"type":"result","id":1,"job":"0f"}'
read line; echo '{"type":"result","id":2,"job":"0f","state":"done","result":{"data":"../../x.csv.gz","rows":5}}'
read line)");
  refused(laptop.run({"sample", "p_20260101t000000_model.gz", "-n", "5"}), 76, "no safe name");
}

TEST_CASE("an interrupted download leaves nothing") {
  const Stocked stocked;
  stocked.put("synthetic_csv_database", k_old, packed(small_table(50'000)));
  const fs::path program = stocked.home() / "slow-server";
  std::ofstream(program) << "#!/bin/sh\n[ \"$1\" = serve ] && exec " << bin("ctgan-server") << " serve\n"
                         << bin("ctgan-server") << " transfer | (head -c 10000; sleep 60)\n";
  chmod(program.c_str(), 0755);
  std::ofstream(stocked.home() / ".config/ctgan/settings.json")
      << R"({"server_program": ")" << program.string() << "\"}";
  auto talk = stocked.talk({"download", k_old});
  REQUIRE(talk.expect("Downloading"));
  usleep(300'000);
  talk.type("\x03");
  CHECK(talk.end(10) == 130);
  CHECK_THAT(talk.said(), Catch::Contains("stopped by Ctrl-C"));
  CHECK(stocked.outputs().empty());
}
