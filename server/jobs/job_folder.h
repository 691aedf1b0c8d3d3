// A job's folder, the only thing that a worker and the server share (DESIGN 5):
//
//     request.json   what was asked for, written once, before the job exists for anybody
//     events.jsonl   what happened, one JSON object a line, only ever appended to
//     status.json    how it stands, replaced by rename
//     runner.json    how it was last handed to a runner (job_runner.h)
//     sight.json     what a slow runner said of it last, for some seconds
//     lock           held by the living worker (claim.h)
//     attempt-1      made exclusively by the worker that claims the job; attempt-2, ... by those that go on after it
//     cancel         made by whoever wants it to stop
//     log            the worker's stderr
//     anything else  work files: the uploaded table, products before they are published
//
// A worker may run on another machine: nothing here needs the database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/conditions/sample_terms.h"
#include "server/store/job_table.h"

namespace ctgan::server::jobs {

using Json = nlohmann::json;
using store::JobKind;
using store::JobState;

// What the job's user may use, as it was when the job was submitted; 0: not bounded.
struct JobLimits {
  std::uint64_t minutes = 0;  // from the claim on
  std::uint64_t rows = 0;
  std::uint64_t threads = 0;

  bool operator==(const JobLimits&) const = default;
};
// The lesser of both, each by itself.
JobLimits lesser_of(const JobLimits& one, const JobLimits& other);

// What a fit may tell of its dataset, which is debited from that one's budget (server/budgets).
struct PrivacyCost {
  std::string dataset;
  double epsilon = 0, delta = 0;
  std::string unit =
      {};  // the column of whose values each one's rows are protected together; empty: each row
};

// Of the rows themselves, so that only the model's owner may see it; of the second table that came with the job, of which
// its owner says that it is public.
inline constexpr std::string_view k_report_of_owner = "owner", k_report_of_public = "public";

// The report that a private fit was asked for in words; by itself it makes none.
struct PrivateReport {
  std::string from;               // one of the two below
  std::string name = {};          // of that table's file
  Json dialect = Json::object();  // a table_formats::CsvDialect
};

// One of those whose tables a fit joins.
struct PartyRequest {
  std::string name;  // stands before the names of its columns
  std::string user;
  std::string file;    // as its user calls the file, where whoever submitted the fit said it
  std::string sha256;  // of the file that it has confirmed; empty until all have
  // A table_formats::FileRequest: what its columns are, for its user's eyes only; empty until all have confirmed
  Json table = Json::object();
};

// What was asked for; the fields of the other kind stay empty.
struct JobRequest {
  JobKind kind = JobKind::fit;
  std::string user;
  JobLimits limits;
  JobLimits asked;  // what of these its user lets it have: the limits are no greater
  // The uploaded table's file name and a table_formats::FileRequest: of a fit, and of a sample that completes rows
  std::string name;
  Json table = Json::object();
  std::string table_sha256;  // of the uploaded file; empty: of an older version, or of no table
  std::string retry_of;      // the job that it repeats; empty: none
  // fit: the method, its options as the host gave them
  std::string method = "ctgan";
  Json options = Json::object();
  double held_out = 0.1;  // share of the rows that is set aside for the report
  bool report = true;     // of a method that is not private
  std::optional<PrivateReport> private_report;
  std::vector<std::string> keys;               // for the report: columns that somebody may know of a person
  std::string target;                          // for the report: the column that learners predict; empty: the last
  std::string purpose;                         // what it is for and who gets it, in the user's words
  std::vector<std::string> keep_combinations;  // lists of columns, "city,country"
  std::string basis;                           // the host's word for what was asked of which table
  // Minutes between two checkpoints, for which the table stays until the fit has ended; 0: neither is kept
  double checkpoint_minutes = 0;
  std::optional<PrivacyCost> privacy;  // none: the method promises nothing
  // Those whose tables are joined by the column `join`, from left to right; none: it has one table, its user's
  std::vector<PartyRequest> parties;
  std::string join;
  // Whether 'manage jobs retry' makes it again: what several parties gave, and public rows, are gone.
  bool may_be_repeated() const {
    return parties.empty() && !(private_report && private_report->from == k_report_of_public);
  }
  // sample
  std::string model;
  std::uint64_t rows = 0;
  std::uint64_t seed = 0;
  std::string gate = "off";  // "warn" or "refuse": what a report that speaks against it does
  conditions::SampleTerms terms;
  std::uint64_t shards = 1;  // workers that draw them together
  std::string complete;      // "gaps" or "columns": what of the uploaded table is drawn; empty: all rows are
  // evaluate: the request `evaluate` of protocol.md, whose `original`, `synthetic` and `held_out` say which work file
  // they are ("file"), and how many seconds and bytes it may take
  Json comparison = Json::object();
  std::uint64_t seconds = 0, bytes = 0;
};

// As it stands in request.json. The one throws Error(bad_data) for a kind that is unknown here, and nlohmann's exceptions
// for what is no request.
JobRequest request_from_json(const Json& value);
Json to_json(const JobRequest& request);

// The work file of the table number `index` (from 0) that came with a job.
std::string table_file(std::size_t index);
// The work file of the party number `index` (from 0).
std::string party_file(std::size_t index);

// A work file and where it goes, below the data root.
struct Product {
  std::string file;
  std::string to;
};

struct JobStatus {
  JobState state = JobState::queued;
  Json result;  // an object when done; while running: what it will be once `publish` is done
  Json error;   // an object when failed
  // What is being published (publication.h), the commit last; empty before and after that.
  std::vector<Product> publish;
};

class JobFolder {
 public:
  explicit JobFolder(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path events() const { return path_ / "events.jsonl"; }
  std::filesystem::path lock() const { return path_ / "lock"; }
  std::filesystem::path attempt(int number) const;
  std::filesystem::path log() const { return path_ / "log"; }
  std::filesystem::path work_file(std::string_view name) const { return path_ / name; }

  void write_request(const JobRequest& request) const;
  // Throws Error(no_input) when there is no such job, Error(bad_data) when the file is damaged.
  JobRequest read_request() const;
  // As it stands in the file, and what that means. Throw the same.
  Json read_request_json() const;
  JobRequest request_of(const Json& stands_in_file) const;
  void write_status(const JobStatus& status) const;
  // `queued` as long as nobody has written one.
  JobStatus read_status() const;
  // Whether somebody has written how it ended; a status that cannot be read says nothing.
  bool has_ended() const;
  // How the job was handed to a runner for the last time: "runner", "start" (its number, from 1), "time", and what the
  // runner keeps. Null before that, and for what cannot be read.
  void write_start(const Json& record) const;
  Json read_start() const;
  // How many workers have claimed it.
  int attempts() const;
  // Whether another worker may go on where one has died: the job keeps checkpoints, what it was given is still there,
  // and fewer than three workers have died since the last checkpoint.
  bool may_go_on() const;

  // The worker sees it (StopCheck), and whoever settles the job. Also twice.
  void ask_to_stop(const std::string& by = {}) const;
  // The user who said so last; empty where nobody did, or it was no user.
  std::string asked_to_stop_by() const;
  bool is_asked_to_stop() const;
  // Parts of unfinished ones included.
  bool has_work_files() const;
  void remove_work_files() const;
  // All but what the next worker goes on from.
  void remove_products() const;

 private:
  std::vector<std::filesystem::path> work_files() const;

  std::filesystem::path path_;
};

// How often a job was handed to a runner, of what JobFolder::read_start() says; 1 for a job of an older version, which
// kept no record.
int starts_in(const Json& start);

}  // namespace ctgan::server::jobs
