#include "server/commands/open_store.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <memory>
#include <utility>

#include "common/errors/error.h"
#include "common/files/names.h"
#include "common/process/child_process.h"
#include "server/accounts/allowance.h"
#include "server/accounts/origin.h"
#include "server/encryption/key_ring.h"
#include "server/runners/runners.h"
#include "server/store/root.h"

namespace ctgan::server::commands {
namespace {

using errors::Error;
using errors::Kind;

const std::filesystem::path& initialised(const std::filesystem::path& root) {
  const store::Layout layout(root);
  store::check_root(layout);
  if (store::is_initialised(layout)) return root;
  throw Error(Kind::no_input, fmt::format("there is no store at {}", errors::quoted(root.string())),
              "make one with 'ctgan-server init', or name another with '--root DIR'");
}

}  // namespace

OpenStore::OpenStore(const std::filesystem::path& root)
    : store(initialised(root)), settings(settings::read_settings(store.layout().settings())) {
  if (!settings.encryption_key_file.empty()) {
    store.shelves().set_keys(std::make_shared<const encryption::KeyRing>(
        encryption::KeyRing::read(settings.encryption_key_file, store.layout().root())));
  }
  accounts::bound_uploads(store, settings);
}

jobs::JobBook jobs_of(OpenStore& open, Starting starting) {
  const settings::Limits& limits = open.settings.limits;
  auto runner = runners::make_runner(open.settings, open.store.layout());
  std::function<void()> start_elsewhere;
  if (starting == Starting::as_it_suits && !runner->is_quick())
    start_elsewhere = [root = open.store.layout().root()] { start_dispatch(root, root / "dispatch.log"); };
  jobs::JobBook book(open.store, std::move(runner),
                     {limits.running_jobs, limits.running_jobs_of_user, limits.kept_for_samples},
                     std::move(start_elsewhere));
  accounts::bound_jobs(book, open.store, open.settings);
  return book;
}

void start_dispatch(const std::filesystem::path& root, const std::filesystem::path& log) {
  process::start_detached({process::own_executable().string(), "--root", root.string(), "dispatch"}, log);
}

audit::AuditLog log_of(const OpenStore& open) {
  return audit::AuditLog(open.store.layout().audit(), {open.settings.audit.bytes, open.settings.audit.files});
}

audit::Trail trail_of(OpenStore& open, audit::Origin origin) {
  return {log_of(open), open.store.clock(), std::move(origin)};
}

audit::Origin typed_here() {
  return accounts::origin_of_connection("os:" + account_user(), "");
}

bool make_store(const std::filesystem::path& root, bool shared) {
  const store::Layout layout(root);
  store::make_folders(layout);
  const store::Store made(root);
  if (store::is_initialised(layout)) return false;
  try {
    // Last, since it is what says that a store was made.
    settings::Settings settings;
    settings.shared = shared;
    settings::write_settings(layout.settings(), settings);
  } catch (const Error& error) {
    if (error.kind() != Kind::cannot_create || !store::is_initialised(layout)) throw;
    return false;
  }
  return true;
}

std::string account_user() {
  const passwd* account = getpwuid(geteuid());
  std::string name = account == nullptr ? fmt::format("uid{}", geteuid()) : account->pw_name;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0 && c != '-'; }, '_');
  if (!files::is_user_name(name)) name = fmt::format("u{}", name).substr(0, 32);
  return name;
}

}  // namespace ctgan::server::commands
