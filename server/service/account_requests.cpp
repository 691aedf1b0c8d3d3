#include <fmt/format.h>

#include "common/errors/error.h"
#include "common/files/names.h"
#include "common/secrets/secret.h"
#include "server/accounts/details.h"
#include "server/service/passwords.h"
#include "server/service/requests.h"

namespace ctgan::server::service {
namespace {

// Of a name that is nobody's nothing is noted: people type their passwords there.
audit::Deed login_of(Session& session, const std::string& user) {
  const bool known = files::is_user_name(user) && session.store().users().find(user);
  return {"login", known ? user : "?", {}};
}

}  // namespace

secrets::Secret take_password(Json& request, const char* field) {
  std::string text = protocol::text_field(request, field);
  secrets::wipe(request[field].get_ref<std::string&>());
  secrets::Secret password(text);
  secrets::wipe(text);
  return password;
}

Json handle_login(Session& session, Json& request) {
  const std::string user = protocol::text_field(request, "user");
  const secrets::Secret password = take_password(request, "password");
  if (session.login() != LoginKind::password) {
    throw errors::Error(errors::Kind::permission,
                        "this connection has no login: the key or the account says who you are",
                        "leave 'user' and 'password' out of the credentials file");
  }
  if (session.logged_in()) {
    throw errors::Error(errors::Kind::permission,
                        fmt::format("this connection is that of {} already", errors::quoted(session.user())),
                        "log in as somebody else over another connection");
  }
  audit::Deed deed = login_of(session, user);
  return audit::noted(session.trail(), deed, [&]() -> Json {
    session.store().logins().verify(user, password.view());
    session.store().users().require_unlocked(user);
    session.set_user(user);
    session.note_key_use();
    return {{"user", user}};
  });
}

Json handle_whoami(Session& session, Json& /*request*/) {
  store::Store& store = session.store();
  Json answer = accounts::details_of(store, session.settings(), store.users().require(session.user()));
  answer["login"] = login_name(session.login());
  answer["version"] = CTGAN_VERSION;
  if (!session.trail().origin().key.empty()) answer["key"] = session.trail().origin().key;
  answer["keys"] = Json::array();
  try {
    accounts::Accounts accounts(store, session.settings(), session.trail());
    answer["keys"] = accounts::keys_json(accounts.keys(session.user()));
  } catch (const errors::Error&) {
    // Who one is does not depend on a file of keys that cannot be read.
  }
  return answer;
}

// Whoever found an open laptop does not keep its owner out.
Json handle_password_change(Session& session, Json& request) {
  const secrets::Secret password = take_password(request, "password");
  store::Store& store = session.store();
  if (store.users().require(session.user()).has_password)
    store.logins().verify(session.user(), take_password(request, "old_password").view());
  accounts::Accounts(store, session.settings(), session.trail())
      .set_password(session.user(), password.view());
  return {{"user", session.user()}};
}

}  // namespace ctgan::server::service
