// Fits and samples on a cluster: a real munge, slurmctld and slurmd on this machine.
#include <signal.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include "common/files/file.h"
#include "common/process/process_id.h"
#include "tests/catch.h"
#include "tests/one_node_slurm.h"
#include "tests/system/laptop.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using std::chrono::steady_clock;

// A laptop whose jobs are the cluster's.
class Cluster {
 public:
  explicit Cluster(const std::string& options = "[]") : slurm(folder_ / "slurm") { set_options(options); }

  void set_options(const std::string& options) const {
    if (!fs::exists(laptop.local_store() / "settings.json")) {
      const Outcome made = run_program({bin("ctgan-server"), "--root", laptop.local_store().string(), "init"},
                                       laptop.surroundings());
      INFO(made);
      REQUIRE(made.code == 0);
    }
    std::ofstream(laptop.local_store() / "settings.json")
        << R"({"runner":"slurm","slurm":{"cpus":1,"deadline_seconds":5,"conf":")" << slurm.conf().string()
        << R"(","options":)" << options << "}}";
  }
  std::string submit_fit(const std::string& epochs = "10000", int rows = 2000) const {
    const Outcome submitted =
        laptop.run({"fit", laptop.write_table("people.csv", small_table(rows)), "--epochs", epochs, "--seed",
                    "7", "--no-report", "--detach", "--batch"});
    INFO(submitted);
    REQUIRE(submitted.code == 0);
    return last_line(submitted.out);
  }
  Outcome show(const std::string& job) const { return laptop.run({"manage", "jobs", "show", job}); }
  void wait_for(const std::string& job, const std::string& words) const {
    const auto end = steady_clock::now() + seconds(40);
    for (;;) {
      const Outcome shown = show(job);
      if (shown.out.find(words) != std::string::npos) return;
      INFO(shown);
      INFO(slurm.run({"squeue", "--states=all", "-o", "%i %j %T %r"}));
      REQUIRE(steady_clock::now() < end);
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
  fs::path folder_of(const std::string& job) const { return laptop.local_store() / "jobs" / job; }
  process::ProcessId worker_of(const std::string& job) const {
    std::ifstream file(folder_of(job) / "lock");
    std::string line;
    std::getline(file, line);
    return process::process_id_from_text(line).value();
  }
  std::string queue() const { return slurm.run({"squeue", "-h", "-o", "%j %T"}).out; }

 private:
  TemporaryFolder folder_;

 public:
  Laptop laptop;
  OneNodeSlurm slurm;
};

bool can_run() {
  const std::string obstacle = OneNodeSlurm::obstacle();
  if (!obstacle.empty()) WARN("no cluster here: " + obstacle);
  return obstacle.empty();
}

}  // namespace

TEST_CASE(
    "fit, sample and report go through the cluster, and what comes home is what this machine would have "
    "made") {
  if (!can_run()) return;
  const Cluster cluster;
  const Laptop alone;
  std::string tables[2];
  for (int i = 0; i < 2; ++i) {
    const Laptop& laptop = i == 0 ? cluster.laptop : alone;
    std::vector<std::string> argv = quick_fit(laptop.write_table("people.csv", small_table(400)));
    const Outcome fit = laptop.run(argv);
    INFO(fit);
    REQUIRE(fit.code == 0);
    const Outcome sample =
        laptop.run({"sample", "latest", "--rows", "50", "--seed", "3", "--output", "made.csv", "--batch"});
    INFO(sample);
    REQUIRE(sample.code == 0);
    std::ifstream made(laptop.work() / "made.csv");
    std::stringstream text;
    text << made.rdbuf();
    tables[i] = text.str();
    CHECK(laptop.run({"download", "--report", "latest", "--batch"}).code == 0);
  }
  CHECK(tables[0] == tables[1]);
  CHECK(tables[0].size() > 500);
  const Outcome shown = cluster.show("latest");
  CHECK_THAT(shown.out, Catch::Contains("runner     slurm") && Catch::Contains("sbatch --parsable"));
  // Nobody opened the database on the node, and nothing of the table stays.
  CHECK(cluster.queue().empty());
}

