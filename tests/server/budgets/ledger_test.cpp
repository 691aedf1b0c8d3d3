// The ledger of a store: nothing is overspent, whoever asks at the same moment; nothing is changed or taken back unnoticed.
#include "server/budgets/ledger.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <limits>

#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/fresh_store.h"

namespace ctgan::server::budgets {

using errors::Kind;
using tests::raised;

namespace {

namespace fs = std::filesystem;

const Actor k_alice{"alice", false, ""};
const Actor k_admin{"root", true, ""};

Debit fit(double epsilon, double delta = 0, const std::string& dataset = "people") {
  return {"alice", dataset, {epsilon, delta}, std::nullopt, std::string(32, 'a'), std::string(64, 'b'),
          "trees"};
}

// As a submission does it.
void debit(store::Store& store, const Debit& wanted, std::optional<Spending> by_default = std::nullopt) {
  Ledger ledger(store);
  ledger.set_default(by_default);
  store::Transaction transaction(store.database());
  ledger.debit(wanted);
  ledger.seal();
  transaction.commit();
}

void set(store::Store& store, const Spending& budget, const Actor& actor = k_alice,
         const std::string& dataset = "people") {
  Ledger ledger(store);
  store::Transaction transaction(store.database());
  ledger.set_budget(actor, dataset, budget);
  ledger.seal();
  transaction.commit();
}

struct WithLedger : tests::FreshStore {
  void acknowledge(const Acknowledgement& what) { Ledger(store()).acknowledge("os:root", what); }
  Balance balance(const std::string& dataset = "people") {
    return require_balance(Ledger(store()).entries(), dataset);
  }
  std::string trouble() {
    const auto error = Ledger(store()).trouble();
    return error ? error->sentence() : "";
  }
  fs::path file() { return store().layout().privacy_ledger(); }
  // What somebody does who knows SQLite.
  void tamper(const std::string& sql) { store().database().execute(sql); }
  void without_triggers(const std::string& sql) {
    for (const char* trigger : {"appended", "unchanged", "kept"})
      tamper(std::string("DROP TRIGGER privacy_ledger_") + trigger);
    tamper(sql);
  }
  // The database as it is now, to be put back later.
  void keep_database() { tamper("VACUUM INTO '" + (root() / "kept.sqlite").string() + "'"); }
  void restore_database() {
    fs::rename(root() / "kept.sqlite", store().layout().database());
    reopened = open();
  }

  std::unique_ptr<store::Store> reopened;
};

// Writes the file back as it was, in place: another file would be a copy.
class FileKeeper {
 public:
  explicit FileKeeper(fs::path path) : path_(std::move(path)), text_(files::read_file(path_)) {}
  ~FileKeeper() { std::ofstream(path_, std::ios::trunc) << text_; }
  FileKeeper(const FileKeeper&) = delete;
  FileKeeper& operator=(const FileKeeper&) = delete;

