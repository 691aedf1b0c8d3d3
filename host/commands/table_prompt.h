// The question for a table, for whoever typed `fit` and nothing else.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/console/console.h"

namespace ctgan::host::commands {

// The tables of `folder`, by name: .csv and .tsv, packed or not, without hidden ones.
std::vector<std::filesystem::path> tables_in(const std::filesystem::path& folder);

// Shows the tables of `folder` with numbers, and takes one of these, a name among them, a path ('~' for the home folder,
// Tab completes it) or 'inbox:NAME'. Of one table this is the default. Throws as Console::ask_checked.
std::string ask_table(const console::Console& console, const std::filesystem::path& folder);

// The paths that begin as `typed` does; folders end with a slash. Hidden ones only where the dot was typed.
std::vector<std::string> paths_like(std::string_view typed);

}  // namespace ctgan::host::commands
