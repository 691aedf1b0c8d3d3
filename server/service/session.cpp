#include "server/service/session.h"

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
    : store_(store),
      jobs_(jobs),
      settings_(settings),
      channel_(channel),
      login_(login),
      user_(std::move(user)) {}

Session::~Session() {
  for (const store::Upload& upload : fleeting_) {
    try {
      store_.uploads().remove(upload);
    } catch (const errors::Error&) {
      // Reaped after a day.
    }
  }
}

const std::string& Session::user() const {
  if (user_) return *user_;
  throw errors::Error(errors::Kind::permission, "this key is shared: a login comes first",
                      "give 'user' and 'password' in the credentials file");
}

}  // namespace ctgan::server::service