 private:
  fs::path path_;
  std::string text_;
};

// In a process of its own; what it returns is the exit code.
int in_process(const std::function<int()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    int code = 99;
    try {
      code = work();
    } catch (...) {
    }
    _exit(code);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

TEST_CASE("a budget is set, debited to its last digit, and then nothing more can be spent") {
  WithLedger fresh;
  set(fresh.store(), {0.3, 2e-6});
  debit(fresh.store(), fit(0.1, 1e-6));
  debit(fresh.store(), fit(0.2, 1e-6));
  const Balance balance = fresh.balance();
  CHECK(balance.owner == "alice");
  CHECK(balance.fits == 2);
  CHECK(balance.spent.epsilon.text() == "0.3");
  CHECK(balance.left().epsilon == Amount());
  const auto refused = raised([&] { debit(fresh.store(), fit(std::numeric_limits<double>::denorm_min())); });
  CHECK(refused.kind() == Kind::permission);
  CHECK(refused.sentence() ==
        "the privacy budget of 'people' has epsilon 0 and delta 0 left, and this needs epsilon 5e-324 and "
        "delta 0");
  CHECK_THAT(refused.hint(), Catch::Contains("'alice' or an administrator"));
  CHECK(Ledger(fresh.store()).entries().size() == 3);
  CHECK_FALSE(check_chain(Ledger(fresh.store()).entries()).has_value());
}

TEST_CASE("one digit too much is too much, of epsilon and of delta") {
  WithLedger fresh;
  set(fresh.store(), {1, 1e-6});
  for (int i = 0; i < 9; ++i) debit(fresh.store(), fit(0.1, 1e-7));
  CHECK(raised([&] { debit(fresh.store(), fit(std::nextafter(0.1, 1), 0)); }).kind() == Kind::permission);
  CHECK(raised([&] { debit(fresh.store(), fit(0.1, std::nextafter(1e-7, 1))); }).kind() == Kind::permission);
  debit(fresh.store(), fit(0.1, 1e-7));
  CHECK(fresh.balance().spent.epsilon.text() == "1");
  CHECK(fresh.balance().spent.delta.text() == "0.000001");
  set(fresh.store(), {0.1 + 0.2, 0}, k_alice, "other");
  debit(fresh.store(), fit(0.1, 0, "other"));
  debit(fresh.store(), fit(0.2, 0, "other"));
  debit(fresh.store(), fit(4e-17, 0, "other"));
  CHECK(raised([&] { debit(fresh.store(), fit(1e-27, 0, "other")); }).kind() == Kind::permission);
}

TEST_CASE("without a budget nothing is spent, unless the server has one for new datasets") {
  WithLedger fresh;
  const auto refused = raised([&] { debit(fresh.store(), fit(1)); });
  CHECK(refused.kind() == Kind::permission);
  CHECK(refused.sentence() == "the dataset 'people' has no privacy budget, so nothing can be spent of it");
  CHECK(refused.hint() == "give it one: 'manage budget set people --epsilon E --delta D'");
  CHECK(raised([&] { debit(fresh.store(), fit(3), Spending{2, 1e-6}); }).kind() == Kind::permission);
  CHECK(Ledger(fresh.store()).entries().empty());
  debit(fresh.store(), fit(1.5, 1e-7), Spending{2, 1e-6});
  const auto entries = Ledger(fresh.store()).entries();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].kind == EntryKind::set);
  CHECK(entries[0].note == "by default");
  CHECK(fresh.balance().owner == "alice");
  CHECK(raised([&] { debit(fresh.store(), fit(1), Spending{20, 1e-6}); }).kind() == Kind::permission);
}

TEST_CASE("a budget protects one unit: fits that protect another one do not add up") {
  WithLedger fresh;
  set(fresh.store(), {3, 0});
  set(fresh.store(), {3, 0}, k_alice, "visits");
  Debit by_person = fit(1, 0, "visits");
  by_person.unit = "patient";
  debit(fresh.store(), by_person);
  debit(fresh.store(), by_person);
  CHECK(Ledger(fresh.store()).entries().back().note == "all rows of one 'patient'");
  debit(fresh.store(), fit(1));
  CHECK(Ledger(fresh.store()).entries().back().note.empty());
  by_person.dataset = "people";
  Debit by_visit = by_person;
  by_visit.dataset = "visits";
  by_visit.unit = "visit";
  for (const Debit& other : {by_person, by_visit, fit(1, 0, "visits")}) {
    const auto refused = raised([&] { debit(fresh.store(), other); });
    CHECK(refused.kind() == Kind::permission);
    CHECK_THAT(refused.sentence(), Catch::Contains("do not add up"));
    CHECK_THAT(refused.hint(), Catch::Contains("--privacy-unit") && Catch::Contains("--dataset"));
  }
  CHECK_THAT(raised([&] { debit(fresh.store(), by_person); }).sentence(),
             Catch::Contains("protects each row, and this fit all rows of one 'patient'"));
  CHECK(fresh.trouble().empty());
  CHECK(fresh.balance("visits").fits == 2);
}

TEST_CASE("the owner and administrators set a budget, others do not; raising and lowering are entries") {
  WithLedger fresh;
  set(fresh.store(), {1, 0});
  const auto refused = raised([&] { set(fresh.store(), {9, 0}, {"bob", false, ""}); });
  CHECK(refused.kind() == Kind::permission);
  CHECK(refused.sentence() == "the dataset 'people' belongs to 'alice'");
  debit(fresh.store(), fit(0.8));
  set(fresh.store(), {0.5, 0}, k_admin);
  CHECK(fresh.balance().left().epsilon == Amount());
  CHECK(raised([&] { debit(fresh.store(), fit(0.1)); }).kind() == Kind::permission);
  set(fresh.store(), {1, 0});
  debit(fresh.store(), fit(0.2));
  CHECK(fresh.balance().owner == "alice");
  // One who came later under the name of an owner who has left is another.
  CHECK(raised([&] {
          set(fresh.store(), {9, 0}, {"alice", false, "2099-01-01T00:00:00Z"});
        }).kind() == Kind::permission);
}

TEST_CASE("a bad amount or name is refused with the rule, and a large budget is asked about twice") {
  const double inf = std::numeric_limits<double>::infinity(), nan = std::nan("");
  for (const double epsilon : {0.0, -1.0, inf, -inf, nan, 1.1e9})
    CHECK(raised([&] { check_spending({epsilon, 0}); }).kind() == Kind::usage);
  for (const double delta : {-1e-9, 1.0, 2.0, inf, nan})
    CHECK(raised([&] { check_spending({1, delta}); }).kind() == Kind::usage);
  check_spending({1, 0});
  check_budget({20, 0.5}, false);
  CHECK_THAT(raised([&] { check_budget({20.5, 0}, false); }).hint(), Catch::Contains("--really"));
  check_budget({1e9, 0}, true);
  CHECK(raised([&] { check_budget({2e9, 0}, true); }).kind() == Kind::usage);
  for (const std::string& name :
       std::vector<std::string>{"", ".x", "-x", "a/b", "a\nb", std::string(101, 'a')})
    CHECK(raised([&] { check_dataset(name); }).kind() == Kind::usage);
  check_dataset("Kunden 2026 - Köln");
  WithLedger fresh;
  CHECK(raised([&] { set(fresh.store(), {1, 0}, k_alice, "\xff"); }).kind() == Kind::usage);
  Debit odd = fit(1);
  odd.concentrated = {0, 0};
  CHECK(raised([&] { debit(fresh.store(), odd); }).kind() == Kind::usage);
}

TEST_CASE("a dataset that nobody knows is answered with the closest name") {
  WithLedger fresh;
  CHECK_THAT(raised([&] { fresh.balance("people"); }).hint(), Catch::Contains("manage budget set"));
  set(fresh.store(), {1, 0});
  const auto error = raised([&] { fresh.balance("peopel"); });
  CHECK(error.kind() == Kind::no_input);
  CHECK(error.hint() == "did you mean 'people'?");
}

TEST_CASE(
    "the table is kept as evidence: another one under a name, or one under another name, is remarked on") {
  WithLedger fresh;
  set(fresh.store(), {9, 0});
  set(fresh.store(), {9, 0}, k_alice, "others");
  const auto remarks = [&](const std::string& job, const std::string& table, const std::string& dataset,
                           const std::string& user = "alice") {
    Debit wanted = fit(1, 0, dataset);
    wanted.user = user;
    wanted.job = job;
    wanted.table_sha256 = table;
    debit(fresh.store(), wanted);
    return remarks_on(Ledger(fresh.store()).entries(), job);
  };
  CHECK(remarks("1", "x", "people").empty());
  CHECK(remarks("2", "x", "people").empty());
  CHECK_THAT(remarks("3", "y", "people").at(0), Catch::Contains("not the one that was fitted last"));
  CHECK(remarks("4", "y", "people").empty());
  CHECK_THAT(remarks("5", "x", "others").at(0), Catch::Contains("as the dataset 'people'"));
  CHECK(remarks("6", "", "others").empty());
  // Whether somebody else's table is the one that was guessed is told to nobody.
  CHECK(remarks("7", "x", "others", "mallory").empty());
  CHECK(remarks("8", "z", "people", "mallory").empty());
  CHECK(remarks_on(Ledger(fresh.store()).entries(), "").empty());
}

TEST_CASE("the database refuses to change, delete or replace an entry") {
  WithLedger fresh;
  set(fresh.store(), {1, 0});
  debit(fresh.store(), fit(0.5));
  for (const char* sql :
       {"UPDATE privacy_ledger SET epsilon = '0'", "DELETE FROM privacy_ledger",
        "DELETE FROM privacy_ledger WHERE seq = 2",
        "UPDATE OR REPLACE privacy_ledger SET seq = 1 WHERE seq = 2",
        "INSERT OR REPLACE INTO privacy_ledger SELECT 2, time, user, kind, dataset, '0', delta, rho, job, "
        "table_sha256, method, note, previous, hash, accounting, rho_delta FROM privacy_ledger WHERE seq = 2",
        "INSERT INTO privacy_ledger SELECT 7, time, user, kind, dataset, '0', delta, rho, job, table_sha256, "
        "method, note, previous, hash, accounting, rho_delta FROM privacy_ledger WHERE seq = 2"}) {
    INFO(sql);
    CHECK_THAT(raised([&] { fresh.tamper(sql); }).sentence(), Catch::Contains("only ever appended to"));
  }
  CHECK(fresh.balance().spent.epsilon.text() == "0.5");
  CHECK(fresh.trouble().empty());
}

TEST_CASE("triggers that somebody took away are missed, and are there again once that is acknowledged") {
  WithLedger fresh;
  set(fresh.store(), {1, 0});
  fresh.tamper("DROP TRIGGER privacy_ledger_kept");
  CHECK_THAT(fresh.trouble(), Catch::Contains("the triggers are gone"));
  CHECK(raised([&] { debit(fresh.store(), fit(0.1)); }).kind() == Kind::configuration);
  fresh.acknowledge({});
  CHECK(fresh.trouble().empty());
  CHECK_THAT(raised([&] { fresh.tamper("DELETE FROM privacy_ledger"); }).sentence(),
             Catch::Contains("only ever appended to"));
  debit(fresh.store(), fit(1));
}

TEST_CASE(
    "an entry that somebody changed all the same is found, whatever the field, and nothing is spent any "
    "more") {
  for (const char* column :
       {"time", "user", "kind", "dataset", "epsilon", "delta", "rho", "job", "table_sha256", "method", "note",
        "previous", "hash", "accounting", "rho_delta"}) {
    INFO(column);
    WithLedger fresh;
    set(fresh.store(), {1, 0});
    debit(fresh.store(), fit(0.5));
    debit(fresh.store(), fit(0.1));
    fresh.without_triggers(std::string("UPDATE privacy_ledger SET ") + column + " = 'x' WHERE seq = 2");
    CHECK_THAT(fresh.trouble(), Catch::StartsWith("entry 2 of the privacy ledger"));
    const auto refused = raised([&] { debit(fresh.store(), fit(0.1)); });
    CHECK(refused.kind() == Kind::configuration);
    CHECK_THAT(refused.hint(), Catch::Contains("ctgan-server budget acknowledge"));
    // The file has it as it was.
    CHECK(raised([&] { fresh.acknowledge({}); }).kind() == Kind::bad_data);
    fresh.acknowledge({fresh.file(), false});
    CHECK(fresh.trouble().empty());
    CHECK(fresh.balance().spent.epsilon.text() == "0.6");
    debit(fresh.store(), fit(0.4));
  }
}

TEST_CASE("the last entry, hashed anew, is told from the file's; an entry that is gone as well") {
  WithLedger fresh;
  set(fresh.store(), {1, 0});
  debit(fresh.store(), fit(0.5));
  auto entries = Ledger(fresh.store()).entries();
  entries[1].epsilon = "0.1";
  const std::string hash = hash_of(entries[1]);
  fresh.without_triggers("UPDATE privacy_ledger SET epsilon = '0.1', hash = '" + hash + "' WHERE seq = 2");
  CHECK_THAT(fresh.trouble(), Catch::Contains("different entries"));
  fresh.tamper("DELETE FROM privacy_ledger WHERE seq = 1");
  CHECK(fresh.trouble() == "entry 1 of the privacy ledger is missing in the database");
}

TEST_CASE(
    "processes that debit at the same moment never overspend together, and every debit is entered once") {
  WithLedger fresh;
  set(fresh.store(), {2.5, 0});
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      int granted = 0;
      try {
        const auto own = fresh.open();
        for (int k = 0; k < 10; ++k) {
          try {
            debit(*own, fit(0.1));
            ++granted;
          } catch (const errors::Error& error) {
            if (error.kind() != Kind::permission) _exit(99);
          }
        }
      } catch (...) {
        _exit(98);
      }
      _exit(granted);
    }
    children.push_back(child);
  }
  int granted = 0;
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) <= 10);
    granted += WEXITSTATUS(status);
  }
  CHECK(granted == 25);
  CHECK(fresh.balance().fits == 25);
  CHECK(fresh.balance().spent.epsilon.text() == "2.5");
  CHECK(fresh.trouble().empty());
}

