// ./check --soak MINUTES: three users fit, sample, fetch, delete and cancel over a real sshd, while their commands,
// connections, servers and workers are killed, cut and stopped at random. Whatever is interrupted is gone on with as
// the programs say; in the end nothing is lost or double, and the store is in order (store_check.h).
//
// $CTGAN_SOAK_MINUTES, $CTGAN_SOAK_SEED; what was done goes as one JSON line to $CTGAN_SOAK_RECORD.
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <thread>

#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/system/csv_rows.h"
#include "tests/system/faults/fault_world.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Argv = std::vector<std::string>;

// A hang is what lasts longer than the programs wait for a silent peer.
constexpr int k_patience_seconds = 150;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Counts {
  std::atomic<int> commands{0}, kills{0}, cuts{0}, hangs{0}, wrong_codes{0}, losses{0};
};

// What went wrong, as it happens.
class Complaints {
 public:
  void add(const std::string& what, const Outcome& outcome = {}) {
    const std::lock_guard lock(mutex_);
    std::cout << "soak: " << what << "\n" << outcome << std::endl;
  }

 private:
  std::mutex mutex_;
};

struct World {
  explicit World(std::uint64_t minutes) : end(steady_clock::now() + std::chrono::minutes(minutes)) {}
  bool goes_on() const { return steady_clock::now() < end; }

  SharedServer server;
  steady_clock::time_point end;
  Counts counts;
  Complaints complaints;
};

// Whatever came before, these are the ends that the manual knows for such a day.
bool is_documented(int code) {
  // 66 and 80: a model that the same user has deleted meanwhile.
  const std::set<int> known{0, 66, 75, 76, 80, 81, 82, 128 + SIGKILL};
  return known.count(code) == 1;
}

class User {
 public:
  User(World& world, const std::string& name, std::uint64_t seed)
      : world_(world), name_(name), random_(seed), proxy_(world.server.sshd().port()) {
    std::string text = world.server.credentials(world.server.add_user_with_key(name));
    const std::string direct = "\"port\":" + std::to_string(world.server.sshd().port());
    text.replace(text.find(direct), direct.size(), "\"port\":" + std::to_string(proxy_.port()));
    laptop_.write_credentials(text);
  }

  void live() {
    while (world_.goes_on()) {
      switch (below(10)) {
        case 0:
        case 1:
        case 2:
        case 3:
          fit();
          break;
        case 4:
        case 5:
        case 6:
          sample();
          break;
        case 7:
          run({"manage", "jobs", "list", "--batch"}, true);
          break;
        case 8:
          run({"manage", "jobs", "cancel", "latest", "--batch"}, true);
          break;
        default:
          remove_oldest();
      }
    }
  }
  // Every model that a fit has promised, and that nobody has deleted since, is there; no table has two.
  void check_models() {
    std::map<std::string, int> of_stem;
    for (const std::string& model : stored()) ++of_stem[model.substr(0, model.find('_'))];
    for (const std::string& model : promised_) {
      if (of_stem[model.substr(0, model.find('_'))] >= 1) continue;
      ++world_.counts.losses;
      world_.complaints.add("the model " + model + " is lost");
    }
    for (const auto& [stem, count] : of_stem) {
      if (count <= 1) continue;
      ++world_.counts.losses;
      world_.complaints.add("the table " + stem + " has " + std::to_string(count) + " models");
    }
  }
  const Confidential& confidential() const { return confidential_; }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }

  std::vector<std::string> stored() const {
    std::vector<std::string> models;
    for (const std::string& name : files_under(world_.server.root() / "model_database" / name_))
      if (name.ends_with("_model.gz")) models.push_back(name);
    return models;
  }

  // One command; with bad luck it is killed, or its connection cut, somewhere.
  Outcome run(Argv argv, bool bad_luck) {
    Surroundings around = laptop_.surroundings();
    around.seconds = k_patience_seconds;
    argv[0] = bin(argv[0]);
    proxy_.spoil({});
    bool cut = false;
    if (bad_luck && below(3) == 0) around.kill_after = milliseconds(20 + below(1500));
    if (bad_luck && around.kill_after.count() == 0 && below(3) > 0) {
      const auto fault = below(2) == 0 ? SpoilingProxy::Fault::end : SpoilingProxy::Fault::reset;
      const auto way = below(2) == 0 ? SpoilingProxy::Way::to_server : SpoilingProxy::Way::to_client;
      proxy_.spoil({fault, way, below(below(2) == 0 ? 60'000 : 6'000)});
      cut = true;
    }
    const Outcome outcome = run_program(argv, around);
    ++world_.counts.commands;
    if (cut && proxy_.has_spoiled()) ++world_.counts.cuts;
    if (outcome.code == 128 + SIGKILL) ++world_.counts.kills;
    if (outcome.code == -2) {
      ++world_.counts.hangs;
      world_.complaints.add("a command hung", outcome);
    } else if (!is_documented(outcome.code)) {
      ++world_.counts.wrong_codes;
      world_.complaints.add("an exit code that does not belong to such a day", outcome);
    }
    return outcome;
  }

  // The job that the command has told of, to be followed instead of asked for again.
  static std::string job_of(const std::string& words) {
    const std::size_t at = words.find("\nJob ");
    return at == std::string::npos ? job_to_follow(words) : words.substr(at + 5, 32);
  }

  void fit() {
    const ConfidentialTable table =
        confidential_table(60 + static_cast<int>(below(1500)), static_cast<unsigned>(random_()));
    // One of each table is as good as all.
    confidential_.push_back(table.words.back());
    const std::string stem = name_ + "-" + std::to_string(++tables_);
    Argv argv = quick_fit(laptop_.write_table(stem + ".csv", table.csv));
    argv.emplace_back("--no-report");
    // Until it has come to an end, as a person would: first with bad luck, then less and less.
    for (int attempt = 0; attempt < 12; ++attempt) {
      const Outcome outcome = run(argv, attempt < 3);
      if (outcome.code == 0) {
        promised_.insert(last_line(outcome.out));
        break;
      }
      if (outcome.code != 75 && outcome.code != 76 && outcome.code != 128 + SIGKILL) break;
      const std::string job = job_of(outcome.err);
      if (!job.empty()) argv = {"fit", "--attach", job, "--batch"};
    }
    fs::remove(laptop_.work() / ("original_data/" + stem + ".csv"));
  }

  void sample() {
    const std::string output = "synthetic_output/rows" + std::to_string(++tables_) + ".csv";
    const std::size_t rows = 1 + below(3000);
    const Argv argv{"sample", "latest", "-n", std::to_string(rows), "--output", output, "--batch"};
    for (int attempt = 0; attempt < 6; ++attempt) {
      const Outcome outcome = run(argv, attempt < 2);
      const bool there = fs::exists(laptop_.work() / output);
      if (there && csv_rows(laptop_.work() / output).size() != rows + 1) {
        ++world_.counts.losses;
        world_.complaints.add("rows that are visible are not whole", outcome);
      }
      if (outcome.code == 0 && !there) {
        ++world_.counts.losses;
        world_.complaints.add("rows were promised and are not there", outcome);
      }
      if (there || (outcome.code != 75 && outcome.code != 76 && outcome.code != 128 + SIGKILL)) break;
    }
    fs::remove(laptop_.work() / output);
  }

  void remove_oldest() {
    if (promised_.size() < 5) return;
    const std::string model = *promised_.begin();
    promised_.erase(model);
    for (int attempt = 0; attempt < 6; ++attempt) {
      const int code = run({"manage", "models", "delete", model, "--batch"}, attempt < 1).code;
      if (code == 0 || code == 66) break;
    }
  }

  World& world_;
  std::string name_;
  std::mt19937_64 random_;
  SpoilingProxy proxy_;
  Laptop laptop_;
  std::set<std::string> promised_;
  Confidential confidential_;
  int tables_ = 0;
};

