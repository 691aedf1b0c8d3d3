// The id of a submission whose answer may get lost on the way: the same command, run again, submits with the
// same id, and the server answers with the job that it started. Kept in the user's state folder, one small
// file a submission, from before it is sent until its answer has been shown.
//
//     PendingSubmission pending(submissions_folder(), {{"server", ...}, {"table", sha256}, ...});
//     session.request("fit.submit", {{"request_id", pending.request_id()}, ...});
//     ... show the job ...
//     pending.answered();
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "common/files/file.h"

namespace ctgan::host::commands {

// ~/.local/state/ctgan/submissions, or below XDG_STATE_HOME; empty where there is no home.
std::filesystem::path submissions_folder();

class PendingSubmission {
 public:
  // `what` is all that makes two commands the same. Takes what an earlier command has left unanswered in the
  // last day; one that still runs keeps its own. `seed` is kept beside the id: the first command's counts.
  // Where the folder cannot be written the id lives as long as this process.
  PendingSubmission(const std::filesystem::path& folder, const nlohmann::json& what, std::uint64_t seed);

  const std::string& request_id() const { return request_id_; }
  std::uint64_t seed() const { return seed_; }
  // Whether the id was sent before, perhaps.
  bool repeated() const { return repeated_; }
  // Forgets it: the next such command is another submission.
  void answered();

 private:
  bool take(const std::filesystem::path& path);

  std::string request_id_;
  std::uint64_t seed_;
  bool repeated_ = false;
  std::filesystem::path path_;
  files::FileHandle file_;  // locked as long as this lives
};

}  // namespace ctgan::host::commands
