// The stream that a program's result goes to.
#pragma once

#include <cstdio>

namespace ctgan::progress {

// Throws std::system_error when what was written did not get out: a broken pipe, a full disk.
void flush_result(std::FILE* stream);

}  // namespace ctgan::progress
