// What a finished fit says of its model: what it promises, and what its report found.
#pragma once

#include "common/progress/progress.h"
#include "host/session/session.h"

namespace ctgan::host::commands {

// Tells of the job's result, and takes over into `fields` what scripts get to know of it.
void tell_outcome(progress::Progress& progress, const session::Json& result, session::Json& fields);

}  // namespace ctgan::host::commands
