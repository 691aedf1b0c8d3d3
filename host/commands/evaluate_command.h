// `manage evaluate`: how good a synthetic table is, and what it gives away, worked out on the server.
#pragma once

#include <CLI/App.hpp>
#include <map>
#include <memory>
#include <string>

#include "common/command_line/judge_flags.h"
#include "common/command_line/table_flags.h"
#include "host/commands/connection.h"
#include "host/commands/local_table.h"

namespace ctgan::host::commands {

struct EvaluateFlags {
  std::string original, synthetic;
  std::string held_out;  // empty: none
  command_line::JudgeFlags judge;
  command_line::TableFlags table;
  std::string seed;
  std::string output, report;  // where the JSON and the page go; empty: nowhere
  bool force = false;          // they may replace files
};

// `flags` must outlive the parsing.
void add_evaluate_flags(CLI::App& app, EvaluateFlags& flags);

// The request `evaluate` without its uploads, and the files that it takes and makes, checked as far as the
// laptop can before anybody is asked for a password.
class TableComparison {
 public:
  // Throws Error(usage), Error(no_input) for a table that is not there, Error(cannot_create) for an output
  // that is. `flags` must outlive it.
  explicit TableComparison(const EvaluateFlags& flags);
  ~TableComparison();
  TableComparison(const TableComparison&) = delete;
  TableComparison& operator=(const TableComparison&) = delete;

  // Sends the tables, waits for the scores and writes what was asked for. Throws as session::upload and
  // Session::request.
  void run(Connection& connection, progress::Progress& progress);

 private:
  struct Outputs;

  void add_part(const char* part, const std::string& file, table_formats::FileRequest& request);
  session::Json send(Connection& connection, progress::Progress& progress);

  const EvaluateFlags& flags_;
  session::Json request_;
  std::map<std::string, LocalTable> tables_;  // by the part of the request
  std::unique_ptr<Outputs> outputs_;
};

}  // namespace ctgan::host::commands
