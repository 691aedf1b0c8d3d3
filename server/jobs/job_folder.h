// A job's folder, the only thing that a worker and the server share (DESIGN 5):
//
//     request.json   what was asked for, written once, before the job exists for anybody
//     events.jsonl   what happened, one JSON object a line, only ever appended to
//     status.json    how it stands, replaced by rename
//     lock           held by the living worker (claim.h)
//     attempt-1      made exclusively by whoever claims the job
//     cancel         made by whoever wants it to stop
//     log            the worker's stderr
//     anything else  work files: the uploaded table, products before they are published
//
// A worker may run on another machine: nothing here needs the database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/conditions/sample_terms.h"
#include "server/store/job_table.h"

namespace ctgan::server::jobs {

using Json = nlohmann::json;
using store::JobKind;
using store::JobState;

// What was asked for; the fields of the other kind stay empty.
struct JobRequest {
  JobKind kind = JobKind::fit;
  std::string user;
  // The uploaded table's file name and a table_formats::FileRequest: of a fit, and of a sample that completes rows
  std::string name;
  Json table = Json::object();
  // fit: the method, its options as the host gave them
  std::string method = "ctgan";
  Json options = Json::object();
  double held_out = 0.1;  // share of the rows that is set aside for the report
  bool report = true;
  std::vector<std::string> keys;               // for the report: columns that somebody may know of a person
  std::string purpose;                         // what it is for and who gets it, in the user's words
  std::vector<std::string> keep_combinations;  // lists of columns, "city,country"
  std::string basis;                           // the host's word for what was asked of which table
  // Minutes between two checkpoints, for which the table stays until the fit has ended; 0: neither is kept
  double checkpoint_minutes = 0;
  // sample
  std::string model;
  std::uint64_t rows = 0;
  std::uint64_t seed = 0;
  std::string gate = "off";  // "warn" or "refuse": what a report that speaks against it does
  conditions::SampleTerms terms;
  std::string complete;  // "gaps" or "columns": what of the uploaded table is drawn; empty: all rows are
};

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
  std::filesystem::path attempt() const { return path_ / "attempt-1"; }
  std::filesystem::path log() const { return path_ / "log"; }
  std::filesystem::path work_file(std::string_view name) const { return path_ / name; }

  void write_request(const JobRequest& request) const;
  // Throws Error(no_input) when there is no such job, Error(bad_data) when the file is damaged.
  JobRequest read_request() const;
  // As it stands in the file. Throws the same.
  Json read_request_json() const;
  void write_status(const JobStatus& status) const;
  // `queued` as long as nobody has written one.
  JobStatus read_status() const;
  // The worker sees it (StopCheck), and whoever settles the job. Also twice.
  void ask_to_stop() const;
  bool is_asked_to_stop() const;
  // Parts of unfinished ones included.
  bool has_work_files() const;
  void remove_work_files() const;

 private:
  std::vector<std::filesystem::path> work_files() const;

  std::filesystem::path path_;
};

}  // namespace ctgan::server::jobs
