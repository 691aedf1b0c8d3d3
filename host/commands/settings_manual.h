// The manual of the files that host commands read.
#pragma once

#include <string>
#include <string_view>

namespace ctgan::host::commands {

// The page in section 5 about "settings" or "credentials"; empty for any other word.
std::string settings_manual(std::string_view about);

}  // namespace ctgan::host::commands
