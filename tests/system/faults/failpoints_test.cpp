// Every process of a command is killed at every step that it takes: each place that the command passes is noted in one
// undisturbed run, then the command is run once for each and dies there (common/failpoints).
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "common/files/file.h"
#include "tests/faults.h"
#include "tests/system/faults/fault_world.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;
using Argv = std::vector<std::string>;

constexpr int k_killed = 137;

// The places in the order of their first passing: "ctgan-server work\tfile: it is durable\t3".
std::vector<std::string> places_in(const fs::path& log) {
  std::vector<std::string> places;
  std::set<std::string> seen;
  std::ifstream file(log);
  for (std::string line; std::getline(file, line);)
    if (seen.insert(line).second) places.push_back(line);
  return places;
}

// One machine with its own store, on which a command can be told where to die.
struct Machine {
  Laptop laptop;

  Outcome run(Argv argv, const std::vector<std::string>& environment = {}) const {
    argv[0] = bin(argv[0]);
    Surroundings around = laptop.surroundings();
    around.environment.insert(around.environment.end(), environment.begin(), environment.end());
    return run_program(argv, around);
  }
  Outcome server(Argv argv, const std::vector<std::string>& environment = {}) const {
    argv.insert(argv.begin(), {"ctgan-server", "--root", laptop.local_store().string()});
    return run(std::move(argv), environment);
  }
  std::vector<std::string> noting() const {
    return {"CTGAN_FAILPOINT_LOG=" + (laptop.home() / "places").string()};
  }
  std::vector<std::string> places() const { return places_in(laptop.home() / "places"); }
  // Forgets an earlier death.
  std::vector<std::string> dying(const std::string& place) const {
    const fs::path death = laptop.home() / "death";
    fs::remove(death);
    return {"CTGAN_FAILPOINT=" + place, "CTGAN_FAILPOINT_DEATH=" + death.string()};
  }
  bool has_died() const { return fs::exists(laptop.home() / "death"); }

  Argv fit(const std::string& csv) const { return quick_fit(laptop.write_table("people.csv", csv)); }
  std::size_t models() const {
    std::size_t count = 0;
    for (const std::string& name : files_under(laptop.local_store() / "model_database"))
      count += name.ends_with("_model.gz") ? 1 : 0;
    return count;
  }
};

// All of them in the whole sweep; else some. Of processes that race, now one passes a place and now the other: `visit`
// says whether anybody died there.
void for_each_place(const std::vector<std::string>& places, int otherwise,
                    const std::function<bool(const std::string& place)>& visit) {
  const auto step = static_cast<std::size_t>(stride(otherwise));
  int visited = 0, deaths = 0;
  for (std::size_t i = step / 2; i < places.size(); i += step) {
    INFO("killed at " << places[i]);
    ++visited;
    if (!visit(places[i])) continue;
    ++deaths;
    tried(1);
  }
  CHECK(4 * deaths >= 3 * visited);
}

const Argv k_sample{"sample", "latest",  "-n",       "40",      "--seed",
                    "3",      "--force", "--output", "out.csv", "--batch"};

}  // namespace

TEST_CASE(
    "any process of a fit that is killed at any step leaves a model or none, and the same command makes it",
    "[fault:6][fault:8]") {
  const ConfidentialTable table = confidential_table(400);
  std::vector<std::string> places;
  {
    const Machine machine;
    REQUIRE(machine.run(machine.fit(table.csv), machine.noting()).code == 0);
    places = machine.places();
  }
  REQUIRE(places.size() > 60);
  std::set<std::string> programs;
  for (const std::string& place : places) programs.insert(place.substr(0, place.find('\t')));
  CHECK(programs.contains("fit"));
  CHECK(programs.contains("ctgan-server serve"));
  CHECK(programs.contains("ctgan-server transfer"));
  CHECK(programs.contains("ctgan-server work"));
  for_each_place(places, 13, [&](const std::string& place) {
    const Machine machine;
    const Argv fit = machine.fit(table.csv);
    const Outcome killed = machine.run(fit, machine.dying(place));
    INFO(killed);
    if (!machine.has_died()) return false;
    const std::set<int> codes =
        place.starts_with("fit\t") ? std::set<int>{k_killed} : std::set<int>{0, 75, 82};
    CHECK(codes.contains(killed.code));
    // As whoever reads what it said would go on.
    const bool known = killed.code == 75 && killed.err.find("fit --attach") != std::string::npos;
    const Outcome again = machine.run(known ? Argv{"fit", "--attach", "latest"} : fit);
    INFO(again);
    CHECK(again.code == 0);
    // What was finished and said is not asked for once more.
    if (killed.code == 0) CHECK(machine.models() == 2);
    if (killed.code == 75 || killed.code == 82) CHECK(machine.models() == 1);
    CHECK(machine.run(k_sample).code == 0);
    check_store(machine.laptop.local_store(), table.words);
    return true;
  });
}

