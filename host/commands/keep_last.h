// `--keep-last N` and `prune`: what is made every night does not pile up.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "host/commands/connection.h"
#include "host/commands/stored_files.h"

namespace ctgan::host::commands {

// `what`: "models", "synthetic tables".
void add_keep_last_flag(CLI::App& app, std::string& text, const std::string& what, const std::string& group);

// 0 where the flag was not given. Throws Error(usage) unless it is a number from 1 on.
std::uint64_t keep_last(const std::string& text);

// `manage models prune`, `manage data prune`.
struct PruneFlags {
  std::string keep_last, older_than;
  bool dry_run = false;
};
void add_prune_flags(CLI::App& app, PruneFlags& flags);

struct PruneLimits {
  std::uint64_t keep = 0;   // the newest of each table
  std::string made_before;  // "2026-11-21T07:45:00Z"; empty: whenever
};
// Throws Error(usage) where the flags say nothing, or no numbers.
PruneLimits limits_of(const PruneFlags& flags);
// The names of what is to go. `items` are newest first.
std::vector<std::string> prunable(const std::vector<StoredItem>& items, const PruneLimits& limits);

// Of what was made from the same table as `made` keeps `made` and the newest others, `keep` in all, and
// deletes the rest on the server, saying so before. Returns the names that are gone. Throws as
// Session::request, with words that say that `made` is there.
session::Json delete_older(Connection& connection, Store store, const std::string& made, std::uint64_t keep,
                           progress::Progress& progress);

}  // namespace ctgan::host::commands