#ifdef CTGAN_FAILPOINTS
TEST_CASE(
    "a debit that is killed has spent once the file has it, else it has not, and nothing is to be mended") {
  const std::vector<std::pair<const char*, const char*>> places{
      {"ledger: neither has the entries", "0.5"},
      {"ledger: the file has the entries, the database not yet", "0.7"}};
  for (const auto& [place, spent] : places) {
    INFO(place);
    for (const bool by_default : {false, true}) {
      WithLedger fresh;
      set(fresh.store(), {1, 0});
      debit(fresh.store(), fit(0.5));
      const auto dying = [&] {
        setenv("CTGAN_FAILPOINT", (std::string("test_server_budgets\t") + place + "\t1").c_str(), 1);
        setenv("CTGAN_FAILPOINT_DEATH", (fresh.root() / "death").c_str(), 1);
        const auto own = fresh.open();
        debit(*own, fit(0.2, 0, by_default ? "new" : "people"), Spending{1, 0});
        return 0;
      };
      CHECK(in_process(dying) == 128 + SIGKILL);
      CHECK(fresh.trouble().empty());
      const std::string before = by_default ? "0.5" : spent;
      CHECK(fresh.balance().spent.epsilon.text() == before);
      debit(fresh.store(), fit(0.1));
      CHECK(fresh.trouble().empty());
      CHECK((fresh.balance().spent.epsilon == Amount::rounded_up(before) + Amount::rounded_up("0.1")));
      CHECK_FALSE(check_chain(Ledger(fresh.store()).entries()).has_value());
      const bool spent_it = std::string(spent) == "0.7";
      if (by_default) CHECK(balance_of(Ledger(fresh.store()).entries(), "new").has_value() == spent_it);
    }
  }
}

