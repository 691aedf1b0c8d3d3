// What a shell may complete of values that only the host knows: methods, models, tables, columns.
#pragma once

#include "common/command_line/completion.h"

namespace ctgan::host::commands {

// Without a word to the server: by what it showed before (seen_names.h), and by a table that the words name.
std::vector<std::string> complete_value(std::string_view type, const std::vector<std::string>& words);

// Every program that can be asked for candidates.
std::vector<std::string> completed_programs();

}  // namespace ctgan::host::commands
