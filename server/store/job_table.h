// The rows of jobs. What a job does stands in its folder (server/jobs); the row says whose it is, how it was
// asked for and how it stands as far as anybody has looked.
#pragma once

#include <cstdint>
#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "server/store/sqlite.h"

namespace ctgan::server::store {

// A probe shows that a worker of the runner sees the store; it is nobody's and has no row.
enum class JobKind { fit, sample, evaluate, probe };
// From left to right, and back to queued while anything is left to try; the last column never changes again:
//
//     waiting ---> queued ---> starting ---> running ---> done        its product is published
//       |            |            |             |-------> failed      the worker says why, or could not be started
//       '------------'------------'-------------'-------> cancelled   its user or a party said so, or nobody confirmed
//                                 '-------------'-------> lost        nobody claimed it, or its worker died without a word
//
// waiting: not all of its parties have confirmed yet; jobs of one user begin as queued. queued: others run first, or a
// worker died and another may go on, or a start came to nothing. starting: handed to the runner, and not yet claimed by
// a worker.
enum class JobState { waiting, queued, starting, running, done, failed, cancelled, lost };

std::string_view job_kind_name(JobKind kind);
// Empty for an unknown name.
std::optional<JobKind> job_kind_from_name(std::string_view name);
std::string_view job_state_name(JobState state);
// Empty for an unknown name.
std::optional<JobState> job_state_from_name(std::string_view name);
bool is_final(JobState state);
// Whether it has a worker, or is about to.
bool has_worker(JobState state);

struct Job {
  std::int64_t seq = 0;  // grows with every job; lists are ordered by it
  std::string id;        // 32 hex digits
  std::string user;
  std::string request_id;
  JobKind kind = JobKind::fit;
  JobState state = JobState::queued;
  std::time_t created = 0;
  std::time_t started = 0;  // when it was handed to the runner; 0: not yet
  nlohmann::json result;    // an object when done, else null
  nlohmann::json
      error;  // an object when failed, lost for a known reason or cancelled by somebody else, else null
};

// Whose jobs are meant, those included in which the user is a party (party_table.h); none: everybody's, for an
// administrator.
using Owner = std::optional<std::string>;

class JobTable {
 public:
  explicit JobTable(Database& database) : database_(database) {}

  // REQUIRES: no job of that user has this request_id; ask find_request inside the same transaction.
  void insert(const Job& job);
  std::optional<Job> find_request(const std::string& user, const std::string& request_id);
  // Throws Error(no_input), with the same words for another user's job as for none.
  Job require(const Owner& user, const std::string& id);
  // Newest first, at most `most`, with seq below `before` when given.
  std::vector<Job> list(const Owner& user, std::optional<std::int64_t> before, int most);
  // Sets state, result and error, unless the row is final already. True when it changed the row.
  bool update(const Job& job);
  // A waiting job is queued from now on. False when it does not wait any more.
  bool mark_queued(const std::string& id);
  // A queued job is starting from now on, and it is its user's turn. False when it is not queued any more.
  bool mark_started(const std::string& id, std::time_t now);
  // Turns are counted over all users' jobs; 0 where none of the user's was started.
  std::int64_t last_turn(const std::string& user);
  // Jobs of all users that are not final.
  std::vector<Job> unfinished();

 private:
  Database& database_;
};

}  // namespace ctgan::server::store