TEST_CASE("an acknowledgement that is killed at any step is made by the same command") {
  for (const char* place :
       {"ledger: the new file is written, the old one stands", "ledger: the file was made anew"}) {
    INFO(place);
    WithLedger fresh;
    set(fresh.store(), {1, 0});
    fresh.keep_database();
    for (int i = 0; i < 4; ++i) debit(fresh.store(), fit(0.1));
    fresh.restore_database();
    REQUIRE(Ledger(*fresh.reopened).trouble().has_value());
    const auto dying = [&] {
      setenv("CTGAN_FAILPOINT", (std::string("test_server_budgets\t") + place + "\t1").c_str(), 1);
      setenv("CTGAN_FAILPOINT_DEATH", (fresh.root() / "death").c_str(), 1);
      Ledger(*fresh.open()).acknowledge("os:root", {fresh.file(), false});
      return 0;
    };
    CHECK(in_process(dying) == 128 + SIGKILL);
    Ledger again(*fresh.reopened);
    REQUIRE(again.trouble().has_value());
    again.acknowledge("os:root", {fresh.file(), false});
    CHECK_FALSE(again.trouble().has_value());
    CHECK(require_balance(again.entries(), "people").spent.epsilon.text() == "0.4");
  }
}
#endif

TEST_CASE("what a power cut left of a last line does not count, and the next entry takes its place") {
  WithLedger fresh;
  set(fresh.store(), {1, 0});
  std::ofstream(fresh.file(), std::ios::app) << R"({"seq":2,"time":"2026-11)";
  CHECK(fresh.trouble().empty());
  debit(fresh.store(), fit(0.5));
  CHECK(fresh.trouble().empty());
  CHECK(fresh.balance().spent.epsilon.text() == "0.5");
}

