#include "server/service/session.h"

#include <fmt/format.h>

#include "common/errors/error.h"

namespace ctgan::server::service {

std::string_view login_name(LoginKind login) {
  switch (login) {
    case LoginKind::account:
      return "account";
    case LoginKind::key:
      return "key";
    case LoginKind::password:
      break;
  }
  return "password";
}

Session::Session(store::Store& store, jobs::JobBook& jobs, const settings::Settings& settings,
                 ControlChannel& channel, LoginKind login, std::optional<std::string> user)
    : store_(store), jobs_(jobs), settings_(settings), channel_(channel), login_(login) {
  if (user) set_user(*std::move(user));
}

void Session::set_user(std::string user) {
  user_created_ = store_.users().require(user).created;
  user_ = std::move(user);
}

void Session::check_user() {
  const auto found = store_.users().find(user());
  if (found && found->created == user_created_) return;
  throw errors::Error(errors::Kind::permission,
                      fmt::format("the user {} was deleted", errors::quoted(*user_)),
                      "ask the administrator of the server");
}

Session::~Session() {
  try {
    store_.uploads().remove_fleeting(store_.uploads().owner());
  } catch (const errors::Error&) {
    // Whoever comes next reaps them.
  }
}

const std::string& Session::user() const {
  if (user_) return *user_;
  throw errors::Error(errors::Kind::permission, "this key is shared: a login comes first",
                      "give 'user' and 'password' in the credentials file");
}

}  // namespace ctgan::server::service
