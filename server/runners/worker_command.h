// What a worker of a store is started with.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "server/jobs/job_folder.h"
#include "server/store/layout.h"

namespace ctgan::server::runners {

struct WorkerCommand {
  store::Layout layout;
  std::filesystem::path program;  // ctgan-server

  jobs::JobFolder folder(const std::string& job) const { return jobs::JobFolder(layout.job(job)); }
  // `options` are those of `ctgan-server work`.
  std::vector<std::string> arguments(const std::string& job,
                                     const std::vector<std::string>& options = {}) const {
    std::vector<std::string> all{program.string(), "--root", layout.root().string(), "work"};
    all.insert(all.end(), options.begin(), options.end());
    all.push_back(job);
    return all;
  }
  // How many workers the job is for; 1 where its request cannot be read.
  int shards(const std::string& job) const;
};

}  // namespace ctgan::server::runners
