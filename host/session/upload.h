// A file on its way to the server.
#pragma once

#include <filesystem>
#include <string>

#include "common/progress/progress.h"
#include "host/session/session.h"

namespace ctgan::host::session {

// That there is a file with something in it. Called before anything is asked of the server. Throws Error(no_input) and
// Error(bad_data).
void check_source(const std::filesystem::path& file);

// What will be asked for with it: what the server would refuse then, it refuses before anything is sent. The table
// of a fit it keeps for a day, the others as long as this connection lasts; that of a party is no job of its own.
enum class UploadUse { fit, sample, evaluation, party };

// Sends the file under `name`, going on behind what an earlier try left there if both ends hold the same
// beginning, compares SHA-256 and says so. `privacy` is what a private fit is going to spend (protocol.md, upload.open);
// null: nothing. Returns the upload's id for `fit.submit`. Throws Error(bad_data)
// when the hashes differ, Error(io) when the server cannot take it, Error(try_again) when the transfer breaks
// off.
std::string upload(Session& session, const std::filesystem::path& file, const std::string& name,
                   progress::Progress& progress, UploadUse use, const Json& privacy = {});

}  // namespace ctgan::host::session
