#include "host/settings/host_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "common/errors/error.h"
#include "common/options/methods.h"
#include "common/settings/settings_file.h"
#include "host/settings/server_address.h"

namespace ctgan::host::settings {
namespace {

using ctgan::settings::KeySpec;
using ctgan::settings::Privacy;
using ctgan::settings::SettingsFile;
using ctgan::settings::ValueType;
using errors::Error;
using errors::Kind;

// In both files; credentials come before settings.
constexpr KeySpec k_host{"host", ValueType::text, "the server: a name or an address"};
constexpr KeySpec k_port{"port", ValueType::count, "of its sshd [22]"};
constexpr KeySpec k_ssh_user{"ssh_user", ValueType::text,
                             "the account there, which is the server's own or yours [your name here]"};
constexpr KeySpec k_key{"key", ValueType::path,
                        "your private key for that account [the agent's, then those of ~/.ssh]"};
constexpr KeySpec k_fingerprint{
    "host_key_fingerprint", ValueType::text,
    "the only key that the server may have, as 'ssh-keygen -l -f KEY.pub' shows it: 'SHA256:...'"};
constexpr KeySpec k_user{"user", ValueType::text, "your user name, where the server asks for a password"};

constexpr std::array<KeySpec, 7> k_credentials_keys{
    {k_host,
     k_port,
     k_ssh_user,
     k_key,
     k_fingerprint,
     k_user,
     {"password", ValueType::secret, "the password of that user; without it you are asked for it"}}};

constexpr std::array<KeySpec, 11> k_settings_keys{
    {k_host,
     k_port,
     k_ssh_user,
     k_key,
     k_fingerprint,
     k_user,
     {"server", ValueType::text,
      "'required': that no server is named is an error; else a child process on this machine does the work"},
     {"remote_program", ValueType::text,
      "where ctgan-server is on the server, if its PATH does not have it: an absolute path"},
     {"server_program", ValueType::path,
      "where ctgan-server is on this machine, if it is neither beside the programs nor in PATH"},
     {"ssh_folder", ValueType::path, "of keys, known_hosts and config [~/.ssh]"},
     {"method", ValueType::text, "of a fit that names none, as 'auto' [what the server says, else ctgan]"}}};

// What runs a program; an ssh_config can name one too.
constexpr std::array<std::string_view, 3> k_program_keys{"server_program", "remote_program", "ssh_folder"};
constexpr std::string_view k_required = "required";
constexpr const char* k_folder_config = "config/settings.json";

[[noreturn]] void refuse(const SettingsFile& file, std::string_view key, std::string_view rule) {
  throw Error(Kind::configuration,
              fmt::format("the file {} is wrong: {} {}", errors::quoted(file.path().string()),
                          errors::quoted(key), rule));
}

bool is_fingerprint(std::string_view text) {
  constexpr std::string_view k_prefix = "SHA256:";
  constexpr std::size_t k_digits = 43;
  if (!text.starts_with(k_prefix) || text.size() != k_prefix.size() + k_digits) return false;
  return text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
                                k_prefix.size()) == std::string_view::npos;
}

// It becomes part of a line that the server's shell reads.
bool is_remote_program(std::string_view text) {
  return text.starts_with('/') &&
         text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-") ==
             std::string_view::npos;
}

void check_values(const SettingsFile& file) {
  const auto check = [&file](std::string_view key, bool (*fits)(std::string_view), std::string_view rule) {
    if (!file.has(key)) return;
    if (!fits(*file.text(key))) refuse(file, key, rule);
  };
  check("host", is_host_name, "must be a host name or an address");
  check("ssh_user", is_account_name, "must be an account name");
  check("host_key_fingerprint", is_fingerprint,
        "must be 'SHA256:' and 43 characters, as 'ssh-keygen -l -f KEY.pub' prints it");
  if (const auto port = file.count("port"); port && (*port < 1 || *port > 65535)) {
    refuse(file, "port", "must be 1 to 65535");
  }
}

std::optional<std::filesystem::path> first_existing(const std::vector<std::filesystem::path>& places) {
  const auto found = std::find_if(places.begin(), places.end(), [](const std::filesystem::path& place) {
    std::error_code ignored;
    return std::filesystem::exists(place, ignored);
  });
  if (found == places.end()) return std::nullopt;
  return *found;
}

std::optional<SettingsFile> read_credentials(const Flags& flags) {
  std::optional<std::filesystem::path> path = flags.credentials;
  if (!path) path = ctgan::settings::environment("CTGAN_CREDENTIALS");
  if (!path) {
    path = first_existing(
        {"config/credentials.json", ctgan::settings::user_configuration_folder() / "credentials.json"});
  }
  if (!path) return std::nullopt;
  SettingsFile file = ctgan::settings::read_settings(*path, k_credentials_keys, Privacy::owner_only);
  check_values(file);
  return file;
}

SettingsFile read_config(const std::filesystem::path& path) {
  SettingsFile file = ctgan::settings::read_settings(path, k_settings_keys, Privacy::trusted);
  check_values(file);
  if (const auto program = file.text("remote_program"); program && !is_remote_program(*program)) {
    refuse(file, "remote_program", "must be an absolute path of letters, digits and '._-/'");
  }
  if (const auto server = file.text("server"); server && *server != k_required)
    refuse(file, "server", "can only be 'required'");
  return file;
}

// A folder that somebody else filled must not decide what is run here.
void refuse_programs(const SettingsFile& file) {
  for (const std::string_view key : k_program_keys) {
    if (!file.has(key)) continue;
    throw Error(Kind::configuration,
                fmt::format("the file {} of the current folder says {}, which decides what program runs",
                            errors::quoted(file.path().string()), errors::quoted(key)),
                fmt::format("put that line into {}, or name the file with '--config'",
                            errors::quoted(
                                (ctgan::settings::user_configuration_folder() / "settings.json").string())));
  }
}

// The strongest first.
std::vector<SettingsFile> read_configs(const Flags& flags) {
  std::vector<SettingsFile> files;
  if (flags.config) {
    files.push_back(read_config(*flags.config));
    return files;
  }
  if (first_existing({k_folder_config})) {
    files.push_back(read_config(k_folder_config));
    refuse_programs(files.back());
  }
  const auto own = ctgan::settings::user_configuration_folder() / "settings.json";
  if (first_existing({own})) files.push_back(read_config(own));
  return files;
}

// Throws when no server was chosen, not even 'local', where a settings file asks for one.
void require_server(const Flags& flags, const std::vector<SettingsFile>& configs) {
  if (flags.server) return;
  for (const SettingsFile& config : configs) {
    if (!config.has("server")) continue;
    throw Error(Kind::configuration,
                fmt::format("no server is configured, and the file {} says that one is required",
                            errors::quoted(config.path().string())),
                "name it with 'host' there or with '--server'; '--server local' means this machine");
  }
}

template <typename T>
void fill(std::optional<T>& target, std::optional<std::string> value) {
  if (!target && value) target = T(*std::move(value));
}

// Takes from a file what it says about this server, where nothing stronger has spoken.
void add_file(HostSettings& settings, SettingsFile& file, const std::string& host) {
  fill(settings.server_program, file.text("server_program"));
  SshServer& ssh = *settings.ssh;
  fill(ssh.ssh_folder, file.text("ssh_folder"));
  if (file.text("host").value_or(host) != host) return;
  if (!ssh.port && file.has("port")) ssh.port = static_cast<std::uint16_t>(*file.count("port"));
  fill(ssh.ssh_user, file.text("ssh_user"));
  fill(ssh.key, file.text("key"));
  fill(ssh.host_key_fingerprint, file.text("host_key_fingerprint"));
  fill(ssh.remote_program, file.text("remote_program"));
  fill(settings.user, file.text("user"));
  if (auto password = file.take_secret("password")) settings.password = *std::move(password);
}

// The host that the strongest voice names; empty for a child process.
std::string chosen_host(const Flags& flags, const std::optional<SettingsFile>& credentials,
                        const std::vector<SettingsFile>& configs) {
  if (flags.server) return *flags.server == "local" ? "" : parse_server(*flags.server).host;
  if (credentials && credentials->has("host")) return *credentials->text("host");
  for (const SettingsFile& config : configs) {
    if (config.has("host")) return *config.text("host");
  }
  return {};
}

}  // namespace

