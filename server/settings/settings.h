// What an administrator may set, in ROOT/settings.json. Every key has a default; an unknown key is an error; comments as
// in C++ are none. config/server_settings.example.json has every key, with what it is for.
//
//     {"shared": true, "runner": "process", "limits": {"upload_bytes": 17179869184, ...}}
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/options/methods.h"

namespace ctgan::server::settings {

struct Limits {
  std::uint64_t upload_bytes = std::uint64_t{16} << 30;  // of one table
  std::uint64_t inbox_files = 100;                       // waiting uploads of one user
  std::uint64_t sample_rows = 1'000'000'000;             // of one sample
  std::uint64_t running_jobs = 4;                        // at the same time; others wait
  std::uint64_t running_jobs_of_user = 3;                // the same of each user
  std::uint64_t kept_for_samples = 1;                    // more of either, for samples: they wait for no fit
  std::uint64_t job_threads = 256;                       // of one job; never more than there are processors
  // Of each user, as running_jobs_of_user, sample_rows and job_threads are: an administrator may give somebody
  // limits of his own (server/store/limits.h).
  std::uint64_t stored_bytes_of_user = std::uint64_t{1} << 40;
  std::uint64_t models_of_user = 10'000;
  std::uint64_t queued_jobs_of_user = 100;
  std::uint64_t job_minutes = 43'200;  // of one job
  // A connection that asks for nothing, sends nothing or takes nothing for so long is ended.
  std::uint64_t idle_seconds = 900;
  // What is worked out while a client waits: a plan, an evaluation.
  std::uint64_t plan_seconds = 60;
  std::uint64_t evaluate_seconds = 7200;
  std::uint64_t answer_bytes = std::uint64_t{16} << 30;  // memory of either
};

// The runner "slurm": workers are jobs of a Slurm cluster, whose nodes see the store at the same place.
struct SlurmSettings {
  std::vector<std::string> options;     // of sbatch: "--partition=main", "--mem=16G"
  std::uint64_t cpus = 4;               // of a job, and its threads
  std::string conf;                     // $SLURM_CONF for its commands; empty: theirs
  std::uint64_t deadline_seconds = 10;  // of one command
};

// How a cloud's containers run a worker.
struct CloudWorker {
  std::string root;                  // the store as they have it mounted; empty: as it is here
  std::string program;               // ctgan-server there; empty: as it is here
  std::vector<std::string> options;  // more arguments of the command that submits
  std::uint64_t deadline_seconds = 30;
};
// The runner "aws-batch".
struct AwsBatchSettings {
  std::string queue, definition;
  std::string region;  // empty: the tool's own
  CloudWorker worker;
};
// The runner "cloud-run".
struct CloudRunSettings {
  std::string job;
  std::string region, project;  // empty: the tool's own
  CloudWorker worker;
};

// What was made is deleted by the server once it is older than so many days, but for the newest of each table.
struct Retention {
  std::optional<std::uint64_t> days;  // none: as soon as it has been warned of
  std::optional<std::uint64_t> keep;  // none: not even these
  bool is_on() const { return days || keep; }
};

// The audit log is put aside when it has so many bytes; so many of these files are kept.
struct AuditSize {
  std::uint64_t bytes = std::uint64_t{8} << 20;
  std::uint64_t files = 10;
};

// The privacy budget that a dataset gets with its first private fit (server/budgets); without one such a fit is refused
// until somebody has set a budget.
struct PrivacyDefault {
  double epsilon = 0, delta = 0;
  std::string accounting = "basic";  // or "concentrated"
};

struct Settings {
  // A shared store serves several users, each bound to a key or a password; never the account's own shell
  // user.
  bool shared = false;
  std::string runner = "process";
  // What happens to a sample of a model whose report speaks against handing it out: "off", "warn", "refuse".
  std::string release_gate = "off";
  // What a fit uses for which nobody named a method.
  std::string method = std::string(options::k_default_method);
  // The file that sshd reads the keys of this account from; empty: ~/.ssh/authorized_keys.
  std::filesystem::path authorized_keys;
  // The file with the keys that results are encrypted with (encryption/key_ring.h), outside the store; empty: they are
  // not.
  std::filesystem::path encryption_key_file;
  Retention retention;                    // "retention_days", "retention_keep"
  AuditSize audit;                        // "audit_bytes", "audit_files"
  std::optional<PrivacyDefault> privacy;  // "privacy": {"default_epsilon", ...}
  Limits limits;
  SlurmSettings slurm;
  AwsBatchSettings aws_batch;
  CloudRunSettings cloud_run;
};

// Throws Error(configuration) naming the file and the key; Error(no_input) when the file is missing.
Settings read_settings(const std::filesystem::path& path);
// Throws Error(cannot_create) when the file exists.
void write_settings(const std::filesystem::path& path, const Settings& settings);

}  // namespace ctgan::server::settings
