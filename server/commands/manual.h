// What the manual says beside options: files, variables, other pages.
#pragma once

#include <filesystem>
#include <string>

namespace ctgan::server::commands {

// Sections of the program's footer (common/command_line/footer.h).
std::string manual_sections();

// The page in section 5 about the store's settings.json: the commented example that has every key. Throws as
// files::read_file.
std::string settings_manual(const std::filesystem::path& example);

}  // namespace ctgan::server::commands
