// The kind of error for rows that a gate keeps back: the model's report does not say that they may go out. It
// stands beside the others in kind_table(), with an exit code of its own, so that a nightly run can tell it
// from everything that may go wrong.
#pragma once

#include "common/errors/error.h"

namespace ctgan::errors {

inline constexpr Kind k_withheld = static_cast<Kind>(static_cast<int>(Kind::output_closed) + 1);

}  // namespace ctgan::errors
