// Workers in a vendor's cloud, by the vendor's own command-line tool: this program builds its commands, keeps them in the
// job's record and reads its JSON; accounts, networks and images are the administrator's. The store is a folder that the
// container has mounted, on a file system that keeps flock across machines (Amazon EFS, Google Filestore; not Cloud
// Storage FUSE): the claim (claim.h) rests on it.
//
// A tool takes a second to start, so what it says of a job is kept in the job's folder for ten seconds, for everybody
// who asks. A tool that fails, or does not answer by its deadline, says nothing of the job: that counts as waiting.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/jobs/job_runner.h"
#include "server/runners/worker_command.h"
#include "server/settings/settings.h"

namespace ctgan::server::runners {

class CloudRunner : public jobs::JobRunner {
 public:
  void start(const std::string& job, jobs::Json& record) override;
  jobs::Sight look(const std::string& job, const jobs::Json& record) override;
  void stop(const std::string& job, const jobs::Json& record) override;
  bool is_quick() const override { return false; }

 protected:
  using Argv = std::vector<std::string>;

  CloudRunner(settings::CloudWorker cloud, WorkerCommand worker)
      : cloud_(std::move(cloud)), worker_(std::move(worker)) {}

  // The arguments of ctgan-server as they are where the worker runs.
  // `index`: the environment variable that holds the number of a worker among several.
  Argv container_arguments(const std::string& job, const char* index) const;
  int shards(const std::string& job) const { return worker_.shards(job); }
  // Standard output as JSON. Throws Error(try_again) with what the tool said.
  jobs::Json ask(const Argv& argv) const;
  const settings::CloudWorker& cloud() const { return cloud_; }

 private:
  // The vendor's name for what was started, in the answer to the record's command. Throws nlohmann's exceptions.
  virtual std::string id_of(const jobs::Json& answer) const = 0;
  // What was started and whose answer is lost; empty when nothing was.
  virtual std::string find(const std::string& job, const jobs::Json& record) const = 0;
  virtual jobs::Sight describe(const std::string& id) const = 0;
  virtual std::vector<Argv> stop_commands(const std::string& id) const = 0;

  std::string known_id(const std::string& job, const jobs::Json& record) const;
  jobs::Sight look_now(const std::string& job, const jobs::Json& record) const;

  settings::CloudWorker cloud_;
  WorkerCommand worker_;
};

// AWS Batch: submit-job, describe-jobs, list-jobs, cancel-job, terminate-job of `aws batch`.
class AwsBatchRunner final : public CloudRunner {
 public:
  AwsBatchRunner(settings::AwsBatchSettings settings, WorkerCommand worker)
      : CloudRunner(settings.worker, std::move(worker)), settings_(std::move(settings)) {}
  std::string name() const override { return "aws-batch"; }
  jobs::Json prepare(const std::string& job, int start) const override;

 private:
  std::string id_of(const jobs::Json& answer) const override;
  std::string find(const std::string& job, const jobs::Json& record) const override;
  jobs::Sight describe(const std::string& id) const override;
  std::vector<Argv> stop_commands(const std::string& id) const override;
  Argv aws(Argv words) const;

  settings::AwsBatchSettings settings_;
};

// Google Cloud Run jobs: `gcloud run jobs execute`, and describe, list, cancel of their executions.
class CloudRunRunner final : public CloudRunner {
 public:
  CloudRunRunner(settings::CloudRunSettings settings, WorkerCommand worker)
      : CloudRunner(settings.worker, std::move(worker)), settings_(std::move(settings)) {}
  std::string name() const override { return "cloud-run"; }
  jobs::Json prepare(const std::string& job, int start) const override;

 private:
  std::string id_of(const jobs::Json& answer) const override;
  std::string find(const std::string& job, const jobs::Json& record) const override;
  jobs::Sight describe(const std::string& id) const override;
  std::vector<Argv> stop_commands(const std::string& id) const override;
  Argv gcloud(Argv words) const;

  settings::CloudRunSettings settings_;
};

}  // namespace ctgan::server::runners
