// From a submitted job to its result.
#pragma once

#include <string>

#include "common/table/rare_values.h"
#include "host/commands/connection.h"

namespace ctgan::host::commands {

// How to come back to a job: "'fit --attach JOB' follows it again".
using ComeBack = std::string;

// Tells the job's events and returns the result of a finished one. Throws Error(job_failed) with the job's
// own words, Error(job_lost), Error(job_cancelled); when the connection breaks or Ctrl-C comes, that error with the
// words that the job goes on, and with `come_back` and how to stop it as hint. `table_shown`: the table was described
// before, so the event that does so is left out. `all_users`: the job may be another's, for an administrator.
session::Json follow_job(Connection& connection, progress::Progress& progress, const std::string& job,
                         const ComeBack& come_back, bool table_shown, bool all_users = false);

// What a job waits for: how many start before it, or what its runner says.
void tell_queued(progress::Progress& progress, const nlohmann::json& event);
void tell_waiting(progress::Progress& progress, const std::string& text);

// What was understood of a table, for people and for scripts: `kinds` as table::kinds_json makes them.
// `more`: how many of a kind `kinds` does not name.
void tell_table(progress::Progress& progress, std::uint64_t rows, const session::Json& kinds,
                const session::Json& more = session::Json::object());

// What a reader settled that the table's header left open.
void tell_remark(progress::Progress& progress, const std::string& text);

// What is kept out of sight, a line each.
void tell_protected(progress::Progress& progress, const table::ProtectedColumns& hidden);

// That a few cells make a column text: table::odd_cells_text.
void tell_odd_cells(progress::Progress& progress, const std::string& sentence);

// The event `section` of an evaluation.
void tell_section(progress::Progress& progress, const session::Json& event);

// How the table keeps a rule that it is learnt by.
void tell_rule(progress::Progress& progress, const std::string& sentence);

// That the table's cells are separated by something else than commas, though nobody said so.
void tell_delimiter(progress::Progress& progress, const std::string& delimiter);

}  // namespace ctgan::host::commands
