#include "server/jobs/claim.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
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

TEST_CASE(
    "what a living worker holds cannot be settled, what a killed one left can, and is claimed no more") {
  const tests::TemporaryFolder folder;
  const JobFolder job(folder.path());
  tests::WorkerProcess worker(job);
  CHECK_FALSE(Claim::settle(job).has_value());
  worker.kill_hard();
  CHECK(Claim::settle(job).has_value());
  CHECK_FALSE(Claim::take(job).has_value());
}

TEST_CASE("a worker waits for who only looks after its job") {
  const tests::TemporaryFolder folder;
  const JobFolder job(folder.path());
  auto looking = Claim::settle(job);
  REQUIRE(looking.has_value());
  std::thread leaving([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    looking.reset();
  });
  CHECK(Claim::take(job).has_value());
  leaving.join();
}

TEST_CASE("a job that was told to stop, or has ended, is claimed by nobody") {
  const tests::TemporaryFolder folder;
  const JobFolder job(folder.path());
  SECTION("told") {
    job.ask_to_stop();
  }
  SECTION("ended") {
    job.write_status({JobState::lost, nullptr, nullptr, {}});
  }
  CHECK_FALSE(Claim::take(job).has_value());
  CHECK(job.attempts() == 0);
}

TEST_CASE(
    "a job that keeps checkpoints is claimed again after a death, three times without a new checkpoint") {
  const tests::TemporaryFolder folder;
  const JobFolder job(folder.path());
  files::write_file(folder / "request.json", R"({"kind":"fit","checkpoint":5})",
                    files::AtomicFile::IfExists::replace);
  files::write_file(folder / "table", "rows", files::AtomicFile::IfExists::replace);
  const auto die = [&] { tests::WorkerProcess(job).kill_hard(); };
  for (int i = 0; i < 3; ++i) die();
  CHECK(job.attempts() == 3);
  CHECK_FALSE(job.may_go_on());
  CHECK_FALSE(Claim::take(job).has_value());
  // Files of the same tick of the kernel's clock have the same time.
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  SECTION("a checkpoint gives it three more") {
    files::write_file(folder / "checkpoint", "weights", files::AtomicFile::IfExists::replace);
    for (int i = 0; i < 3; ++i) die();
    CHECK_FALSE(Claim::take(job).has_value());
  }
  SECTION("without its table it cannot go on") {
    files::write_file(folder / "checkpoint", "weights", files::AtomicFile::IfExists::replace);
    std::filesystem::remove(folder / "table");
    CHECK_FALSE(Claim::take(job).has_value());
  }
}

TEST_CASE("a worker of another machine is not signalled from here, whatever its number") {
  const tests::TemporaryFolder folder;
  const JobFolder job(folder.path());
  tests::WorkerProcess worker(job);
  std::string holder = files::read_file(job.lock());
  const std::string here = holder;
  holder.replace(holder.rfind(' ') + 1, 8, "00000000");
  const files::FileHandle file(::open(job.lock().c_str(), O_WRONLY | O_TRUNC));
  REQUIRE(write(file.get(), holder.data(), holder.size()) == static_cast<ssize_t>(holder.size()));
  CHECK_FALSE(stop_worker(job));
  REQUIRE(pwrite(file.get(), here.data(), here.size(), 0) == static_cast<ssize_t>(here.size()));
  CHECK(stop_worker(job));
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
  CHECK_FALSE(Claim::settle(other).has_value());
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
