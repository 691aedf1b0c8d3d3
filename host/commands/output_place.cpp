#include "host/commands/output_place.h"

#include <fmt/format.h>
#include <unistd.h>

#include <system_error>

#include "common/errors/error.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;

[[noreturn]] void refuse(const std::filesystem::path& folder, std::string_view why) {
  throw Error(Kind::cannot_create, fmt::format("the folder {} {}", errors::quoted(folder.string()), why),
              "choose another one with '--output'");
}

}  // namespace

void check_folder(const std::filesystem::path& folder) {
  std::error_code ignored;
  if (std::filesystem::is_directory(folder, ignored)) {
    if (access(folder.c_str(), W_OK | X_OK) != 0) refuse(folder, "cannot be written");
  } else if (std::filesystem::exists(folder, ignored) || folder != k_output_folder) {
    refuse(folder, "does not exist");
  } else if (access(".", W_OK | X_OK) != 0) {
    refuse(folder, "cannot be created");
  }
}

void add_force_flag(CLI::App& app, bool& force, const std::string& group) {
  app.add_flag("-f,--force", force, "replace an output that exists, once the new one is whole")->group(group);
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  if (folder == k_output_folder) std::filesystem::create_directory(folder, failed);
  if (failed) refuse(folder, fmt::format("cannot be created: {}", failed.message()));
}

}  // namespace ctgan::host::commands
