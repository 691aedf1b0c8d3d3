#include "server/jobs/claim.h"

#include <fcntl.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "tests/catch.h"
#include "tests/server/jobs/worker_process.h"
#include "tests/temporary_folder.h"

namespace ctgan::server::jobs {

TEST_CASE("a job is claimed once, even after its worker has gone") {
  const tests::TemporaryFolder folder;
  const JobFolder job(folder.path());
  CHECK_FALSE(is_claimed(job));
  {
    const auto claim = Claim::take(job);
    REQUIRE(claim.has_value());
    CHECK(is_claimed(job));
    CHECK_FALSE(Claim::take(job).has_value());
  }
  CHECK_FALSE(Claim::take(job).has_value());
}

TEST_CASE("of many that claim at once, one wins") {
  for (int round = 0; round < 20; ++round) {
    const tests::TemporaryFolder folder;
    const JobFolder job(folder.path());
    std::atomic<int> winners = 0;
    std::vector<std::thread> crowd;
    for (int i = 0; i < 8; ++i) {
      crowd.emplace_back([&] {
        const auto claim = Claim::take(job);
        winners += claim ? 1 : 0;
        if (claim) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      });
    }
    for (std::thread& one : crowd) one.join();
    CHECK(winners <= 1);
    CHECK(winners + (Claim::take(job) ? 1 : 0) == 1);
  }
}

TEST_CASE("the claim of a living worker cannot be inherited, that of a killed one can") {
  const tests::TemporaryFolder folder;
  const JobFolder job(folder.path());
  CHECK_FALSE(Claim::inherit(job).has_value());
  tests::WorkerProcess worker(job);
  CHECK_FALSE(Claim::inherit(job).has_value());
  CHECK_FALSE(Claim::take(job).has_value());
  worker.kill_hard();
  CHECK(Claim::inherit(job).has_value());
  CHECK_FALSE(Claim::take(job).has_value());
}

TEST_CASE("a process that has got the number of a dead worker is not the one that is stopped", "[fault:10]") {
  const tests::TemporaryFolder folder, other_folder;
  const JobFolder job(folder.path()), other(other_folder.path());
  // One that lives: whatever number the lock of the dead worker's job names, and with another start, nothing happens.
  tests::WorkerProcess innocent(other);
  std::string line;
  std::getline(std::ifstream(other.lock()), line);
  const std::string number = line.substr(0, line.find(' '));
  SECTION("while nobody holds the lock") {
    std::ofstream(job.lock()) << line << '\n';
    CHECK(stop_worker(job));
  }
  SECTION("while somebody holds the lock who is not named in it") {
    const auto claim = Claim::take(job);
    std::ofstream(job.lock()) << number << " 1\n";
    CHECK_FALSE(stop_worker(job));
  }
  // It holds its own job, as only the living do.
  CHECK_FALSE(Claim::inherit(other).has_value());
}

TEST_CASE("the lock does not outlive its worker in a program that it started") {
  const tests::TemporaryFolder folder;
  const JobFolder job(folder.path());
  const auto claim = Claim::take(job);
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry.path(), gone) != job.lock()) continue;
    CHECK((fcntl(std::stoi(entry.path().filename()), F_GETFD) & FD_CLOEXEC) != 0);
  }
}

}  // namespace ctgan::server::jobs
