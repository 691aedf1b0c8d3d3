// A job that failed, was cancelled or got lost, submitted once more with the same request and the same table.
#pragma once

#include <filesystem>
#include <string>

#include "host/commands/connection.h"

namespace ctgan::host::commands {

// The job that does it: a new one, or one that does it already, from an earlier try; of one that ended without a result
// in its turn, a new one. Its table is `file`, or where that is empty the one that this machine sent before; it must hold the bytes
// that the job was given. Throws Error(no_input) when the table is needed and not known here, Error(bad_data) when it has
// changed since, Error(unavailable) for a server that cannot do it, and as the server refuses it.
std::string retry_job(Connection& connection, progress::Progress& progress, const std::string& job,
                      const std::filesystem::path& file = {});

}  // namespace ctgan::host::commands