TEST_CASE("a line that is no entry is named, and nothing is spent until it is acknowledged") {
  WithLedger fresh;
  set(fresh.store(), {1, 0});
  std::ofstream(fresh.file(), std::ios::app) << "rubbish\n";
  CHECK_THAT(fresh.trouble(), Catch::Contains("line 3 of '") && Catch::Contains("is no entry"));
  CHECK(raised([&] { fresh.acknowledge({fresh.file(), false}); }).kind() == Kind::bad_data);
  fresh.acknowledge({});
  debit(fresh.store(), fit(1));
}

TEST_CASE("an older database is noticed, and gives no budget back without an administrator's word") {
  WithLedger fresh;
  set(fresh.store(), {1, 0});
  debit(fresh.store(), fit(0.1));
  fresh.keep_database();
  for (int i = 0; i < 5; ++i) debit(fresh.store(), fit(0.1));
  fresh.restore_database();
  Ledger ledger(*fresh.reopened);
  CHECK(ledger.trouble()->sentence() ==
        "the database is older than the privacy ledger: it has 2 entries, and '" + fresh.file().string() +
            "' has 7; it was restored");
  // Whoever looks sees what the file knows.
  CHECK(require_balance(ledger.entries(), "people").spent.epsilon.text() == "0.6");
  CHECK(raised([&] { debit(*fresh.reopened, fit(0.1)); }).kind() == Kind::configuration);
  CHECK(raised([&] { set(*fresh.reopened, {9, 0}); }).kind() == Kind::configuration);
  const auto balance_after = [&](const Acknowledgement& what) {
    Ledger(*fresh.reopened).acknowledge("os:root", what);
    CHECK_FALSE(ledger.trouble().has_value());
    const auto entries = ledger.entries();
    CHECK(std::any_of(entries.begin(), entries.end(), [](const Entry& entry) {
      return entry.kind == EntryKind::acknowledge && entry.user == "os:root";
    }));
    return require_balance(entries, "people").spent.epsilon.text();
  };
  SECTION("the file is believed") {
    CHECK(balance_after({fresh.file(), false}) == "0.6");
  }
  SECTION("the database is believed: nothing was learnt from what was spent since") {
    CHECK(balance_after({}) == "0.1");
    std::size_t kept = 0;
    for (const auto& entry : fs::directory_iterator(fresh.root()))
      if (entry.path().filename().string().starts_with("privacy_ledger.jsonl.")) ++kept;
    CHECK(kept == 1);
  }
  SECTION("nobody knows: all that was left counts as spent") {
    CHECK(balance_after({std::nullopt, true}) == "1");
    CHECK(raised([&] { debit(*fresh.reopened, fit(1e-27)); }).kind() == Kind::permission);
  }
}

