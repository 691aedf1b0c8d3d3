// The users of a store. A user without a password is known by a key only.
#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "common/errors/error.h"
#include "server/store/limits.h"
#include "server/store/sqlite.h"

namespace ctgan::server::store {

enum class Role { admin, normal };

std::string_view role_name(Role role);
// Empty for an unknown name.
std::optional<Role> role_from_name(std::string_view name);

struct User {
  std::string name;
  Role role = Role::normal;
  bool has_password = false;
  std::time_t created = 0;
  std::time_t locked = 0;  // since when nobody gets in as this user; 0: not at all
};

// What somebody hears who is not let in any more.
errors::Error locked_out(const std::string& name);
errors::Error was_deleted(const std::string& name);

class Users {
 public:
  explicit Users(Database& database) : database_(database) {}

  // `password_hash` is from passwords.h. Throws Error(usage) for a name that cannot be one,
  // Error(cannot_create) when it exists.
  void add(const std::string& name, Role role, const std::optional<std::string>& password_hash,
           std::time_t now);
  // Makes sure that the user of a personal store is there.
  void ensure(const std::string& name, Role role, std::time_t now);
  // With every row that is the user's. Throws as require().
  void remove(const std::string& name);
  void set_password(const std::string& name, const std::optional<std::string>& password_hash);

  void set_role(const std::string& name, Role role);
  // From `now` on, or not at all any more; one who is locked already stays so since then.
  void set_locked(const std::string& name, bool locked, std::time_t now);
  // The user's own limit; none: what holds for everybody.
  void set_limit(const std::string& name, Limit limit, std::optional<std::uint64_t> value);
  OwnLimits own_limits(const std::string& name);

  std::vector<User> list();
  std::optional<User> find(const std::string& name);
  // Throws Error(no_input) with the closest name.
  User require(const std::string& name);
  // Throws Error(permission) for one who is locked.
  void require_unlocked(const std::string& name);

 private:
  // False when there is one of that name.
  bool insert(const std::string& name, Role role, const std::optional<std::string>& password_hash,
              std::time_t now);

  Database& database_;
};

}  // namespace ctgan::server::store
