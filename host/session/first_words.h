// Why no ctgan-server answered, told from what came instead of its first line.
#pragma once

#include <optional>
#include <string>

#include "common/errors/error.h"

namespace ctgan::host::session {

// `code` is the exit status of what was started, `noise` what it wrote, `error_text` what it wrote to its
// standard error. A missing program is Error(unavailable); a status of our own table keeps its kind and the
// server's words; anything else is Error(protocol) that quotes the first line.
errors::Error explain_silence(const std::string& place, std::optional<int> code, const std::string& noise,
                              const std::string& error_text);

}  // namespace ctgan::host::session
