// The user's jobs on the server: `manage jobs`, and the words by which one is chosen: its id, the beginning of it,
// 'latest'.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/commands/connection.h"

namespace ctgan::host::commands {

// Among which jobs one is chosen.
struct JobScope {
  bool all_users = false;  // for administrators; else one's own
  std::string kind = {};   // "fit", "sample"; empty: any
};

// The job that `word` means. Throws Error(usage) where several begin so, Error(no_input) where there is none.
std::string job_by_word(session::Session& session, const std::string& word, const JobScope& scope);

// Newest first.
void list_jobs(session::Session& session, progress::Progress& progress, const JobScope& scope);
// What was asked for, how it stands and what came of it.
void show_job(session::Session& session, progress::Progress& progress, const std::string& word,
              const JobScope& scope);
// Ends each; one that had ended before stays as it was, and that is said.
void cancel_jobs(session::Session& session, progress::Progress& progress,
                 const std::vector<std::string>& words, const JobScope& scope);
// Throws as follow_job.
void follow_job_by_word(Connection& connection, progress::Progress& progress, const std::string& word,
                        const JobScope& scope);

struct RetryFlags {
  std::filesystem::path file;  // its table; empty: the one that was sent from here
  bool detach = false;
};
// Submits what ended without a result once more, and follows it. Throws as retry_job and follow_job.
void retry_job_by_word(Connection& connection, progress::Progress& progress, const std::string& word,
                       const RetryFlags& flags);

}  // namespace ctgan::host::commands
