#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <thread>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/secrets/secret.h"
#include "server/commands/doctor_checks.h"
#include "server/jobs/claim.h"
#include "server/jobs/events.h"
#include "server/runners/runners.h"

namespace ctgan::server::commands {
namespace {

using errors::Error;

constexpr std::size_t k_id_bytes = 16;

bool comes_true(std::chrono::seconds patience, const std::function<bool()>& what) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!what()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return true;
}

// A job of its own, which goes with it.
class Probe {
 public:
  Probe(const store::Layout& layout, jobs::JobRunner& runner)
      : id_(secrets::random_hex(k_id_bytes)), folder_(layout.job(id_)), runner_(runner) {
    files::make_private_folder(folder_.path());
    jobs::JobRequest request;
    request.kind = jobs::JobKind::probe;
    folder_.write_request(request);
    record_ = runner_.prepare(id_, 1);
    folder_.write_start(record_);
  }
  ~Probe() {
    try {
      end();
    } catch (const std::exception&) {
      // It ends by itself, and its folder goes with whoever looks after the store.
    }
  }
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  Finding look() {
    constexpr std::chrono::seconds k_patience{60};
    runner_.start(id_, record_);
    if (!comes_true(k_patience, [&] { return !machine().empty() || folder_.has_ended(); })) {
      const std::string words = runner_.look(id_, record_).words;
      return {
          Level::error, "runner",
          fmt::format("{}: no worker came within {} s{}{}", runner_.name(), k_patience.count(),
                      words.empty() ? "" : "; it says ", words),
          "see that the store and ctgan-server are at the same places on every node, and that the cluster is "
          "free"};
    }
    if (machine().empty()) {
      return {Level::error, "runner", fmt::format("{}: the worker ended at once", runner_.name()),
              "look at the log of the cluster's job"};
    }
    if (!jobs::is_held(folder_)) {
      return {Level::error, "runner",
              fmt::format(
                  "{}: locks of {} are not seen here, so that dead workers cannot be told from living ones",
                  runner_.name(), machine()),
              "put the store on a file system with locks across machines (NFS 4, Lustre with flock)"};
    }
    return {Level::ok, "runner",
            fmt::format("{}: {} sees the store, and its locks are seen here", runner_.name(), machine()), ""};
  }

 private:
  std::string machine() const {
    std::string name;
    jobs::EventReader(folder_.events()).read(0, [&](std::uint64_t, const jobs::Json& event) {
      if (event.value("event", "") == "machine") name = event.value("name", "?");
    });
    return name;
  }
  void end() {
    folder_.ask_to_stop();
    if (!comes_true(std::chrono::seconds(5), [&] { return !jobs::is_held(folder_); }) || machine().empty())
      runner_.stop(id_, record_);
    std::filesystem::remove_all(folder_.path());
  }

  std::string id_;
  jobs::JobFolder folder_;
  jobs::JobRunner& runner_;
  jobs::Json record_;
};

}  // namespace

Findings check_runner(OpenStore& open) {
  try {
    const auto runner = runners::make_runner(open.settings, open.store.layout());
    if (runner->is_quick()) return {{Level::ok, "runner", "jobs run on this machine", ""}};
    return {Probe(open.store.layout(), *runner).look()};
  } catch (...) {
    const Error error = errors::describe(std::current_exception());
    return {{Level::error, "runner", error.sentence(), error.hint()}};
  }
}

}  // namespace ctgan::server::commands
