#include "common/errors/error.h"
#include "common/secrets/secret.h"
#include "server/service/requests.h"

namespace ctgan::server::service {
namespace {

// The password out of the message, which keeps none of it.
secrets::Secret take_password(Json& request) {
  std::string text = protocol::text_field(request, "password");
  secrets::wipe(request["password"].get_ref<std::string&>());
  secrets::Secret password(text);
  secrets::wipe(text);
  return password;
}

}  // namespace

Json handle_login(Session& session, Json& request) {
  const std::string user = protocol::text_field(request, "user");
  const secrets::Secret password = take_password(request);
  if (session.login() != LoginKind::password) {
    throw errors::Error(errors::Kind::permission,
                        "this connection has no login: the key or the account says who you are",
                        "leave 'user' and 'password' out of the credentials file");
  }
  session.store().logins().verify(user, password.view());
  session.set_user(user);
  return {{"user", user}};
}

Json handle_whoami(Session& session, Json& /*request*/) {
  const store::User user = session.store().users().require(session.user());
  return {{"user", user.name},
          {"role", store::role_name(user.role)},
          {"login", login_name(session.login())},
          {"version", CTGAN_VERSION}};
}

}  // namespace ctgan::server::service
