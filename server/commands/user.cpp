#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "common/errors/error.h"
#include "common/files/descriptor.h"
#include "common/files/file.h"
#include "common/process/child_process.h"
#include "common/secrets/secret.h"
#include "server/commands/authorized_keys.h"
#include "server/commands/commands.h"
#include "server/commands/open_store.h"
#include "server/store/passwords.h"

namespace ctgan::server::commands {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_key_limit = 65536;

std::string read_standard_input(std::size_t limit) {
  files::DescriptorSource source(STDIN_FILENO);
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t got = source.read(buffer)) {
    text.append(buffer.data(), got);
    if (text.size() > limit) throw Error(Kind::usage, "too much came on standard input");
  }
  return text;
}

secrets::Secret password_from_input() {
  std::string text = read_standard_input(store::k_longest_password + 2);
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  secrets::Secret password(text);
  secrets::wipe(text);
  return password;
}

// Typed twice; empty when the first is.
secrets::Secret password_from_terminal(const std::string& name, std::string_view remark) {
  secrets::Secret password = secrets::ask_password(fmt::format("New password for {}{}: ", name, remark));
  if (password.empty()) return password;
  const secrets::Secret again = secrets::ask_password("The same again: ");
  if (password.view() != again.view())
    throw Error(Kind::usage, "the two passwords differ", "run the same command again");
  return password;
}

std::optional<std::string> password_hash_for(const UserAddOptions& options) {
  if (options.password_stdin) return store::hash_password(password_from_input().view());
  if (options.key_only || isatty(STDIN_FILENO) == 0) return std::nullopt;
  const secrets::Secret password = password_from_terminal(options.name, " (empty: a key only)");
  if (password.empty()) return std::nullopt;
  return store::hash_password(password.view());
}

}  // namespace

Outcome user_add(const UserAddOptions& options) {
  OpenStore open(options.root);
  const auto hash = password_hash_for(options);
  open.store.users().add(options.name, store::Role::normal, hash, open.store.clock()());
  open.store.make_user_folders(options.name);
  return {
      fmt::format("added user {} ({})\n", options.name, hash ? "with a password" : "known by a key only")};
}

Outcome user_list(const std::filesystem::path& root, bool json) {
  OpenStore open(root);
  std::string text;
  if (!json) text = fmt::format("{:<32}  {:<8}  created\n", "user", "password");
  for (const store::User& user : open.store.users().list()) {
    const std::string created = store::utc_text(user.created);
    const nlohmann::json line{{"user", user.name}, {"password", user.has_password}, {"created", created}};
    text +=
        json ? line.dump() + "\n"
             : fmt::format("{:<32}  {:<8}  {}\n", user.name, user.has_password ? "yes" : "key only", created);
  }
  return {std::move(text)};
}

Outcome user_password(const UserPasswordOptions& options) {
  OpenStore open(options.root);
  open.store.users().require(options.name);
  if (!options.password_stdin && isatty(STDIN_FILENO) == 0) {
    throw Error(Kind::usage, "there is no terminal to ask for the password on",
                "give it with '--password-stdin'");
  }
  const secrets::Secret password =
      options.password_stdin ? password_from_input() : password_from_terminal(options.name, "");
  open.store.users().set_password(options.name, store::hash_password(password.view()));
  return {fmt::format("changed the password of {}\n", options.name)};
}

Outcome user_authorize(const UserAuthorizeOptions& options) {
  OpenStore open(options.root);
  if (options.name.empty() != options.login) {
    throw Error(Kind::usage, "give either the user that the key belongs to, or '--login' for a shared key");
  }
  if (!options.name.empty()) open.store.users().require(options.name);
  const PublicKey key = parse_public_key(options.key == "-" ? read_standard_input(k_key_limit)
                                                            : files::read_file(options.key, k_key_limit));
  const std::string line =
      forced_command_line(process::own_executable(), open.store.layout().root(), options.name, key);
  if (options.print) return {line + "\n"};
  const std::filesystem::path file =
      options.file.empty() ? own_authorized_keys() : std::filesystem::absolute(options.file);
  const bool added = append_authorized_key(file, line, key);
  const std::string who = options.name.empty() ? "everybody with a password" : options.name;
  return {fmt::format("{} {} in {}\n", added ? "added a key for" : "there already was that key for", who,
                      file.string())};
}

}  // namespace ctgan::server::commands
