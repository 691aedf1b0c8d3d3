#include <fmt/format.h>

#include <vector>

#include "common/console/console.h"
#include "common/errors/error.h"
#include "server/commands/authorized_keys.h"
#include "server/commands/commands.h"
#include "server/commands/open_store.h"
#include "server/jobs/leaver.h"

namespace ctgan::server::commands {
namespace {

using errors::Error;
using errors::Kind;

std::filesystem::path keys_file(const std::filesystem::path& named) {
  return named.empty() ? own_authorized_keys() : std::filesystem::absolute(named);
}

// Other stores of the account have lines in the same file.
bool is_of_store(const ForcedKey& key, const OpenStore& open) {
  std::error_code ignored;
  const auto& root = open.store.layout().root();
  return key.root == root || std::filesystem::equivalent(key.root, root, ignored);
}

std::string counted(std::size_t count, const char* one, const char* several) {
  return fmt::format("{} {}", count, count == 1 ? one : several);
}

std::string text_of(std::size_t keys, const jobs::Belongings& has) {
  return fmt::format(
      "{}, {}, {}, {}, {} ({} running)", counted(keys, "key", "keys"), counted(has.models, "model", "models"),
      counted(has.tables, "synthetic table", "synthetic tables"), counted(has.uploads, "upload", "uploads"),
      counted(has.jobs, "job", "jobs"), has.running_jobs);
}

void ask(const std::string& name, const std::string& what) {
  const console::Console console(false);
  const bool yes = console.confirm({.prompt = fmt::format("Delete {} for good: {} (yes/no)", name, what),
                                    .what = "confirmation",
                                    .remedy = "give it with '--yes'",
                                    .default_answer = {}});
  if (!yes) throw Error(Kind::interrupted, fmt::format("{} was kept", errors::quoted(name)));
}

}  // namespace

Outcome user_delete(const UserDeleteOptions& options) {
  OpenStore open(options.root);
  open.store.users().require(options.name);
  const std::filesystem::path file = keys_file(options.file);
  const auto is_own = [&](const ForcedKey& key) {
    return key.user == options.name && is_of_store(key, open);
  };
  std::size_t keys = 0;
  for (const std::string& line : authorized_lines(file)) {
    const auto key = forced_key(line);
    if (key && is_own(*key)) ++keys;
  }
  const std::string what = text_of(keys, jobs::belongings_of(open.store, options.name));
  if (!options.yes) ask(options.name, what);
  // The keys first: nobody comes in while the rest goes.
  remove_authorized_keys(file, is_own);
  jobs::remove_user(open.store, options.name);
  return {fmt::format("deleted user {}: {}\n", options.name, what)};
}

Outcome user_revoke(const UserRevokeOptions& options) {
  if (options.whose.empty()) throw Error(Kind::usage, "no user and no fingerprint was given");
  OpenStore open(options.root);
  const std::filesystem::path file = keys_file(options.file);
  const auto gone = remove_authorized_keys(file, [&](const ForcedKey& key) {
    return (key.user == options.whose || key.fingerprint == options.whose) && is_of_store(key, open);
  });
  if (gone.empty()) {
    throw Error(
        Kind::no_input,
        fmt::format("no key of {} is in {}", errors::quoted(options.whose), errors::quoted(file.string())),
        "give a user's name, or the fingerprint that 'ssh-keygen -lf FILE.pub' shows");
  }
  std::string text;
  for (const ForcedKey& key : gone) {
    text += fmt::format("took away {} of {}\n", key.fingerprint,
                        key.user.empty() ? "everybody with a password" : key.user);
  }
  return {std::move(text)};
}

}  // namespace ctgan::server::commands
