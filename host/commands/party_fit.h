// `fit --party ... --party ...`: a fit that waits until all of its parties have given their tables and confirmed.
#pragma once

#include "host/commands/fit_flags.h"

namespace ctgan::host::commands {

// Submits it, gives the user's own table where he is a party and one was named, and prints the job. Throws Error(usage) for
// flags that a fit of several parties does not take.
void fit_of_parties(const FitFlags& flags);

}  // namespace ctgan::host::commands
