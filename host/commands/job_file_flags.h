// What `fit --job FILE` says, beside what was typed.
#pragma once

#include "host/commands/fit_flags.h"

namespace ctgan::host::commands {

// Reads flags.job_file into the flags and tells its remarks. What was typed comes first, but parameters are those of
// the method that the file names; `--metadata` stands for all of its `domain`. Throws as job_files::read_job_file, and
// Error(usage) where file and flags name different methods.
void take_job_file(FitFlags& flags);

}  // namespace ctgan::host::commands
