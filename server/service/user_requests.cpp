#include <fmt/format.h>

#include <algorithm>

#include "common/errors/error.h"
#include "server/accounts/details.h"
#include "server/service/passwords.h"
#include "server/service/requests.h"

namespace ctgan::server::service {
namespace {

using errors::Error;
using errors::Kind;

accounts::Accounts accounts_of(Session& session, const char* command) {
  session.require_admin(command);
  return {session.store(), session.settings(), session.trail()};
}

// Nobody saws off the branch that he sits on: there is always an administrator left who did not mean to go.
std::string other_user(Session& session, const Json& request, std::string_view deed) {
  std::string user = protocol::text_field(request, "user");
  if (user != session.user()) return user;
  throw Error(Kind::permission, fmt::format("you cannot {} yourself", deed),
              "another administrator can, or 'ctgan-server user' on the server");
}

store::Role role_of(const Json& request) {
  const std::string name = protocol::optional_text(request, "role").value_or("normal");
  if (const auto role = store::role_from_name(name)) return *role;
  throw Error(Kind::usage, fmt::format("there is no role {}", errors::quoted(name)),
              "it is 'admin' or 'normal'");
}

std::vector<accounts::LimitChange> changes_of(const Json& request) {
  const auto limits = request.find("limits");
  if (limits == request.end() || !limits->is_object() || limits->empty())
    throw Error(Kind::protocol, "the field 'limits' must be an object that names a limit");
  std::vector<accounts::LimitChange> changes;
  for (const auto& [name, value] : limits->items()) {
    if (!value.is_null() && !value.is_number_unsigned())
      throw Error(Kind::protocol, fmt::format("the limit {} must be a number or null", errors::quoted(name)));
    accounts::LimitChange& change = changes.emplace_back();
    change.limit = store::limit_from_name(name).limit;
    if (!value.is_null()) change.value = value.get<std::uint64_t>();
  }
  return changes;
}

Json details(Session& session, const std::string& user) {
  return accounts::details_of(session.store(), session.settings(), session.store().users().require(user));
}

}  // namespace

// By name; `next` is the last one of the page.
Json handle_users_list(Session& session, Json& request) {
  session.require_admin("users.list");
  const std::string before = protocol::optional_text(request, "before").value_or("");
  Json result{{"items", Json::array()}};
  Json& items = result["items"];
  for (const store::User& user : session.store().users().list()) {
    if (user.name <= before) continue;
    if (items.size() == static_cast<std::size_t>(protocol::k_page_rows)) {
      result["next"] = items.back()["user"];
      break;
    }
    items.push_back(accounts::details_of(session.store(), session.settings(), user));
  }
  return result;
}

Json handle_users_show(Session& session, Json& request) {
  accounts::Accounts accounts = accounts_of(session, "users.show");
  const std::string user = protocol::text_field(request, "user");
  Json answer = details(session, user);
  answer["keys"] = accounts::keys_json(accounts.keys(user));
  return answer;
}

Json handle_users_add(Session& session, Json& request) {
  accounts::Accounts accounts = accounts_of(session, "users.add");
  accounts::NewUser user{protocol::text_field(request, "user"), role_of(request), std::nullopt};
  std::optional<secrets::Secret> password;
  if (request.contains("password")) password = take_password(request, "password");
  if (password) user.password = password->view();
  accounts.add(user);
  return {{"user", user.name}};
}

Json handle_users_remove(Session& session, Json& request) {
  accounts::Accounts accounts = accounts_of(session, "users.remove");
  const std::string user = other_user(session, request, "remove");
  accounts.remove(user);
  return {{"user", user}};
}

Json handle_users_lock(Session& session, Json& request) {
  accounts::Accounts accounts = accounts_of(session, "users.lock");
  const std::string user = other_user(session, request, "lock");
  accounts.lock(user);
  return details(session, user);
}

Json handle_users_unlock(Session& session, Json& request) {
  accounts::Accounts accounts = accounts_of(session, "users.unlock");
  const std::string user = protocol::text_field(request, "user");
  accounts.unlock(user);
  session.jobs().dispatch();
  return details(session, user);
}

Json handle_users_limit(Session& session, Json& request) {
  accounts::Accounts accounts = accounts_of(session, "users.limit");
  const std::string user = protocol::text_field(request, "user");
  accounts.set_limits(user, changes_of(request));
  session.jobs().dispatch();
  return details(session, user);
}

Json handle_users_role(Session& session, Json& request) {
  accounts::Accounts accounts = accounts_of(session, "users.role");
  const std::string user = other_user(session, request, "change the role of");
  protocol::text_field(request, "role");
  accounts.set_role(user, role_of(request));
  return details(session, user);
}

Json handle_users_password(Session& session, Json& request) {
  accounts::Accounts accounts = accounts_of(session, "users.password");
  const std::string user = protocol::text_field(request, "user");
  accounts.set_password(user, take_password(request, "password").view());
  return {{"user", user}};
}

Json handle_users_authorize(Session& session, Json& request) {
  accounts::Accounts accounts = accounts_of(session, "users.authorize");
  const std::string user = protocol::text_field(request, "user");
  const accounts::PublicKey key = accounts::parse_public_key(protocol::text_field(request, "key"));
  const auto expires = protocol::optional_text(request, "expires");
  session.store().users().require(user);
  const bool added = accounts.authorize(user, key, expires ? accounts::expiry_of(*expires) : "");
  return {{"user", user}, {"fingerprint", accounts::fingerprint_of(key.blob)}, {"added", added}};
}

Json handle_users_revoke(Session& session, Json& request) {
  accounts::Accounts accounts = accounts_of(session, "users.revoke");
  Json keys = Json::array();
  for (const accounts::ForcedKey& key : accounts.revoke(protocol::text_field(request, "whose")))
    keys.push_back({{"fingerprint", key.fingerprint}, {"user", key.user}});
  return {{"revoked", std::move(keys)}};
}

}  // namespace ctgan::server::service