std::span<const KeySpec> credentials_keys() {
  return k_credentials_keys;
}
std::span<const KeySpec> settings_keys() {
  return k_settings_keys;
}

HostSettings load_settings(const Flags& flags) {
  std::optional<SettingsFile> credentials = read_credentials(flags);
  std::vector<SettingsFile> configs = read_configs(flags);
  const std::string host = chosen_host(flags, credentials, configs);
  HostSettings settings;
  settings.user = flags.user;
  if (host.empty()) {
    require_server(flags, configs);
    for (const SettingsFile& config : configs) fill(settings.server_program, config.text("server_program"));
    return settings;
  }
  settings.ssh.emplace().host = host;
  if (flags.server) {
    const ServerAddress address = parse_server(*flags.server);
    settings.ssh->port = address.port;
    settings.ssh->ssh_user = address.ssh_user;
  }
  if (credentials) add_file(settings, *credentials, host);
  for (SettingsFile& config : configs) add_file(settings, config, host);
  return settings;
}

std::optional<std::string> configured_method(const Flags& flags) {
  for (const SettingsFile& config : read_configs(flags)) {
    if (!config.has("method")) continue;
    const std::string method = *config.text("method");
    if (options::known_method(method) == nullptr)
      refuse(config, "method", fmt::format("must be one of {}", fmt::join(options::method_names(), ", ")));
    return method;
  }
  return std::nullopt;
}

}  // namespace ctgan::host::settings
