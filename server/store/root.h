// The data root: chosen, made, checked.
#pragma once

#include <filesystem>
#include <string>

#include "server/store/layout.h"

namespace ctgan::server::store {

// `flag` when given, else $CTGAN_SERVER_ROOT, else $XDG_DATA_HOME/ctgan-server, else
// ~/.local/share/ctgan-server; absolute. Throws Error(configuration) when none can be told.
std::filesystem::path choose_root(const std::string& flag);

// True once a store was made there (its settings file exists).
bool is_initialised(const Layout& layout);

// Makes the folders (0700) that are missing; harmless when all are there. Throws Error(cannot_create).
void make_folders(const Layout& layout);

// The rule at every start: a folder, ours, mode 0700. Throws Error(configuration) with what to do;
// Error(no_input) when there is nothing.
void check_root(const Layout& layout);

}  // namespace ctgan::server::store
