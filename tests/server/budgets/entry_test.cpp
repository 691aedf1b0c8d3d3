// Entries are a chain, and their lines read back to the same.
#include "server/budgets/entry.h"

#include <functional>

#include "tests/catch.h"

namespace ctgan::server::budgets {
namespace {

std::vector<Entry> chain(int entries) {
  std::vector<Entry> made;
  std::string previous(k_no_hash);
  for (int i = 1; i <= entries; ++i) {
    Entry entry{i,  "2026-11-21T07:45:00Z", "alice", EntryKind::debit, "people", "0.1",    "1e-06", "", "",
                "", std::string(32, 'a'),   "table", "trees",          "",       previous, ""};
    entry.hash = previous = hash_of(entry);
    made.push_back(std::move(entry));
  }
  return made;
}

std::string broken(const std::vector<Entry>& entries) {
  const auto error = check_chain(entries);
  return error ? error->sentence() : "";
}

}  // namespace

TEST_CASE("a chain of entries is sound, also an empty one") {
  CHECK(broken({}).empty());
  CHECK(broken(chain(5)).empty());
}

TEST_CASE("an entry that was changed in any field is named") {
  const std::vector<std::function<void(Entry&)>> changes{
      [](Entry& entry) { entry.time = "2026-11-21T07:45:01Z"; },
      [](Entry& entry) { entry.user = "bob"; },
      [](Entry& entry) { entry.kind = EntryKind::set; },
      [](Entry& entry) { entry.dataset = "other"; },
      [](Entry& entry) { entry.epsilon = "0.01"; },
      [](Entry& entry) { entry.delta = "0"; },
      [](Entry& entry) { entry.rho = "0.5"; },
      [](Entry& entry) { entry.rho_delta = "1e-10"; },
      [](Entry& entry) { entry.accounting = "concentrated"; },
      [](Entry& entry) { entry.job = "none"; },
      [](Entry& entry) { entry.table_sha256 = "another"; },
      [](Entry& entry) { entry.method = "ctgan"; },
      [](Entry& entry) { entry.note = "a gift"; },
      [](Entry& entry) { entry.hash = std::string(64, '1'); },
      [](Entry& entry) { entry.user = "\xff"; },
  };
  for (std::size_t change = 0; change < changes.size(); ++change) {
    INFO("change " << change);
    std::vector<Entry> entries = chain(4);
    changes[change](entries[2]);
    CHECK(broken(entries) == "entry 3 of the privacy ledger was changed");
  }
}

TEST_CASE("an entry that was hashed anew, taken out, put in or moved is noticed by the next one") {
  std::vector<Entry> anew = chain(4);
  anew[1].epsilon = "0.01";
  anew[1].hash = hash_of(anew[1]);
  CHECK(broken(anew) == "entry 3 of the privacy ledger does not follow the one before it");
  std::vector<Entry> out = chain(4);
  out.erase(out.begin() + 1);
  CHECK(broken(out) == "entry 2 of the privacy ledger is missing");
  std::vector<Entry> renumbered = out;
  renumbered[1].seq = 2;
  CHECK(broken(renumbered) == "entry 2 of the privacy ledger does not follow the one before it");
  std::vector<Entry> moved = chain(4);
  std::swap(moved[1], moved[2]);
  CHECK(broken(moved) == "entry 2 of the privacy ledger is missing");
}

TEST_CASE("a line reads back to its entry, and what is no line to none") {
  for (const Entry& entry : chain(2)) {
    const auto read = entry_of_line(line_of(entry));
    REQUIRE(read.has_value());
    CHECK(line_of(*read) == line_of(entry));
    CHECK(hash_of(*read) == entry.hash);
  }
  for (const char* line : {"", "{}", "[]", "null", "{\"seq\":1}", "{\"seq\":\"1\",\"kind\":\"set\"}"})
    CHECK_FALSE(entry_of_line(line).has_value());
}

TEST_CASE("an entry of before has the hash that it was written with, and newer fields are in theirs") {
  Entry entry = chain(1).front();
  CHECK(entry.hash == "9301cb4fa44340a0fdb763b1599e1057baa405c9c6f0e86930467d79584a9d73");
  entry.accounting = "concentrated";
  entry.rho = "0.01";
  entry.rho_delta = "1e-10";
  entry.hash = hash_of(entry);
  CHECK(entry.hash == "25e83bb0350091e87a608d41fdae3757002abd1d0693d8e4bd07308c07448a26");
  const auto read = entry_of_line(line_of(entry));
  REQUIRE(read.has_value());
  CHECK(read->accounting == "concentrated");
  CHECK(read->rho_delta == "1e-10");
  CHECK(hash_of(*read) == entry.hash);
}

}  // namespace ctgan::server::budgets
