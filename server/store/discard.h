// Folders that are to go as one: out of sight in one step, then deleted piece by piece. What a killed process
// left of the second step is swept by the next one.
#pragma once

#include <filesystem>

#include "server/store/layout.h"

namespace ctgan::server::store {

// Moves the folder away, or deletes it where it is when that cannot be done; nothing when it is not there.
// Throws errors::from_errno.
void put_aside(const Layout& layout, const std::filesystem::path& folder);

// Deletes what was put aside, by whomever. What cannot be deleted stays for the next time.
void empty_bin(const Layout& layout);

}  // namespace ctgan::server::store