TEST_CASE(
    "any process of a sample that is killed at any step leaves rows or none, and the next one draws the same",
    "[fault:6][fault:8]") {
  const ConfidentialTable table = confidential_table(400);
  const Machine machine;
  REQUIRE(machine.run(machine.fit(table.csv)).code == 0);
  REQUIRE(machine.run(k_sample, machine.noting()).code == 0);
  const fs::path out = machine.laptop.work() / "out.csv";
  const std::string rows = files::read_file(out);
  for_each_place(machine.places(), 6, [&](const std::string& place) {
    fs::remove(out);
    const Outcome killed = machine.run(k_sample, machine.dying(place));
    INFO(killed);
    if (fs::exists(out)) CHECK(files::read_file(out) == rows);
    CHECK(machine.run(k_sample).code == 0);
    CHECK(files::read_file(out) == rows);
    check_store(machine.laptop.local_store(), table.words);
    return machine.has_died();
  });
  // Nothing half-written beside the rows, but what a download that was killed goes on from.
  for (const std::string& name : files_under(machine.laptop.work()))
    CHECK((name == "out.csv" || name == "original_data/people.csv" || name.ends_with(".csv.gz.part")));
}

TEST_CASE("a fit with checkpoints that is killed at any step goes on by itself, to the same bytes",
          "[fault:7]") {
  const ConfidentialTable table = confidential_table(400);
  const auto model_of = [](const Machine& machine) {
    std::string bytes;
    for (const auto& [name, content] : contents_under(machine.laptop.local_store() / "model_database"))
      if (name.ends_with("_model.gz")) bytes += content;
    return bytes;
  };
  const auto lasting = [&](const Machine& machine) {
    Argv argv = machine.fit(table.csv);
    argv.insert(argv.end(), {"--no-report", "--checkpoint", "0.0001"});
    *std::next(std::find(argv.begin(), argv.end(), "--epochs")) = "6";
    return argv;
  };
  std::string undisturbed;
  std::vector<std::string> places;
  {
    const Machine machine;
    REQUIRE(machine.run(lasting(machine), machine.noting()).code == 0);
    undisturbed = model_of(machine);
    for (const std::string& place : machine.places())
      if (place.starts_with("ctgan-server work\t")) places.push_back(place);
  }
  for_each_place(places, 9, [&](const std::string& place) {
    const Machine machine;
    const Outcome killed = machine.run(lasting(machine), machine.dying(place));
    INFO(killed);
    CHECK(killed.code == 0);
    CHECK(model_of(machine) == undisturbed);
    check_store(machine.laptop.local_store(), table.words);
    return machine.has_died();
  });
}

TEST_CASE("a server that is killed while it cancels a job has cancelled it or not, and the same command does",
          "[fault:9]") {
  const Machine machine;
  const std::string file = machine.laptop.write_table("people.csv", small_table(2000));
  const Argv fit{"fit", file, "--epochs", "10000", "--detach", "--batch"};
  const Argv cancel{"manage", "jobs", "cancel", "latest"};
  REQUIRE(machine.run(fit).code == 0);
  REQUIRE(machine.run(cancel, machine.noting()).code == 0);
  for_each_place(machine.places(), 3, [&](const std::string& place) {
    REQUIRE(machine.run(fit).code == 0);
    INFO(machine.run(cancel, machine.dying(place)));
    CHECK(machine.run(cancel).code == 0);
    CHECK_THAT(machine.run({"manage", "jobs", "show", "latest"}).out, Catch::Contains("cancelled"));
    check_store(machine.laptop.local_store(), {"Athens"});
    return machine.has_died();
  });
}