TEST_CASE("an older database that lacks one step only takes it over by itself") {
  WithLedger fresh;
  set(fresh.store(), {1, 0});
  fresh.keep_database();
  debit(fresh.store(), fit(0.9));
  fresh.restore_database();
  CHECK_FALSE(Ledger(*fresh.reopened).trouble().has_value());
  CHECK(raised([&] { debit(*fresh.reopened, fit(0.2)); }).kind() == Kind::permission);
  debit(*fresh.reopened, fit(0.1));
  CHECK(Ledger(*fresh.reopened).entries().size() == 3);
}

TEST_CASE("a file that is gone, older or copied is noticed; without entries there is nothing to notice") {
  WithLedger fresh;
  CHECK(fresh.trouble().empty());
  set(fresh.store(), {1, 0});
  const std::string older = files::read_file(fresh.file());
  debit(fresh.store(), fit(0.5));
  const auto put = [&](const std::string& text) {
    const FileKeeper keeper(fresh.file());
    std::ofstream(fresh.file(), std::ios::trunc) << text;
    const std::string found = fresh.trouble();
    return found;
  };
  CHECK_THAT(put(older), Catch::Contains("has 1 entries of the privacy ledger, and the database 2"));
  CHECK(fresh.trouble().empty());
  fs::rename(fresh.file(), fresh.root() / "away");
  CHECK_THAT(fresh.trouble(), Catch::Contains("has 0 entries"));
  fs::copy_file(fresh.root() / "away", fresh.file());
  CHECK_THAT(fresh.trouble(), Catch::Contains("a copy of it: what was spent of privacy since is not in it"));
  CHECK(raised([&] { debit(fresh.store(), fit(0.1)); }).kind() == Kind::configuration);
  fs::rename(fresh.root() / "away", fresh.file());
  CHECK(fresh.trouble().empty());
}

