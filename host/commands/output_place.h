// Where files that come home go.
#pragma once

#include <filesystem>

namespace ctgan::host::commands {

inline constexpr const char* k_output_folder = "synthetic_output";

// That files can be made in this folder; the standard folder may be missing, since it is made when needed.
// Throws Error(cannot_create).
void check_folder(const std::filesystem::path& folder);
// Makes the standard folder where it is missing.
void make_folder(const std::filesystem::path& folder);

}  // namespace ctgan::host::commands
