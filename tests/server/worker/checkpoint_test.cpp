// A fit that keeps checkpoints: cut wherever, it ends as one that was not.
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "server/store/root.h"
#include "server/worker/job_checkpoints.h"
#include "server/worker/job_work.h"
#include "server/worker/worker.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace {

using namespace ctgan;
using namespace ctgan::server;
using nlohmann::json;
namespace fs = std::filesystem;

constexpr int k_epochs = 40;
// Every step has a checkpoint.
constexpr double k_always = 1e-9;
const std::string k_user = "alice";
const std::string k_id(32, 'a');

std::string table_csv() {
  std::string csv = "age,income,city\n";
  for (int i = 0; i < 300; ++i)
    csv += std::to_string(20 + i * 7 % 50) + "," + std::to_string(100 + i * 13 % 97) + ".5," +
           (i % 5 % 3 == 0 ? "Oslo" : "Lima") + "\n";
  return csv;
}

json options_of(const std::string& method) {
  if (method == "trees") return {{"seed", 1}};
  return {{"epochs", k_epochs},    {"batch_size", 60},        {"embedding_dim", 8},
          {"compress_dims", {16}}, {"decompress_dims", {16}}, {"seed", 1}};
}

// A store with one job. What works on it is another process, which may be killed.
class Job {
 public:
  explicit Job(double minutes, const std::string& method = "tvae") {
    store::make_folders(layout);
    for (const store::Shelf shelf : store::k_all_shelves)
      files::make_private_folder(layout.shelf(shelf, k_user));
    files::make_private_folder(folder.path());
    files::write_file(table(), table_csv(), files::AtomicFile::IfExists::refuse);
    request.user = k_user;
    request.name = "people";
    request.method = method;
    request.options = options_of(method);
    request.held_out = 0.2;
    request.checkpoint_minutes = minutes;
    folder.write_request(request);
  }

  fs::path table() const { return folder.work_file(store::k_table_file); }
  fs::path checkpoint() const { return folder.work_file(store::k_checkpoint_file); }

  std::vector<json> events(const std::string& name = "") const {
    std::vector<json> found;
    jobs::EventReader(folder.events()).read(0, [&](std::uint64_t, json event) {
      if (name.empty() || event.at("event") == name) found.push_back(std::move(event));
    });
    return found;
  }
  // The one file on the shelf.
  std::string product(store::Shelf shelf, const std::string& end) const {
    std::string content;
    for (const auto& entry : fs::directory_iterator(layout.shelf(shelf, k_user)))
      if (entry.path().string().ends_with(end)) content += files::read_file(entry.path());
    return content;
  }
  std::string model() const { return product(store::Shelf::models, "_model.gz"); }

  // Works on the job until it is done, or until `cut` says so; whether it was cut.
  bool work(
      const std::function<bool()>& cut = [] { return false; }, int threads = 1) const {
    return in_child(
        [&] {
          jobs::EventWriter events(folder.events());
          const encryption::KeyRing no_keys;
          worker::run_fit(folder.read_request(), {layout, folder, events, no_keys, threads});
        },
        cut);
  }
  // From its claim to its end.
  void work_whole() const {
    in_child([&] { worker::run_job(layout.root(), k_id, {}); }, [] { return false; });
  }

  tests::TemporaryFolder root;
  store::Layout layout{root / "store"};
  jobs::JobFolder folder{layout.job(k_id)};
  jobs::JobRequest request;

 private:
  static bool in_child(const std::function<void()>& work, const std::function<bool()>& cut) {
    const pid_t child = fork();
    if (child == 0) {
      try {
        work();
      } catch (const std::exception& error) {
        _exit(dprintf(STDERR_FILENO, "the worker failed: %s\n", error.what()) > 0 ? 1 : 2);
      }
      _exit(0);
    }
    REQUIRE(child > 0);
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
      if (cut()) kill(child, SIGKILL);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return true;
    CHECK(status == 0);
    return false;
  }
};

std::string training_part(const std::string& page) {
  const std::size_t begin = page.find("Losses over the epochs");
  REQUIRE(begin != std::string::npos);
  return page.substr(begin, page.find("</svg>", begin) - begin);
}

}  // namespace

TEST_CASE(
    "a fit that was killed in every stage goes on, and model and report are those of an undisturbed one") {
  const Job undisturbed(0);
  REQUIRE_FALSE(undisturbed.work());
  CHECK_FALSE(fs::exists(undisturbed.table()));

  const Job job(k_always);
  const auto epochs = [&](std::uint64_t least) {
    return [&job, least] {
      const std::vector<json> heard = job.events("epoch");
      return !heard.empty() && heard.back().at("epoch") >= least;
    };
  };
  REQUIRE(job.work([&] { return !job.events("table").empty(); }));
  REQUIRE(job.work(epochs(3), 2));
  REQUIRE(job.work(epochs(20)));
  REQUIRE(job.work(epochs(k_epochs)));
  REQUIRE(job.work([&] { return !job.events("section").empty(); }, 2));
  CHECK(fs::exists(job.table()));
  REQUIRE_FALSE(job.work());

  CHECK(job.model() == undisturbed.model());
  CHECK_FALSE(job.model().empty());
  const auto evaluation = [](const Job& of) { return of.product(store::Shelf::evaluations, ".json"); };
  CHECK(evaluation(job) == evaluation(undisturbed));
  const auto page = [](const Job& of) { return of.product(store::Shelf::reports, ".html"); };
  CHECK(training_part(page(job)) == training_part(page(undisturbed)));
  const std::vector<json> resumed = job.events("resumed");
  REQUIRE(resumed.size() >= 4);
  const json& early = resumed[resumed.size() - 4];
  CHECK(early.at("done") >= 2);
  CHECK(early.at("total") == k_epochs);
  CHECK_THAT(early.at("text").get<std::string>(), Catch::Contains("goes on at epoch"));
  CHECK(resumed.back().at("text") == "From a checkpoint, training goes on after epoch " +
                                         std::to_string(k_epochs) + " of " + std::to_string(k_epochs));
  CHECK(job.events("warning").empty());
}