TEST_CASE("many rows are drawn by an array of jobs, and are those of one worker, byte for byte") {
  if (!can_run()) return;
  const Cluster cluster;
  const Outcome fit =
      cluster.laptop.run(quick_fit(cluster.laptop.write_table("people.csv", small_table(400))));
  INFO(fit);
  REQUIRE(fit.code == 0);
  const auto draw = [&](const std::string& shards) {
    const Outcome drawn =
        cluster.laptop.run({"sample", "latest", "-n", "300000", "--seed", "3", "--shards", shards,
                            "--keep-gz", "--output", shards + ".csv.gz", "--batch"});
    INFO(drawn);
    REQUIRE(drawn.code == 0);
    return files::read_file(cluster.laptop.work() / (shards + ".csv.gz"));
  };
  const std::string together = draw("4");
  CHECK_THAT(cluster.show("latest").out, Catch::Contains("--array=0-3"));
  CHECK(together == draw("1"));
}

TEST_CASE("doctor asks a node whether it sees the store, and leaves nothing of it") {
  if (!can_run()) return;
  const Cluster cluster;
  const auto doctor = [&] {
    return run_program({bin("ctgan-server"), "--root", cluster.laptop.local_store().string(), "doctor"},
                       cluster.laptop.surroundings());
  };
  const Outcome seen = doctor();
  INFO(seen);
  CHECK_THAT(seen.out, Catch::Contains("ok       runner: slurm: ") && Catch::Contains("sees the store"));
  CHECK(fs::is_empty(cluster.laptop.local_store() / "jobs"));
  cluster.set_options(R"(["--partition=nowhere"])");
  CHECK_THAT(doctor().out, Catch::Contains("error    runner: the cluster refuses the job"));
  CHECK(fs::is_empty(cluster.laptop.local_store() / "jobs"));
}

TEST_CASE("a job that waits for the cluster says why, and is cancelled with its entry in the queue") {
  if (!can_run()) return;
  const Cluster cluster(R"(["--hold"])");
  const std::string job = cluster.submit_fit();
  cluster.wait_for(job, "PENDING (JobHeldUser)");
  CHECK_THAT(cluster.queue(), Catch::Contains("ctgan-" + job + "-1 PENDING"));
  const Outcome cancel = cluster.laptop.run({"manage", "jobs", "cancel", job});
  INFO(cancel);
  CHECK(cancel.code == 0);
  CHECK(cluster.laptop.run({"fit", "--attach", job}).code == 81);
  CHECK(cluster.queue().empty());
  CHECK_FALSE(fs::exists(cluster.folder_of(job) / "table"));
}

TEST_CASE("a job that runs on the cluster is cancelled within two seconds") {
  if (!can_run()) return;
  const Cluster cluster;
  const std::string job = cluster.submit_fit();
  cluster.wait_for(job, "running");
  const auto start = steady_clock::now();
  const Outcome cancel = cluster.laptop.run({"manage", "jobs", "cancel", job});
  CHECK(steady_clock::now() - start < seconds(2));
  INFO(cancel);
  CHECK(cancel.code == 0);
  cluster.wait_for(job, "cancelled");
}

TEST_CASE("who ends a job with the cluster's own command has cancelled it") {
  if (!can_run()) return;
  const Cluster cluster;
  const std::string job = cluster.submit_fit();
  cluster.wait_for(job, "running");
  CHECK(cluster.slurm.run({"scancel", "--name=ctgan-" + job + "-1"}).code == 0);
  cluster.wait_for(job, "cancelled");
  CHECK_FALSE(fs::exists(cluster.folder_of(job) / "table"));
}

