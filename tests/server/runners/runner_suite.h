// What every runner keeps, by workers that are a small program: it says that it runs, claims nothing, and ends when it
// is told to.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "common/files/file.h"
#include "server/jobs/job_folder.h"
#include "server/jobs/job_runner.h"
#include "tests/catch.h"

namespace ctgan::tests {

// Makes a runner whose workers are `program`; many of them share what they need beside the store.
using MakeRunner = std::function<std::unique_ptr<server::jobs::JobRunner>(
    const server::store::Layout& layout, const std::filesystem::path& program)>;

class RunnerSuite {
 public:
  using Json = server::jobs::Json;
  using Whereabouts = server::jobs::Whereabouts;

  RunnerSuite(std::filesystem::path folder, MakeRunner make)
      : layout_(folder / "store"), program_(folder / "worker"), make_(std::move(make)) {
    files::make_private_folder(layout_.root());
    files::make_private_folder(layout_.jobs());
    // $6 and what follows differ between runners; the job is the last word.
    files::write_file(program_,
                      "#!/bin/sh\n"
                      "for job; do :; done\n"
                      "cd \"$2/jobs/$job\" || exit 3\n"
                      "echo \"$@\" > ran\n"
                      "while [ -e ran ] && [ ! -e end ]; do sleep 0.1; done\n",
                      files::AtomicFile::IfExists::replace);
    std::filesystem::permissions(program_, std::filesystem::perms::owner_all);
  }

  // A fresh runner sees what another started: whoever looks is another process.
  std::unique_ptr<server::jobs::JobRunner> runner() const { return make_(layout_, program_); }
  server::jobs::JobFolder make_job(char digit) const {
    const server::jobs::JobFolder folder(layout_.job(std::string(32, digit)));
    files::make_private_folder(folder.path());
    files::write_file(folder.path() / "request.json", "{}", files::AtomicFile::IfExists::replace);
    return folder;
  }
  static std::string id_of(const server::jobs::JobFolder& job) { return job.path().filename(); }
  Json start(const server::jobs::JobFolder& job, int number = 1) const {
    const auto made = runner();
    Json record = made->prepare(id_of(job), number);
    made->start(id_of(job), record);
    return record;
  }
  Whereabouts look(const server::jobs::JobFolder& job, const Json& record) const {
    return runner()->look(id_of(job), record).whereabouts;
  }
  static bool eventually(const std::function<bool()>& what) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(40);
    while (std::chrono::steady_clock::now() < end) {
      if (what()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }
  static bool has_run(const server::jobs::JobFolder& job) {
    return std::filesystem::exists(job.path() / "ran");
  }
  static void let_end(const server::jobs::JobFolder& job) {
    files::write_file(job.path() / "end", "", files::AtomicFile::IfExists::replace);
  }

  void check_all() const {
    check_course();
    check_stop();
    check_strangers();
  }

  // From its start to its end, as others see it.
  void check_course() const {
    const auto job = make_job('a');
    const Json record = start(job);
    CHECK(record.at("command").is_array());
    REQUIRE(eventually([&] { return has_run(job); }));
    // The arguments come as they are, and name the store and the job.
    const std::string ran = files::read_file(job.path() / "ran");
    CHECK_THAT(ran, Catch::StartsWith("--root " + layout_.root().string() + " work ") &&
                        Catch::EndsWith(id_of(job) + "\n"));
    CHECK(eventually([&] { return look(job, record) == Whereabouts::alive; }));
    let_end(job);
    CHECK(eventually([&] { return look(job, record) == Whereabouts::gone; }));
  }

  void check_stop() const {
    const auto job = make_job('b');
    const Json record = start(job);
    REQUIRE(eventually([&] { return has_run(job); }));
    runner()->stop(id_of(job), record);
    const auto ended = [&] {
      const Whereabouts now = look(job, record);
      return now == Whereabouts::gone || now == Whereabouts::withdrawn;
    };
    CHECK(eventually(ended));
    runner()->stop(id_of(job), record);
    CHECK(ended());
  }

  // What was never started is unknown, and stopping it touches nobody else.
  void check_strangers() const {
    const auto job = make_job('c'), other = make_job('d');
    const Json record = start(job);
    REQUIRE(eventually([&] { return has_run(job); }));
    const Json never = runner()->prepare(id_of(other), 1);
    CHECK(look(other, never) == Whereabouts::unknown);
    runner()->stop(id_of(other), never);
    CHECK(look(job, record) == Whereabouts::alive);
    // Another start of the same job is another thing.
    CHECK(look(job, runner()->prepare(id_of(job), 2)) == Whereabouts::unknown);
    let_end(job);
    CHECK(eventually([&] { return look(job, record) == Whereabouts::gone; }));
  }

  const server::store::Layout& layout() const { return layout_; }

 private:
  server::store::Layout layout_;
  std::filesystem::path program_;
  MakeRunner make_;
};

}  // namespace ctgan::tests