TEST_CASE("a method that keeps no checkpoints begins again from the table, which was left for it") {
  const Job undisturbed(0, "trees"), job(k_always, "trees");
  REQUIRE_FALSE(undisturbed.work());
  REQUIRE(job.work([&] { return !job.events("table").empty(); }));
  REQUIRE_FALSE(job.work());
  CHECK(job.model() == undisturbed.model());
  CHECK(job.events("resumed").empty());
  CHECK_FALSE(fs::exists(job.checkpoint()));
  CHECK_THAT(job.events("checkpoint").front().at("text").get<std::string>(),
             Catch::Contains("trees keeps no checkpoints"));
}

TEST_CASE("a checkpoint that is damaged or of another fit is warned of, and training starts anew") {
  const Job undisturbed(0), job(k_always);
  REQUIRE_FALSE(undisturbed.work());
  const auto cut_off = [&] {
    const std::string whole = files::read_file(job.checkpoint());
    files::write_file(job.checkpoint(), whole.substr(0, whole.size() / 2),
                      files::AtomicFile::IfExists::replace);
  };
  const auto of_another_seed = [&] {
    jobs::JobRequest other = job.request;
    other.options["seed"] = 2;
    job.folder.write_request(other);
    REQUIRE(job.work([&] { return fs::exists(job.checkpoint()) && job.events("epoch").size() > 10; }));
    job.folder.write_request(job.request);
  };
  const auto of_another_table = [&] {
    files::write_file(job.table(), table_csv() + "20,100.5,Oslo\n", files::AtomicFile::IfExists::replace);
    REQUIRE(job.work([&] { return fs::exists(job.checkpoint()) && job.events("epoch").size() > 10; }));
    files::write_file(job.table(), table_csv(), files::AtomicFile::IfExists::replace);
  };
  const std::vector<std::function<void()>> spoilt = {cut_off, of_another_seed, of_another_table};
  const int way = GENERATE(0, 1, 2);
  if (way == 0) REQUIRE(job.work([&] { return job.events("epoch").size() > 3; }));
  spoilt[static_cast<std::size_t>(way)]();
  REQUIRE_FALSE(job.work());
  CHECK(job.model() == undisturbed.model());
  CHECK(job.events("resumed").empty());
  const std::vector<json> warnings = job.events("warning");
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings.front().at("text").get<std::string>(), Catch::Contains("training starts anew"));
}

TEST_CASE("table and checkpoint are gone with the end of the job, be it done or failed") {
  const Job job(k_always);
  job.work_whole();
  CHECK(job.folder.read_status().state == jobs::JobState::done);
  CHECK_FALSE(job.model().empty());
  CHECK_FALSE(job.folder.has_work_files());

  Job failing(k_always);
  failing.request.keys = {"no such column"};
  failing.folder.write_request(failing.request);
  CHECK_FALSE(fs::exists(failing.checkpoint()));
  REQUIRE(fs::exists(failing.table()));
  CHECK_THROWS_AS(worker::run_job(failing.layout.root(), k_id, {}), errors::Error);
  CHECK(failing.folder.read_status().state == jobs::JobState::failed);
  CHECK_FALSE(failing.folder.has_work_files());
}

TEST_CASE("checkpoints come as often as they were asked for, and one that cannot be kept is a warning") {
  using std::chrono::hours;
  const Job job(10);
  jobs::EventWriter events(job.folder.events());
  worker::FitMonitor monitor(events, job.folder);
  worker::JobCheckpoints rare(job.folder, monitor, "a fit", hours(1)),
      often(job.folder, monitor, "a fit", hours(0));
  CHECK_FALSE(rare.due());
  CHECK(often.due());
  CHECK_FALSE(rare.latest());
  const std::vector<synth::model::Measure> losses{{"generator_loss", 0.1}};
  monitor.report({"training", "epoch", 1, 3, losses});
  often.keep({.tensors = {}, .metadata = {{"what", "ever"}}});
  const auto kept = rare.latest();
  REQUIRE(kept);
  CHECK(kept->entry("what") == "ever");
  CHECK(worker::story_in(*kept).curves == monitor.story().curves);

  const jobs::JobFolder nowhere(job.root / "nowhere");
  worker::JobCheckpoints impossible(nowhere, monitor, "a fit", hours(0));
  CHECK_NOTHROW(impossible.keep({}));
  REQUIRE(job.events("warning").size() == 1);
  CHECK_THAT(job.events("warning").front().at("text").get<std::string>(),
             Catch::Contains("no checkpoint was kept"));
}