TEST_CASE("an encryption that is killed at any step leaves files that can be read, and the next one ends it",
          "[fault:8]") {
  const Machine machine;
  REQUIRE(machine.run(machine.fit(small_table(400))).code == 0);
  REQUIRE(machine.run(k_sample).code == 0);
  const std::string rows = files::read_file(machine.laptop.work() / "out.csv");
  const fs::path keys = machine.laptop.home() / "keys";
  REQUIRE(machine.server({"encryption", "new-key", keys.string()}).code == 0);
  files::write_file(machine.laptop.local_store() / "settings.json",
                    "{\"encryption_key_file\": \"" + keys.string() + "\"}\n",
                    files::AtomicFile::IfExists::replace);
  REQUIRE(machine.server({"encryption", "apply"}, machine.noting()).code == 0);
  const std::vector<std::string> places = machine.places();
  CHECK(places.size() >= 10);
  for_each_place(places, 2, [&](const std::string& place) {
    REQUIRE(machine.server({"encryption", "apply", "--decrypt"}).code == 0);
    CHECK(machine.server({"encryption", "apply"}, machine.dying(place)).code == k_killed);
    CHECK(machine.run(k_sample).code == 0);
    CHECK(files::read_file(machine.laptop.work() / "out.csv") == rows);
    CHECK(machine.server({"encryption", "apply"}).code == 0);
    CHECK_THAT(machine.server({"doctor"}).out, Catch::Contains("ok       encryption"));
    return true;
  });
  REQUIRE(machine.server({"encryption", "apply", "--decrypt"}).code == 0);
  check_store(machine.laptop.local_store());
}

TEST_CASE("a deletion of a user that is killed at any step is ended by the same command", "[fault:8]") {
  const auto shared = [](const Machine& machine) {
    REQUIRE(machine.server({"init", "--shared"}).code == 0);
    REQUIRE(machine.server({"user", "add", "alice", "--key-only"}).code == 0);
    files::write_file(machine.laptop.local_store() / "model_database/alice/a_20261121t074500_model.gz", "x",
                      files::AtomicFile::IfExists::refuse);
  };
  const auto deletion = [](const Machine& machine) {
    return Argv{"user", "delete", "alice", "--yes", "--file", (machine.laptop.home() / "keys").string()};
  };
  const Machine undisturbed;
  shared(undisturbed);
  REQUIRE(undisturbed.server(deletion(undisturbed), undisturbed.noting()).code == 0);
  for_each_place(undisturbed.places(), 1, [&](const std::string& place) {
    const Machine machine;
    shared(machine);
    CHECK(machine.server(deletion(machine), machine.dying(place)).code == k_killed);
    const Outcome again = machine.server(deletion(machine));
    INFO(again);
    // Gone already, or now.
    CHECK((again.code == 0 || again.code == 66));
    CHECK(machine.server({"reap"}).code == 0);
    for (const std::string& name : files_under(machine.laptop.local_store()))
      CHECK(name.find("alice") == std::string::npos);
    CHECK(machine.server({"user", "add", "alice", "--key-only"}).code == 0);
    return true;
  });
}

namespace {

// Two users of a shared store and what they do for a fit, each step by a process of its own.
class Parties {
 public:
  using Do = std::function<Outcome(const std::vector<std::string>& environment)>;

  explicit Parties(const Machine& machine) : machine_(machine) {
    REQUIRE(machine.server({"init", "--shared"}).code == 0);
    for (const char* user : {"alice", "bob"})
      REQUIRE(machine.server({"user", "add", user, "--key-only"}).code == 0);
    REQUIRE(asked("alice", {{"command", "budget.set"}, {"dataset", "d"}, {"epsilon", 2}, {"delta", 1e-6}}, {})
                .code == 0);
  }

  std::vector<Do> steps() {
    std::vector<Do> steps{[this](const auto& dying) { return submit(dying); }};
    for (const std::string user : {"alice", "bob"})
      steps.insert(steps.end(), {[this, user](const auto& dying) { return send(user, dying); },
                                 [this, user](const auto& dying) { return give(user, dying); },
                                 [this, user](const auto& dying) { return confirm(user, dying); }});
    return steps;
  }
  // What a person does whose command died: the same, and if its file has gone meanwhile all that led to it.
  void mend(std::size_t step) {
    std::vector<Do> all = steps();
    Outcome again = all[step]({});
    for (std::size_t back = step; again.code != 0 && back > 1 && (back - 1) % 3 != 0; --back)
      for (std::size_t i = back - 1; i <= step; ++i) again = all[i]({});
    INFO(again);
    CHECK(again.code == 0);
  }
  std::string state() {
    return field(asked("bob", {{"command", "job.show"}, {"job", job()}}, {}).out, "\"state\":\"");
  }
  int fits() {
    const std::string out = asked("bob", {{"command", "budget.show"}, {"dataset", "d"}}, {}).out;
    return std::stoi(field(out, "\"fits\":"));
  }

