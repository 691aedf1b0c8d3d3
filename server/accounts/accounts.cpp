#include "server/accounts/accounts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/process/child_process.h"
#include "server/accounts/sessions.h"
#include "server/store/passwords.h"

namespace ctgan::server::accounts {
namespace {

using errors::Error;
using errors::Kind;

// Of two who change the file of keys at the same moment each sees what the other did.
files::FileHandle lock_keys(const store::Layout& layout) {
  const auto path = layout.root() / ".keys-lock";
  files::FileHandle file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) throw errors::from_errno(errno, "open", path.string());
  while (flock(file.get(), LOCK_EX) != 0)
    if (errno != EINTR) throw errors::from_errno(errno, "lock", path.string());
  return file;
}

std::string text_of(const LimitChange& change) {
  const std::string_view name = store::row_of(change.limit).name;
  return change.value ? fmt::format(" {}={}", name, *change.value) : fmt::format(" {}=default", name);
}

void check(const LimitChange& change) {
  const store::LimitRow& row = store::row_of(change.limit);
  if (!change.value || *change.value >= row.least) return;
  throw Error(Kind::usage, fmt::format("a limit of {} must be at least {}", row.meaning, row.least),
              "'manage users lock NAME' keeps somebody out");
}

}  // namespace

Accounts::Accounts(store::Store& store, const settings::Settings& settings, audit::Trail& trail,
                   std::filesystem::path keys_file)
    : store_(store), trail_(trail), keys_file_(std::move(keys_file)) {
  if (keys_file_.empty())
    keys_file_ = settings.authorized_keys.empty() ? own_authorized_keys() : settings.authorized_keys;
}

// The subject, a user's name, comes first, so that `audit --user` finds it.
template <typename Work>
void Accounts::administer(const std::string& what, const std::string& subject, const Work& work) {
  audit::Deed deed{what, subject, std::nullopt};
  trail_.note_ahead(deed);
  audit::noted(trail_, deed, [&] {
    work();
    return true;
  });
}

void Accounts::add(const NewUser& user) {
  administer("users.add", fmt::format("{} {}", user.name, store::role_name(user.role)), [&] {
    std::optional<std::string> hash;
    if (user.password) hash = store::hash_password(*user.password);
    store_.users().add(user.name, user.role, hash, store_.clock()());
    store_.make_user_folders(user.name);
  });
}

void Accounts::set_password(const std::string& name, std::string_view password) {
  administer("users.password", name, [&] {
    store_.users().require(name);
    store_.users().set_password(name, store::hash_password(password));
  });
}

void Accounts::set_role(const std::string& name, store::Role role) {
  administer("users.role", fmt::format("{} {}", name, store::role_name(role)),
             [&] { store_.users().set_role(name, role); });
}

void Accounts::lock(const std::string& name) {
  administer("users.lock", name, [&] { store_.users().set_locked(name, true, store_.clock()()); });
  end_sessions_of(name, store::locked_out(name));
}

void Accounts::unlock(const std::string& name) {
  administer("users.unlock", name, [&] { store_.users().set_locked(name, false, store_.clock()()); });
}

void Accounts::set_limits(const std::string& name, const std::vector<LimitChange>& changes) {
  std::string subject = name;
  for (const LimitChange& change : changes) subject += text_of(change);
  administer("users.limit", subject, [&] {
    std::for_each(changes.begin(), changes.end(), check);
    store::Transaction transaction(store_.database());
    for (const LimitChange& change : changes) store_.users().set_limit(name, change.limit, change.value);
    transaction.commit();
  });
}

void Accounts::remove(const std::string& name) {
  administer("users.remove", name, [&] {
    store_.users().require(name);
    {
      // The keys first: nobody comes in while the rest goes.
      const files::FileHandle lock = lock_keys(store_.layout());
      remove_authorized_keys(keys_file_,
                             [&](const ForcedKey& key) { return key.user == name && is_of_store(key); });
    }
    end_sessions_of(name, store::was_deleted(name));
    jobs::remove_user(store_, name);
  });
  // Of those that began meanwhile; and nothing says any more where he came from.
  end_sessions_of(name, store::was_deleted(name));
  store::sweep_presences(store_.layout());
}

void Accounts::end_sessions_of(const std::string& name, const Error& word) {
  end_sessions(store_, trail_, sessions_of(store_.layout(), name), word);
}

jobs::Belongings Accounts::belongings(const std::string& name) {
  store_.users().require(name);
  return jobs::belongings_of(store_, name);
}

std::string Accounts::authorized_line(const std::string& user, const PublicKey& key,
                                      const std::string& expiry) {
  if (!user.empty()) store_.users().require(user);
  if (!expiry.empty() && expiry < local_minute(store_.clock()()))
    throw Error(Kind::usage, fmt::format("{} is over: the key could never log in", expiry_text(expiry)),
                "give a day to come");
  return forced_command_line(process::own_executable(), store_.layout().root(), user, key, expiry);
}

bool Accounts::authorize(const std::string& user, const PublicKey& key, const std::string& expiry) {
  const std::string line = authorized_line(user, key, expiry);
  bool added = false;
  administer("users.authorize",
             fmt::format("{} {}{}{}", user.empty() ? "(shared)" : user, fingerprint_of(key.blob),
                         expiry.empty() ? "" : " until ", expiry_text(expiry)),
             [&] {
               const files::FileHandle lock = lock_keys(store_.layout());
               added = append_authorized_key(keys_file_, line, key);
             });
  return added;
}

// Other stores of the account have lines in the same file.
bool Accounts::is_of_store(const ForcedKey& key) const {
  std::error_code ignored;
  const auto& root = store_.layout().root();
  return key.root == root || std::filesystem::equivalent(key.root, root, ignored);
}

std::vector<ForcedKey> Accounts::revoke(const std::string& whose) {
  if (whose.empty()) throw Error(Kind::usage, "no user and no fingerprint was given");
  std::vector<ForcedKey> gone;
  administer("users.revoke", whose, [&] {
    const files::FileHandle lock = lock_keys(store_.layout());
    gone = remove_authorized_keys(keys_file_, [&](const ForcedKey& key) {
      return (key.user == whose || key.fingerprint == whose) && is_of_store(key);
    });
    if (!gone.empty()) return;
    throw Error(
        Kind::no_input,
        fmt::format("no key of {} is in {}", errors::quoted(whose), errors::quoted(keys_file_.string())),
        "give a user's name, or the fingerprint that 'ssh-keygen -lf FILE.pub' shows");
  });
  return gone;
}

std::vector<KnownKey> Accounts::keys(const std::string& user) {
  if (!user.empty()) store_.users().require(user);
  const std::vector<store::KeyUse> uses = store_.key_uses().list();
  std::vector<KnownKey> found;
  for (const std::string& line : authorized_lines(keys_file_)) {
    const auto key = forced_key(line);
    if (!key || !is_of_store(*key) || (!user.empty() && key->user != user)) continue;
    KnownKey& known = found.emplace_back(KnownKey{*key, {}});
    std::copy_if(uses.begin(), uses.end(), std::back_inserter(known.uses), [&](const store::KeyUse& use) {
      return use.fingerprint == key->fingerprint && (key->user.empty() || use.user == key->user);
    });
  }
  return found;
}

}  // namespace ctgan::server::accounts
