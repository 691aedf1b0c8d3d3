// A settings or credentials file: one flat JSON object whose keys are all known.
//
//     constexpr KeySpec k_keys[] = {{"host", ValueType::text}, {"password", ValueType::secret}};
//     SettingsFile file = read_settings("config/credentials.json", k_keys, Privacy::owner_only);
//     std::optional<std::string> host = file.text("host");
//
// An unknown key, a key that stands twice and a value of the wrong type are Error(configuration) naming the
// file, the key and, for an unknown key, the closest known one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "common/secrets/secret.h"

namespace ctgan::settings {

enum class ValueType {
  text,   // not empty, no control characters
  path,   // as text; "~/" is the home folder, anything else relative starts at the file's own folder
  count,  // a whole number of at least 0
  boolean,
  secret,  // as text, kept in guarded memory
};

struct KeySpec {
  std::string_view name;
  ValueType type;
  std::string_view help = {};  // for the manual
};

enum class Privacy {
  // Regular, owned by this user or root, not writable by everyone: nobody else decides what we run.
  trusted,
  // Regular, owned by this user, no permission for anyone else (0600): it holds secrets.
  owner_only,
};

// Owns the values of one file. Move only.
class SettingsFile {
 public:
  using Value = std::variant<std::string, std::uint64_t, bool, secrets::Secret>;

  SettingsFile(std::filesystem::path path, std::map<std::string, Value, std::less<>> values);

  const std::filesystem::path& path() const { return path_; }
  bool has(std::string_view key) const { return values_.find(key) != values_.end(); }
  // Empty when the file does not have the key. REQUIRES: the key's type fits.
  std::optional<std::string> text(std::string_view key) const;
  std::optional<std::uint64_t> count(std::string_view key) const;
  std::optional<bool> boolean(std::string_view key) const;
  // Moves the secret out; the file does not have it afterwards.
  std::optional<secrets::Secret> take_secret(std::string_view key);

 private:
  std::filesystem::path path_;
  std::map<std::string, Value, std::less<>> values_;
};

// Owner and mode are those of the file that is read (fstat), not of the name. At most 1 MiB.
// Throws Error(configuration) as above, with 'chmod 600' as hint for a file that others can read, and when
// the file cannot be opened.
SettingsFile read_settings(const std::filesystem::path& path, std::span<const KeySpec> keys, Privacy privacy);

// The value of an environment variable; empty for an unset or empty one.
std::optional<std::string> environment(const char* name);
// $HOME, or the home folder of the account that runs this process.
std::filesystem::path home_folder();
// What our programs remember between two runs: $XDG_STATE_HOME/ctgan, or ~/.local/state/ctgan. Throws as
// home_folder().
std::filesystem::path state_folder();
// $XDG_CONFIG_HOME/ctgan, or ~/.config/ctgan.
std::filesystem::path user_configuration_folder();

}  // namespace ctgan::settings