 private:
  // What stands behind the last `key`, up to the end of a value.
  static std::string field(const std::string& text, const std::string& key) {
    const std::size_t at = text.rfind(key);
    if (at == std::string::npos) return "0";
    const std::size_t begin = at + key.size();
    return text.substr(begin, text.find_first_of("\",}", begin) - begin);
  }
  Outcome connected(const std::string& user, const std::string& input, std::vector<std::string> environment) {
    Surroundings around = machine_.laptop.surroundings();
    around.environment.insert(around.environment.end(), environment.begin(), environment.end());
    around.input = input;
    // Whoever gives a table stays for the answer: what is looked at for him alone is given up when he leaves.
    const std::string stay = input.find("party.give") == std::string::npos ? "0" : "0.7";
    return run_program(
        {"/bin/sh", "-c", "(cat; sleep " + stay + ") | exec \"$0\" \"$@\"", bin("ctgan-server"), "--root",
         machine_.laptop.local_store().string(), "serve", "--user", user},
        around);
  }
  // An error of the server is one of the command's.
  Outcome asked(const std::string& user, nlohmann::json request,
                const std::vector<std::string>& environment) {
    request.update({{"type", "request"}, {"id", 1}});
    Outcome outcome = connected(user, request.dump() + "\n", environment);
    if (outcome.code == 0 && outcome.out.find("\"type\":\"error\"") != std::string::npos) outcome.code = 1;
    return outcome;
  }
  std::string job() {
    return field(asked("alice", {{"command", "job.find"}, {"request_id", k_id}}, {}).out, "\"job\":\"");
  }

  Outcome submit(const std::vector<std::string>& dying) {
    const nlohmann::json alice{{"name", "alice"}, {"user", "alice"}}, bob{{"name", "bob"}, {"user", "bob"}};
    return asked("alice",
                 {{"command", "fit.submit"},
                  {"request_id", k_id},
                  {"name", "both"},
                  {"method", "mst"},
                  {"options", {{"epsilon", 1}}},
                  {"dataset", "d"},
                  {"parties", {alice, bob}}},
                 dying);
  }
  Outcome send(const std::string& user, std::vector<std::string> dying) {
    std::string rows = "id,x\n";
    for (int i = 0; i < 100; ++i)
      rows += "word_of_" + user + std::to_string(i) + "," + (i % 2 == 0 ? "u" : "v") + "\n";
    dying.emplace_back("SSH_ORIGINAL_COMMAND=scp -t t.csv");
    return connected(user, "C0600 " + std::to_string(rows.size()) + " t.csv\n" + rows + '\0', dying);
  }
  Outcome give(const std::string& user, const std::vector<std::string>& dying) {
    const nlohmann::json column{{"sdtype", "categorical"}, {"domain", {{"categories", {"u", "v"}}}}};
    return asked(user,
                 {{"command", "party.give"},
                  {"job", job()},
                  {"inbox", "t.csv"},
                  {"table", {{"columns", {{"x", column}}}}}},
                 dying);
  }
  Outcome confirm(const std::string& user, const std::vector<std::string>& dying) {
    const Outcome seen = asked(user, {{"command", "party.show"}, {"job", job()}}, {});
    Outcome outcome = asked(
        user, {{"command", "party.confirm"}, {"job", job()}, {"digest", field(seen.out, "\"digest\":\"")}},
        dying);
    // It was the last one, and has been taken.
    for (const char* words : {"have confirmed it", "has ended"})
      if (outcome.out.find(words) != std::string::npos) outcome.code = 0;
    return outcome;
  }

  static inline const std::string k_id = std::string(32, 'a');
  const Machine& machine_;
};

}  // namespace

TEST_CASE(
    "any process of a fit of two parties that is killed at any step is mended by the same commands, debited "
    "once",
    "[fault:6][fault:8]") {
  std::vector<std::string> places;
  {
    const Machine machine;
    Parties parties(machine);
    for (const Parties::Do& step : parties.steps()) {
      const Outcome done = step(machine.noting());
      INFO(done);
      REQUIRE(done.code == 0);
    }
    check_store(machine.laptop.local_store(), {"word_of_"});
    REQUIRE(parties.state() == "done");
    places = machine.places();
  }
  REQUIRE(places.size() > 20);
  for_each_place(places, 7, [&](const std::string& place) {
    const Machine machine;
    Parties parties(machine);
    const std::vector<std::string> dying = machine.dying(place);
    std::vector<Parties::Do> steps = parties.steps();
    for (std::size_t i = 0; i < steps.size(); ++i)
      if (steps[i](dying).code != 0) parties.mend(i);
    check_store(machine.laptop.local_store(), {"word_of_"});
    const std::string state = parties.state();
    INFO(state);
    CHECK((state == "done" || state == "lost"));
    // What only the ledger's file has counts as spent, so that such a death costs a fit that nobody drew.
    const bool between = place.find("ledger: the file has the entries") != std::string::npos;
    CHECK(parties.fits() == (between && machine.has_died() ? 2 : 1));
    return machine.has_died();
  });
}

}  // namespace ctgan::tests
