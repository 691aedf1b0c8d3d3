// Where files that come home go.
#pragma once

#include <filesystem>
#include <string>

namespace ctgan::host::commands {

inline constexpr const char* k_output_folder = "synthetic_output";

// The name without ".gz" for an unpacked file. REQUIRES: a safe name.
std::string unpacked_name(const std::string& name);

// That files can be made in this folder; the standard folder may be missing, since it is made when needed.
// Throws Error(cannot_create).
void check_folder(const std::filesystem::path& folder);
// Makes the standard folder where it is missing.
void make_folder(const std::filesystem::path& folder);

}  // namespace ctgan::host::commands
