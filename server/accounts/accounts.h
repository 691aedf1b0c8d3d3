// The administration of users: `ctgan-server user` on the server and `manage users` from a laptop are two doors to
// this. Every deed stands in the audit log before it is done and afterwards; where the log cannot be written nothing is
// changed.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/accounts/authorized_keys.h"
#include "server/audit/trail.h"
#include "server/jobs/leaver.h"
#include "server/settings/settings.h"
#include "server/store/store.h"

namespace ctgan::server::accounts {

struct NewUser {
  std::string name;
  store::Role role = store::Role::normal;
  std::optional<std::string_view> password;  // none: known by a key only
};

// One of the lines of authorized_keys that belong to the store, and when it let somebody in last.
struct KnownKey {
  ForcedKey key;
  std::vector<store::KeyUse> uses;  // of a shared key: of each user
};

struct LimitChange {
  store::Limit limit = store::Limit::bytes;
  std::optional<std::uint64_t> value;  // none: what holds for everybody
};

class Accounts {
 public:
  // All outlive it. `keys_file` is authorized_keys; empty: as the settings say, else the account's own.
  Accounts(store::Store& store, const settings::Settings& settings, audit::Trail& trail,
           std::filesystem::path keys_file = {});

  // Throws as Users::add and store::hash_password.
  void add(const NewUser& user);
  // These throw as Users::require.
  void set_password(const std::string& name, std::string_view password);
  void set_role(const std::string& name, store::Role role);
  // Also ends his sessions.
  void lock(const std::string& name);
  void unlock(const std::string& name);
  // All or none. Throws Error(usage) for a number with which nothing could be done.
  void set_limits(const std::string& name, const std::vector<LimitChange>& changes);

  // Keys, sessions, jobs, uploads, models, reports, tables and the user. Throws as jobs::remove_user.
  void remove(const std::string& name);
  jobs::Belongings belongings(const std::string& name);

  // Lets the key in as `user`; an empty one: as whoever knows a password. False when it was in already.
  bool authorize(const std::string& user, const PublicKey& key, const std::string& expiry);
  std::string authorized_line(const std::string& user, const PublicKey& key, const std::string& expiry);
  // The keys of a user or of a fingerprint. Throws Error(no_input) when there is none.
  std::vector<ForcedKey> revoke(const std::string& whose);
  // The user's, or all where the name is empty.
  std::vector<KnownKey> keys(const std::string& user);

  const std::filesystem::path& keys_file() const { return keys_file_; }

 private:
  template <typename Work>
  void administer(const std::string& what, const std::string& subject, const Work& work);
  bool is_of_store(const ForcedKey& key) const;
  // Where that cannot be, they end with their next request.
  void end_sessions_of(const std::string& name, const errors::Error& word);

  store::Store& store_;
  audit::Trail& trail_;
  std::filesystem::path keys_file_;
};

}  // namespace ctgan::server::accounts
