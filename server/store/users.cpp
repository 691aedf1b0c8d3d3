#include "server/store/users.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/files/names.h"

namespace ctgan::server::store {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::string_view k_columns =
    "SELECT name, role, password_hash IS NOT NULL, created, locked FROM users";

User user_of(const Statement& row) {
  return {row.text(0), row.text(1) == "admin" ? Role::admin : Role::normal, row.integer(2) != 0,
          row.integer(3), row.integer(4)};
}

}  // namespace

std::string_view role_name(Role role) {
  return role == Role::admin ? "admin" : "normal";
}

std::optional<Role> role_from_name(std::string_view name) {
  for (const Role role : {Role::admin, Role::normal})
    if (role_name(role) == name) return role;
  return std::nullopt;
}

bool Users::insert(const std::string& name, Role role, const std::optional<std::string>& password_hash,
                   std::time_t now) {
  if (!files::is_user_name(name)) {
    throw Error(Kind::usage, fmt::format("{} cannot be a user name", errors::quoted(name)),
                "a small letter, then up to 31 small letters, digits, '_' or '-'");
  }
  Statement insert(database_,
                   "INSERT OR IGNORE INTO users(name, role, password_hash, created) VALUES(?, ?, ?, ?)", name,
                   role_name(role), password_hash, now);
  insert.run();
  return database_.changes() > 0;
}

void Users::add(const std::string& name, Role role, const std::optional<std::string>& password_hash,
                std::time_t now) {
  if (insert(name, role, password_hash, now)) return;
  throw Error(Kind::cannot_create, fmt::format("there is a user {} already", errors::quoted(name)),
              "choose another name, or change the password with 'ctgan-server user password'");
}

void Users::ensure(const std::string& name, Role role, std::time_t now) {
  if (!find(name)) insert(name, role, std::nullopt, now);
}

void Users::remove(const std::string& name) {
  require(name);
  Statement(database_, "DELETE FROM login_failures WHERE name = ?", name).run();
  Statement(database_, "DELETE FROM users WHERE name = ?", name).run();
}

void Users::set_password(const std::string& name, const std::optional<std::string>& password_hash) {
  require(name);
  Statement(database_, "UPDATE users SET password_hash = ? WHERE name = ?", password_hash, name).run();
  Statement(database_, "DELETE FROM login_failures WHERE name = ?", name).run();
}

void Users::set_role(const std::string& name, Role role) {
  require(name);
  Statement(database_, "UPDATE users SET role = ? WHERE name = ?", role_name(role), name).run();
}

void Users::set_locked(const std::string& name, bool locked, std::time_t now) {
  const std::time_t since = require(name).locked;
  Statement(database_, "UPDATE users SET locked = ? WHERE name = ?",
            !locked      ? 0
            : since != 0 ? since
                         : now,
            name)
      .run();
}

void Users::set_limit(const std::string& name, Limit limit, std::optional<std::uint64_t> value) {
  require(name);
  const std::string_view named = row_of(limit).name;
  if (!value) {
    Statement(database_, "DELETE FROM user_limits WHERE user = ? AND name = ?", name, named).run();
    return;
  }
  Statement(database_, "INSERT OR REPLACE INTO user_limits(user, name, value) VALUES(?, ?, ?)", name, named,
            std::min<std::uint64_t>(*value, INT64_MAX))
      .run();
}

OwnLimits Users::own_limits(const std::string& name) {
  OwnLimits own;
  for (const LimitRow& row : limit_table()) {
    Statement query(database_, "SELECT value FROM user_limits WHERE user = ? AND name = ?", name, row.name);
    if (query.step()) own[row.limit] = static_cast<std::uint64_t>(query.integer(0));
  }
  return own;
}

std::vector<User> Users::list() {
  std::vector<User> users;
  Statement query(database_, fmt::format("{} ORDER BY name", k_columns));
  while (query.step()) users.push_back(user_of(query));
  return users;
}

std::optional<User> Users::find(const std::string& name) {
  Statement query(database_, fmt::format("{} WHERE name = ?", k_columns), name);
  if (!query.step()) return std::nullopt;
  return user_of(query);
}

User Users::require(const std::string& name) {
  if (auto user = find(name)) return *std::move(user);
  std::vector<std::string> names;
  for (User& user : list()) names.push_back(std::move(user.name));
  throw Error(Kind::no_input, fmt::format("there is no user {}", errors::quoted(name)),
              errors::suggestion(name, names));
}

void Users::require_unlocked(const std::string& name) {
  if (require(name).locked != 0) throw locked_out(name);
}

Error locked_out(const std::string& name) {
  return {Kind::permission, fmt::format("the user {} is locked", errors::quoted(name)),
          "ask the administrator of the server"};
}

Error was_deleted(const std::string& name) {
  return {Kind::permission, fmt::format("the user {} was deleted", errors::quoted(name)),
          "ask the administrator of the server"};
}

}  // namespace ctgan::server::store
