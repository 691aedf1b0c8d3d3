// `--keep-last N`: what is made every night does not pile up.
#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <string>

#include "host/commands/connection.h"
#include "host/commands/stored_files.h"

namespace ctgan::host::commands {

// `what`: "models", "synthetic tables".
void add_keep_last_flag(CLI::App& app, std::string& text, const std::string& what, const std::string& group);

// 0 where the flag was not given. Throws Error(usage) unless it is a number from 1 on.
std::uint64_t keep_last(const std::string& text);

// Of what was made from the same table as `made` keeps `made` and the newest others, `keep` in all, and
// deletes the rest on the server, saying so before. Returns the names that are gone. Throws as
// Session::request, with words that say that `made` is there.
session::Json delete_older(Connection& connection, Store store, const std::string& made, std::uint64_t keep,
                           progress::Progress& progress);

}  // namespace ctgan::host::commands