TEST_CASE(
    "a worker that is killed on its node loses the job with the cluster's words, and the job is retried") {
  if (!can_run()) return;
  const Cluster cluster;
  const std::string job = cluster.submit_fit();
  cluster.wait_for(job, "running");
  REQUIRE(process::kill_process(cluster.worker_of(job), seconds(5)));
  cluster.wait_for(job, "lost");
  CHECK_THAT(cluster.show(job).out, Catch::Contains("the cluster says FAILED"));
  const Outcome retry = cluster.laptop.run({"manage", "jobs", "retry", job, "--detach", "--batch"});
  INFO(retry);
  REQUIRE(retry.code == 0);
  cluster.wait_for(last_line(retry.out), "running");
  CHECK_THAT(cluster.show(last_line(retry.out)).out, Catch::Contains("retry of   " + job));
  CHECK(cluster.laptop.run({"manage", "jobs", "cancel", "latest"}).code == 0);
}

TEST_CASE("a job goes on when the node's daemon dies, and ends as if nothing had been") {
  if (!can_run()) return;
  Cluster cluster;
  const std::string job = cluster.submit_fit("60", 1000);
  cluster.wait_for(job, "running");
  cluster.slurm.kill_slurmd();
  cluster.wait_for(job, "done");
  cluster.slurm.start_slurmd();
  CHECK(cluster.slurm.is_ready());
}

TEST_CASE("a requeued fit goes on from its checkpoint, as the cluster's second run of one job") {
  if (!can_run()) return;
  const Cluster cluster;
  const Outcome submitted = cluster.laptop.run(
      {"fit", cluster.laptop.write_table("people.csv", small_table(1000)), "--epochs", "400", "--batch-size", "100",
       "--seed", "7", "--no-report", "--checkpoint", "0.001", "--detach", "--batch"});
  INFO(submitted);
  REQUIRE(submitted.code == 0);
  const std::string job = last_line(submitted.out);
  const auto end = steady_clock::now() + seconds(60);
  while (!fs::exists(cluster.folder_of(job) / "checkpoint") && steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  REQUIRE(fs::exists(cluster.folder_of(job) / "checkpoint"));
  std::string id = cluster.slurm.run({"squeue", "-h", "-n", "ctgan-" + job + "-1", "-o", "%i"}).out;
  id.erase(id.find_last_not_of("\n") + 1);
  const Outcome requeue = cluster.slurm.run({"scontrol", "requeue", id});
  INFO(requeue);
  REQUIRE(requeue.code == 0);
  const Outcome followed = cluster.laptop.run({"fit", "--attach", job});
  INFO(followed);
  CHECK(followed.code == 0);
  CHECK_THAT(followed.err, Catch::Contains("goes on"));
  CHECK(fs::exists(cluster.folder_of(job) / "attempt-2"));
  // One job of the cluster, run twice.
  CHECK_THAT(cluster.show(job).out, Catch::Contains("-1 --output"));
}

TEST_CASE("while the cluster's controller is away jobs are taken, and they run once it is back") {
  if (!can_run()) return;
  Cluster cluster;
  cluster.slurm.kill_slurmctld();
  const std::string job = cluster.submit_fit("1", 400);
  CHECK_THAT(cluster.show(job).out, Catch::Contains("queued") || Catch::Contains("starting"));
  cluster.slurm.start_slurmctld();
  REQUIRE(cluster.slurm.is_ready());
  // A start without an answer is made again after half a minute.
  const Outcome followed = cluster.laptop.run({"fit", "--attach", job});
  INFO(followed);
  CHECK(followed.code == 0);
}

TEST_CASE("what the cluster refuses fails the job with its words, and the table goes") {
  if (!can_run()) return;
  const Cluster cluster(R"(["--partition=nowhere"])");
  const std::string job = cluster.submit_fit();
  cluster.wait_for(job, "failed");
  CHECK_THAT(cluster.show(job).out, Catch::Contains("invalid partition"));
  CHECK_FALSE(fs::exists(cluster.folder_of(job) / "table"));
}

}  // namespace ctgan::tests