TEST_CASE("a backup has the ledger of its database and is no ledger until somebody says so") {
  WithLedger fresh;
  set(fresh.store(), {1, 0});
  debit(fresh.store(), fit(0.5));
  WithLedger other;
  fs::remove(other.store().layout().database());
  fresh.tamper("VACUUM INTO '" + other.store().layout().database().string() + "'");
  debit(fresh.store(), fit(0.3));
  const auto restored = other.open();
  write_backup(restored->database(), restored->layout(), "2026-11-30T10:00:00Z");
  Ledger ledger(*restored);
  CHECK_THAT(ledger.trouble()->sentence(),
             Catch::Contains("but a backup of 2026-11-30T10:00:00Z: what was spent"));
  CHECK(ledger.entries().size() == 2);
  CHECK(raised([&] { debit(*restored, fit(0.1)); }).kind() == Kind::configuration);
  // The file of the store that was lost knows more.
  SECTION("what survived is believed") {
    ledger.acknowledge("os:root", {fresh.file(), false});
    CHECK(require_balance(ledger.entries(), "people").spent.epsilon.text() == "0.8");
  }
  SECTION("nothing was spent since") {
    ledger.acknowledge("os:root", {});
    CHECK(require_balance(ledger.entries(), "people").spent.epsilon.text() == "0.5");
  }
  CHECK_FALSE(ledger.trouble().has_value());
  debit(*restored, fit(0.2));
}

TEST_CASE("a file that lacks what the database has is believed only where the rest counts as spent") {
  WithLedger fresh;
  set(fresh.store(), {1, 0});
  fs::copy_file(fresh.file(), fresh.root() / "early");
  debit(fresh.store(), fit(0.5));
  fresh.without_triggers("UPDATE privacy_ledger SET epsilon = '0.1' WHERE seq = 2");
  fs::remove(fresh.file());
  const auto refused = raised([&] { fresh.acknowledge({fresh.root() / "early", false}); });
  CHECK(refused.kind() == Kind::bad_data);
  CHECK_THAT(refused.sentence(), Catch::Contains("believing it would give budget back"));
  CHECK(raised([&] { fresh.acknowledge({fresh.root() / "none", true}); }).kind() == Kind::no_input);
  fresh.acknowledge({fresh.root() / "early", true});
  CHECK(fresh.balance().spent.epsilon.text() == "1");
  CHECK(fresh.trouble().empty());
}

TEST_CASE("where nothing is wrong there is nothing to acknowledge") {
  WithLedger fresh;
  set(fresh.store(), {1, 0});
  CHECK(raised([&] { fresh.acknowledge({}); }).kind() == Kind::usage);
  CHECK(raised([&] { fresh.acknowledge({fresh.file(), true}); }).kind() == Kind::usage);
}

TEST_CASE("a submission that fails after its debit has spent nothing") {
  WithLedger fresh;
  set(fresh.store(), {1, 0});
  {
    Ledger ledger(fresh.store());
    store::Transaction transaction(fresh.store().database());
    ledger.debit(fit(0.5));
  }
  CHECK(fresh.balance().spent.epsilon == Amount());
  CHECK(fresh.trouble().empty());
  CHECK((fs::status(fresh.file()).permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write));
}

}  // namespace ctgan::server::budgets
