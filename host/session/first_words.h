// What a ctgan-server says on its way out, and why none answered.
#pragma once

#include <optional>
#include <string>

#include "common/errors/error.h"

namespace ctgan::host::session {

// The error that ctgan-server reported on its standard error before it ended with a status of our table: its
// own kind, words and hint, made visible. Empty when it did not.
std::optional<errors::Error> last_words(std::optional<int> code, const std::string& error_text);

// `code` is the exit status of what was started, `noise` what it wrote, `error_text` what it wrote to its
// standard error. A missing program is Error(unavailable); a status of our own table keeps its kind and the
// server's words; no status and not a word is a line that broke, Error(try_again); anything else is Error(protocol) that quotes the first line.
errors::Error explain_silence(const std::string& place, std::optional<int> code, const std::string& noise,
                              const std::string& error_text);

}  // namespace ctgan::host::session
