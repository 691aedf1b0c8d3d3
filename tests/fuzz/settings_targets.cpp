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

// The value of "password", where it stands in the text once and is long enough not to be there by chance.
std::string password_in(std::string_view text) {
  constexpr std::string_view k_key = "\"password\":\"";
  const std::size_t key = text.find(k_key);
  if (key == std::string_view::npos) return {};
  const std::size_t begin = key + k_key.size(), end = text.find('"', begin);
  if (end == std::string_view::npos || end - begin < 8) return {};
  const std::string password(text.substr(begin, end - begin));
  return text.find(password) == begin && text.find(password, end) == std::string_view::npos ? password : "";
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
  const FileInMemory file(bytes), nothing("{}");
  const host::settings::Flags flags{
      .server = {}, .user = {}, .config = nothing.path(), .credentials = file.path()};
  const std::string password = password_in(bytes);
  const auto read = read_or_refused({Kind::configuration}, [&] {
    try {
      return host::settings::load_settings(flags);
    } catch (const errors::Error& error) {
      promise(password.empty() || (error.sentence() + error.hint()).find(password) == std::string::npos,
              "a password in an error");
      throw;
    }
  });
  if (read) check_server(*read);
}

}  // namespace ctgan::fuzz
