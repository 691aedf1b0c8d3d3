#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "common/errors/error.h"
#include "common/settings/settings_file.h"

namespace ctgan::settings {

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

std::filesystem::path home_folder() {
  if (const auto home = environment("HOME")) return *home;
  std::array<char, 4096> space{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(geteuid(), &entry, space.data(), space.size(), &found) == 0 && found != nullptr)
    return entry.pw_dir;
  throw errors::Error(errors::Kind::configuration, "this account has no home folder", "set HOME");
}

std::filesystem::path state_folder() {
  if (const auto base = environment("XDG_STATE_HOME")) return std::filesystem::path(*base) / "ctgan";
  return home_folder() / ".local" / "state" / "ctgan";
}

std::filesystem::path user_configuration_folder() {
  if (const auto base = environment("XDG_CONFIG_HOME")) return std::filesystem::path(*base) / "ctgan";
  return home_folder() / ".config" / "ctgan";
}

}  // namespace ctgan::settings
