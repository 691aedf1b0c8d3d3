// `fit --plan`: what was understood of a table, what training on it would cost, and a metadata file to edit.
#pragma once

#include <filesystem>
#include <string>

#include "common/files/file.h"
#include "common/options/option_spec.h"
#include "host/commands/connection.h"
#include "host/commands/fit_flags.h"
#include "host/commands/fit_request.h"

namespace ctgan::host::commands {

// One line a column: name, kind, type, different values, missing values, examples of what is learnt.
std::string plan_text(const TableFacts& facts);

// The rules that the table keeps though nobody said so, as flags to give; empty where there are none. Those
// that were given are left out.
std::string offered_rules(const TableFacts& facts);
session::Json offered_json(const TableFacts& facts);

// What says what the columns are for the fit that a plan leads to.
struct PlannedMetadata {
  std::string file;         // empty: a job file's `domain`
  bool is_written = false;  // by the plan
  std::string sentence;     // of it, and what is to be done
  std::string words;        // of the command line: " --metadata people_metadata.json"
};
// A draft beside what was declared, unless that says it already: of all columns, where nothing is read from the rows.
// `stem` is the model's name. A draft that is there stays, but with --force.
PlannedMetadata planned_metadata(const FitFlags& flags, const options::Method& method,
                                 const table_formats::FileRequest& table, const TableFacts& facts,
                                 const std::string& stem);

// The job file, the method and its options, with what the job file says of them, as they would be typed: " --method
// swift --epsilon 1"; empty where nobody named one.
std::string method_words(const FitFlags& flags, const options::Method& method);

// Writes SDV's form of what was found. Throws Error(cannot_create) when the file exists and must not be
// replaced.
void write_draft(const std::filesystem::path& file, const TableFacts& facts,
                 files::AtomicFile::IfExists if_exists);

// Asks the server to measure (protocol.md, fit.plan). `held_out` is the share that is not trained on.
session::Json ask_cost(Connection& connection, const TableFacts& facts, const std::string& method,
                       const session::Json& options, double held_out);

// The same of a private method, whose table's metadata have domains.
session::Json ask_private_cost(Connection& connection, const TableFacts& facts,
                               const table_formats::FileRequest& request, const std::string& method,
                               const session::Json& options);

// What a private method is going to spend and for what, a line a stage; empty for others.
std::string accounting_text(const session::Json& cost);

// "at most 170 numbers wide, about 3 min for 300 epochs (0.6 s each, 52 steps), 120 MB of memory", and below
// it what to do where the steps are too few; of a method without epochs "about 1 s, 40 MB of memory".
std::string cost_text(const session::Json& cost, const options::Values& options);

}  // namespace ctgan::host::commands