// Kills or stops what works for the store on the server's side.
void spoil_server(World& world, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  while (world.goes_on()) {
    std::this_thread::sleep_for(milliseconds(200 + random() % 1500));
    std::vector<int> victims =
        random() % 2 == 0 ? workers_of(world.server.root()) : servers_of(world.server.root());
    if (victims.empty()) continue;
    const int victim = victims[random() % victims.size()];
    if (random() % 4 == 0) {
      kill(victim, SIGSTOP);
      std::this_thread::sleep_for(milliseconds(random() % 2000));
      kill(victim, SIGCONT);
    } else if (kill(victim, SIGKILL) == 0) {
      ++world.counts.kills;
    }
  }
}

void record(const World& world, std::uint64_t seed, std::uint64_t minutes) {
  const Counts& counts = world.counts;
  const nlohmann::json line{{"seed", seed},
                            {"minutes", minutes},
                            {"commands", counts.commands.load()},
                            {"kills", counts.kills.load()},
                            {"cuts", counts.cuts.load()},
                            {"hangs", counts.hangs.load()},
                            {"wrong_codes", counts.wrong_codes.load()},
                            {"losses", counts.losses.load()}};
  std::cout << "soak: " << line.dump() << std::endl;
  if (const char* file = std::getenv("CTGAN_SOAK_RECORD"))
    std::ofstream(file, std::ios::app) << line.dump() << "\n";
}

}  // namespace

TEST_CASE(
    "whatever is killed and cut, nothing is lost, nothing is double, nothing hangs, and the store is in "
    "order") {
  const std::uint64_t minutes = number_from("CTGAN_SOAK_MINUTES", 1),
                      seed = number_from("CTGAN_SOAK_SEED", 1);
  World world(minutes);
  std::vector<std::unique_ptr<User>> users;
  for (std::uint64_t i = 0; i < 3; ++i)
    users.push_back(
        std::make_unique<User>(world, std::string(1, static_cast<char>('a' + i)) + "lice", seed * 100 + i));
  std::vector<std::thread> threads;
  for (const auto& user : users) threads.emplace_back([&user] { user->live(); });
  threads.emplace_back([&] { spoil_server(world, seed * 100 + 99); });
  for (std::thread& thread : threads) thread.join();

  Confidential confidential;
  for (const auto& user : users)
    confidential.insert(confidential.end(), user->confidential().begin(), user->confidential().end());
  check_store(world.server.root(), confidential, When::days_later);
  for (const auto& user : users) user->check_models();
  record(world, seed, minutes);
  CHECK(world.counts.hangs == 0);
  CHECK(world.counts.wrong_codes == 0);
  CHECK(world.counts.losses == 0);
}

}  // namespace ctgan::tests
