// The command line of `fit`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/command_line/judge_flags.h"
#include "common/command_line/table_flags.h"
#include "common/options/methods.h"
#include "host/commands/fit_request.h"
#include "host/commands/shared_flags.h"

namespace ctgan::host::commands {

struct FitFlags {
  SharedFlags shared;
  std::string source;
  std::string method;  // empty: what the host's settings say, else the server's
  std::map<std::string, std::string> options;
  std::vector<std::string> keep_combinations;
  command_line::TableFlags table;
  RuleFlags rules;
  std::vector<std::string> domain_leaks;
  std::string dataset;
  std::string privacy_unit, rows_per_unit;
  std::string held_out;
  bool no_report = false;
  std::string report;  // of a private fit: "owner", "public=FILE"; empty: none
  command_line::JudgeFlags judge;
  std::string name;
  bool plan = false;
  std::string checkpoint;  // minutes
  std::string threads, minutes;
  bool detach = false;
  bool if_changed = false;
  bool force = false;
  std::string like, keep_last;
  std::string attach;
  std::vector<std::string> parties;  // --party, as typed
  std::string join;                  // empty: not said
  std::string job_file;
  std::vector<std::string> job_file_parties;  // not a flag: what the job file names
};

// `flags` must outlive the parsing.
void declare_fit(CLI::App& app, FitFlags& flags);

}  // namespace ctgan::host::commands
