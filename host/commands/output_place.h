// Where files that come home go.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <filesystem>
#include <string>

#include "common/files/file.h"

namespace ctgan::host::commands {

inline constexpr const char* k_output_folder = "synthetic_output";

// That files can be made in this folder; the default folder may be missing, since it is made when needed.
// Throws Error(cannot_create).
void check_folder(const std::filesystem::path& folder);
// `--force`, and what it makes of an output that exists.
void add_force_flag(CLI::App& app, bool& force, const std::string& group);
constexpr files::AtomicFile::IfExists if_exists(bool force) {
  return force ? files::AtomicFile::IfExists::replace : files::AtomicFile::IfExists::refuse;
}
// Makes the default folder where it is missing.
void make_folder(const std::filesystem::path& folder);

}  // namespace ctgan::host::commands
