#include "tests/system/store_check.h"

#include <sqlite3.h>

#include <chrono>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <thread>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "common/files/gzip.h"
#include "tests/catch.h"
#include "tests/command_line_of.h"
#include "tests/files_under.h"
#include "tests/memory_streams.h"
#include "tests/run_program.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;
using Row = std::vector<std::string>;

const std::map<std::string, std::string> k_folder_of_shelf{{"models", "model_database"},
                                                           {"sidecars", "model_database"},
                                                           {"data", "synthetic_csv_database"},
                                                           {"reports", "report_database"},
                                                           {"evaluations", "report_database"}};

std::vector<Row> query(const fs::path& database, const std::string& sql) {
  sqlite3* opened = nullptr;
  REQUIRE(sqlite3_open_v2(database.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> owner(opened, sqlite3_close);
  // A worker that has ended leaves a process behind that starts the next jobs.
  constexpr int k_patience_milliseconds = 10'000;
  sqlite3_busy_timeout(opened, k_patience_milliseconds);
  std::vector<Row> rows;
  const auto take = [](void* into, int columns, char** values, char** /*names*/) {
    Row row;
    for (int i = 0; i < columns; ++i) row.emplace_back(values[i] == nullptr ? "" : values[i]);
    static_cast<std::vector<Row>*>(into)->push_back(std::move(row));
    return 0;
  };
  INFO(sql);
  REQUIRE(sqlite3_exec(opened, sql.c_str(), take, &rows, nullptr) == SQLITE_OK);
  return rows;
}

std::string unpacked(const std::string& bytes) {
  MemorySource packed(bytes, bytes.size());
  files::GunzipSource source(packed);
  return read_all(source);
}

// `ctgan-server COMMAND` of that store.
std::vector<int> programs_of(const fs::path& root, const std::string& command) {
  std::vector<int> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename().string();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string line = command_line_of(entry.path());
    // Of this store only: other tests have workers of their own beside it.
    const std::size_t place = line.find('\0' + root.string() + '\0');
    if (place == std::string::npos || line.find("ctgan-server") > place) continue;
    if (line.find('\0' + command + '\0', place) != std::string::npos) found.push_back(std::stoi(pid));
  }
  return found;
}

bool is_quiet(const fs::path& root) {
  return workers_of(root).empty() &&
         query(root / "ctgan.sqlite", "SELECT id FROM jobs WHERE state IN ('queued', 'starting', 'running')")
             .empty();
}

void reap(const fs::path& root, long seconds_later = 0) {
  Surroundings around;
  if (seconds_later != 0) {
    around.environment = {"LD_PRELOAD=" + bin("libshifted_clock.so"),
                          "CTGAN_CLOCK_SHIFT=" + std::to_string(seconds_later)};
  }
  const Outcome reaped = run_program({bin("ctgan-server"), "--root", root.string(), "reap"}, around);
  INFO(reaped);
  CHECK(reaped.code == 0);
}

// A job that nobody has claimed is given up after a minute, and those behind it take their turns.
void settle(const fs::path& root) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(180);
  do {
    reap(root);
    for (int i = 0; i < 20 && !workers_of(root).empty(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
  } while (!is_quiet(root) && std::chrono::steady_clock::now() < end);
  CHECK(is_quiet(root));
}

void check_shelves(const fs::path& root) {
  for (const std::string shelf : {"model_database", "synthetic_csv_database", "report_database"}) {
    const std::vector<std::string> names = files_under(root / shelf);
    const std::set<std::string> there(names.begin(), names.end());
    for (const std::string& name : names) {
      INFO(shelf << "/" << name);
      CHECK(name.find("/.") == std::string::npos);
      CHECK(name.find("part") == std::string::npos);
      if (!name.ends_with("_model.gz")) continue;
      CHECK(there.count(name.substr(0, name.size() - 3) + ".json") == 1);
    }
  }
}

void check_rows(const fs::path& root) {
  const fs::path database = root / "ctgan.sqlite";
  CHECK(query(database, "PRAGMA integrity_check") == std::vector<Row>{{"ok"}});
  for (const Row& row : query(database, "SELECT shelf, user, name, bytes, sha256 FROM artifacts")) {
    const fs::path file = root / k_folder_of_shelf.at(row[0]) / row[1] / row[2];
    INFO(file);
    REQUIRE(fs::exists(file));
    CHECK(std::to_string(fs::file_size(file)) == row[3]);
    CHECK(files::sha256_of_file(file) == row[4]);
  }
  CHECK(query(database, "SELECT id FROM uploads").empty());
}

void check_jobs(const fs::path& root) {
  std::set<std::string> known;
  for (const Row& row : query(root / "ctgan.sqlite", "SELECT id, state FROM jobs")) {
    known.insert(row[0]);
    INFO("job " << row[0] << " is " << row[1]);
    CHECK((row[1] == "done" || row[1] == "failed" || row[1] == "cancelled" || row[1] == "lost"));
    CHECK(fs::exists(root / "jobs" / row[0]));
  }
  for (const auto& folder : fs::directory_iterator(root / "jobs")) {
    INFO(folder.path());
    CHECK(known.count(folder.path().filename().string()) == 1);
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      const std::string name = entry.path().filename().string();
      CHECK_FALSE((name == "table" || name.starts_with("party-")));
    }
  }
  CHECK(files_under(root / "inbox").empty());
  CHECK(files_under(root / "discarded").empty());
}

void check_contents(const fs::path& root, const Confidential& confidential) {
  for (const auto& [name, bytes] : contents_under(root)) {
    INFO(name);
    std::string text = bytes;
    if (name.ends_with(".gz")) {
      REQUIRE_NOTHROW(text = unpacked(bytes));
    }
    // Thousands of words in thousands of files: only what is found is worth an assertion.
    for (const std::string& word : confidential) {
      if (text.find(word) != std::string::npos || bytes.find(word) != std::string::npos)
        FAIL_CHECK("'" << word << "' is there");
    }
  }
}

}  // namespace

std::vector<int> workers_of(const fs::path& root) {
  return programs_of(root, "work");
}

std::vector<int> servers_of(const fs::path& root) {
  return programs_of(root, "serve");
}

void check_store(const fs::path& root, const Confidential& confidential, When when) {
  settle(root);
  constexpr long k_two_days = 2 * 24 * 3600;
  if (when == When::days_later) reap(root, k_two_days);
  check_shelves(root);
  check_rows(root);
  check_jobs(root);
  check_contents(root, confidential);
}

}  // namespace ctgan::tests
