// Where the tables of submitted jobs lie on this machine, so that a job can be given the same one again. Kept for 90
// days, in this user's state folder; the table itself is nowhere kept. Best effort: without a state folder nothing is
// remembered, and the user names the file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace ctgan::host::commands {

// `job` as the server names it; `file` need not be absolute.
void remember_table(const std::string& job, const std::filesystem::path& file);
std::optional<std::filesystem::path> remembered_table(const std::string& job);

}  // namespace ctgan::host::commands
