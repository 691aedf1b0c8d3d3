// `fit --plan`: what was understood of a table, what training on it would cost, and a metadata file to edit.
#pragma once

#include <filesystem>
#include <string>

#include "host/commands/connection.h"
#include "host/commands/fit_request.h"

namespace ctgan::host::commands {

// One line a column: name, kind, type, different values, missing values, examples of what is learnt.
std::string plan_text(const TableFacts& facts);

// The rules that the table keeps though nobody said so, as flags to give; empty where there are none. Those
// that were given are left out.
std::string offered_rules(const TableFacts& facts);
session::Json offered_json(const TableFacts& facts);

// Writes SDV's form of what was found. Throws Error(cannot_create) when the file exists.
void write_draft(const std::filesystem::path& file, const TableFacts& facts);

// Asks the server to measure (protocol.md, fit.plan).
session::Json ask_cost(Connection& connection, const TableFacts& facts, const std::string& method,
                       const session::Json& options);

// "at most 170 numbers wide, about 3 min for 300 epochs (0.6 s each), 120 MB of memory"
std::string cost_text(const session::Json& cost, std::int64_t epochs);

}  // namespace ctgan::host::commands
