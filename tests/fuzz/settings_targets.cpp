#include <string>

#include "host/settings/host_settings.h"
#include "host/settings/server_address.h"
#include "server/settings/settings.h"
#include "tests/fuzz/promises.h"
#include "tests/temporary_folder.h"

namespace ctgan::fuzz {
namespace {

using errors::Kind;

std::string written(const server::settings::Settings& settings) {
  const tests::TemporaryFolder folder;
  server::settings::write_settings(folder / "settings.json", settings);
  return files::read_file(folder / "settings.json");
}

void check_server(const host::settings::HostSettings& settings) {
  if (settings.server_program)
    promise(settings.server_program->is_absolute(), "a program by a relative path");
  if (!settings.ssh) return;
  const auto& ssh = *settings.ssh;
  promise(host::settings::is_host_name(ssh.host), "a host that is none");
  promise(!ssh.port || *ssh.port != 0, "port 0");
  promise(!ssh.ssh_user || host::settings::is_account_name(*ssh.ssh_user), "an account that is none");
  promise(!ssh.key || ssh.key->is_absolute(), "a key by a relative path");
  promise(!ssh.remote_program || ssh.remote_program->starts_with("/"), "a remote program by a relative path");
}

host::settings::HostSettings read_credentials(std::string_view bytes) {
  const FileInMemory file(bytes), nothing("{}");
  return host::settings::load_settings(
      {.server = {}, .user = {}, .config = nothing.path(), .credentials = file.path()});
}

// What is said of the credentials; nothing where they are taken.
std::string complaint_about(const std::string& bytes) {
  try {
    read_credentials(bytes);
    return {};
  } catch (const errors::Error& error) {
    return error.sentence() + error.hint();
  }
}

// No error tells a password: what is said does not change with it. One that stands elsewhere in the file, too, may be
// told as what it is there, and a short one be there by chance.
void check_password_is_kept(const std::string& bytes) {
  constexpr std::string_view k_key = "\"password\":\"";
  const std::size_t key = bytes.find(k_key);
  if (key == std::string::npos) return;
  const std::size_t begin = key + k_key.size(), end = bytes.find('"', begin);
  if (end == std::string::npos || end - begin < 8) return;
  const std::string password = bytes.substr(begin, end - begin);
  if (bytes.find(password) != begin || bytes.find(password, end) != std::string::npos) return;
  std::string masked = bytes;
  masked.replace(begin, password.size(), std::string(password.size(), 'x'));
  const bool by_chance = complaint_about(masked).find(password) != std::string::npos;
  promise(by_chance || complaint_about(bytes).find(password) == std::string::npos, "a password in an error");
}

}  // namespace

void server_settings(std::string_view bytes) {
  const FileInMemory file(bytes);
  const auto settings = read_or_refused({Kind::configuration, Kind::bad_data},
                                        [&] { return server::settings::read_settings(file.path()); });
  if (!settings) return;
  const std::string text = written(*settings);
  const FileInMemory again(text);
  promise(written(server::settings::read_settings(again.path())) == text, "settings changed on their way");
}

void host_settings(std::string_view bytes) {
  const FileInMemory file(bytes), nothing("{}");
  const host::settings::Flags flags{
      .server = {}, .user = {}, .config = file.path(), .credentials = nothing.path()};
  read_or_refused({Kind::configuration}, [&] { return host::settings::configured_method(flags); });
  if (const auto read =
          read_or_refused({Kind::configuration}, [&] { return host::settings::load_settings(flags); }))
    check_server(*read);
}

void credentials(std::string_view bytes) {
  if (const auto read = read_or_refused({Kind::configuration}, [&] { return read_credentials(bytes); }))
    check_server(*read);
  check_password_is_kept(std::string(bytes));
}

}  // namespace ctgan::fuzz
