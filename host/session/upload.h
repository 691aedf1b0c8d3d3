// A file on its way to the server.
#pragma once

#include <filesystem>
#include <string>

#include "common/progress/progress.h"
#include "host/session/session.h"

namespace ctgan::host::session {

// Sends the file under `name`, going on behind what an earlier try left there if both ends hold the same
// beginning, compares SHA-256 and says so. Returns the upload's id for `fit.submit`. Throws Error(bad_data)
// when the hashes differ, Error(io) when the server cannot take it, Error(try_again) when the transfer breaks
// off.
std::string upload(Session& session, const std::filesystem::path& file, const std::string& name,
                   progress::Progress& progress);

}  // namespace ctgan::host::session
