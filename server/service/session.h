// What a connection knows: the store, who the user is and how that was decided.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/audit/trail.h"
#include "server/jobs/job_book.h"
#include "server/service/channel.h"
#include "server/service/engine.h"
#include "server/settings/settings.h"
#include "server/store/store.h"

namespace ctgan::server::service {

// Who decided who the user is; protocol.md names them "account", "key", "password".
enum class LoginKind { account, key, password };

std::string_view login_name(LoginKind login);

class Session {
 public:
  // With LoginKind::password `user` is empty until the request `login` has succeeded. References must outlive
  // it.
  Session(store::Store& store, jobs::JobBook& jobs, const settings::Settings& settings,
          ControlChannel& channel, audit::Trail& trail, LoginKind login, std::optional<std::string> user);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  store::Store& store() { return store_; }
  jobs::JobBook& jobs() { return jobs_; }
  const settings::Settings& settings() const { return settings_; }
  ControlChannel& channel() { return channel_; }
  audit::Trail& trail() { return trail_; }
  LoginKind login() const { return login_; }

  // The connection's id (presence.h); empty where the disk is full, and deleting still has to work.
  std::string presence();

  bool logged_in() const { return user_.has_value(); }
  // Throws Error(permission) before the login.
  const std::string& user() const;
  // Throws Error(permission) before the login, and when the user was locked or deleted since: somebody who was added
  // under the same name is another one.
  void check_user();
  // Throws Error(permission) unless the user is an administrator now; that he tried stands in the audit log.
  void require_admin(const std::string& what, const std::string& of_what = "users");
  void set_engine(Engine engine) { engine_ = std::move(engine); }
  const Engine& engine() const { return engine_; }
  // Once.
  void set_user(std::string user);

  // That the connection's key let its user in; where the disk is full it does not stand in the list of keys.
  void note_key_use();

  // What the other end is to be told with the next answer, each once: {"warnings":["..."]}.
  void warn(std::string text) { warnings_.push_back(std::move(text)); }
  std::vector<std::string> take_warnings();

  // Whether this connection has compared the upload's bytes with their hash.
  bool has_checked(const std::string& upload) const { return checked_.contains(upload); }
  void note_checked(const std::string& upload) { checked_.insert(upload); }

 private:
  store::Store& store_;
  jobs::JobBook& jobs_;
  const settings::Settings& settings_;
  ControlChannel& channel_;
  audit::Trail& trail_;
  LoginKind login_;
  std::optional<std::string> user_;
  std::time_t user_created_ = 0;
  std::set<std::string> checked_;
  std::vector<std::string> warnings_;
  bool told_of_trail_ = false;
  Engine engine_;
};

// What the worker of a job of the session's user must know, which never opens the database.
jobs::JobLimits limits_of(Session& session);

}  // namespace ctgan::server::service
