#include "server/service/session.h"

#include <fmt/format.h>

#include <utility>

#include "common/errors/error.h"
#include "server/accounts/allowance.h"
#include "server/accounts/origin.h"
#include "server/accounts/retention.h"
#include "server/accounts/sessions.h"

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
                 ControlChannel& channel, audit::Trail& trail, LoginKind login,
                 std::optional<std::string> user)
    : store_(store), jobs_(jobs), settings_(settings), channel_(channel), trail_(trail), login_(login) {
  if (user) set_user(*std::move(user));
}

void Session::set_user(std::string user) {
  user_created_ = store_.users().require(user).created;
  user_ = std::move(user);
  trail_.set_user(*user_);
  accounts::introduce(store_, trail_.origin(), login_name(login_), "serve");
  if (auto warning = accounts::retention_warning(store_, settings_.retention, *user_))
    warn(*std::move(warning));
}

void Session::check_user() {
  const auto found = store_.users().find(user());
  if (found && found->created == user_created_) return store_.users().require_unlocked(*user_);
  throw store::was_deleted(*user_);
}

void Session::require_admin(const std::string& what, const std::string& of_what) {
  if (store_.users().require(user()).role == store::Role::admin) return;
  const errors::Error refusal(errors::Kind::permission, "only an administrator looks after " + of_what,
                              "ask the administrator of the server");
  trail_.note_failed({what, {}, {}}, refusal);
  throw refusal;
}

void Session::note_key_use() {
  accounts::note_key_use(store_, trail_.origin());
}

// That the log cannot be written is said once.
std::vector<std::string> Session::take_warnings() {
  if (trail_.trouble() && !told_of_trail_) {
    told_of_trail_ = true;
    warn(fmt::format("the server could not note this in its audit log: {}; tell its administrator",
                     trail_.trouble()->sentence()));
  }
  return std::exchange(warnings_, {});
}

Session::~Session() {
  try {
    store_.uploads().remove_fleeting(presence());
  } catch (const errors::Error&) {
    // Whoever comes next reaps them.
  }
}

std::string Session::presence() {
  try {
    return store_.presence().id();
  } catch (const errors::Error&) {
    return {};
  }
}

const std::string& Session::user() const {
  if (user_) return *user_;
  throw errors::Error(errors::Kind::permission, "this key is shared: a login comes first",
                      "give 'user' and 'password' in the credentials file");
}

jobs::JobLimits limits_of(Session& session) {
  return accounts::job_limits(
      accounts::allowance_of(session.store().users(), session.settings().limits, session.user()));
}

}  // namespace ctgan::server::service
