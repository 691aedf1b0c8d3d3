// A conversation with `ctgan-server serve` over any transport: the host's side of
// common/protocol/protocol.md.
//
//     Session session(transport);
//     if (session.greeting().login == Login::password) session.login(user, password);
//     Json answer = session.request("whoami");
//
// Errors that the server answers are thrown with their kind and words; what it says is made visible first, so
// that nothing from over there steers a terminal. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/errors/error.h"
#include "common/protocol/message.h"
#include "common/secrets/secret.h"
#include "host/transport/transport.h"

namespace ctgan::host::session {

using protocol::Json;

// Who decided who the user is.
enum class Login { account, key, password };

struct Greeting {
  std::string version;
  Login login = Login::account;
  std::optional<std::string> user;  // empty until login() where the login is a password
  std::vector<std::string> commands;
  std::vector<std::string> warnings;  // to be shown to the person
  std::optional<std::string> method;  // what its fits use that name none; servers of before do not say it
  std::vector<std::string> features;  // fields of requests that servers of before pass over; none of these
};

struct Job {
  std::string id;
  std::string state;                   // queued, running, done, failed, lost
  Json result;                         // an object when done
  std::optional<errors::Error> error;  // when failed
};

// What the server has to say beside its answer, made visible.
using TakeWarning = std::function<void(const std::string& text)>;
using TakeEvent = std::function<void(const Json& event)>;

class Session {
 public:
  // Starts the server and reads its greeting. Throws Error(unavailable) when there is no ctgan-server over
  // there, Error(protocol) quoting what came instead when it does not greet, or speaks another version; what
  // the server says on its way out keeps its kind. The transport must outlive the session.
  explicit Session(transport::Transport& transport);

  const Greeting& greeting() const { return greeting_; }
  transport::Transport& transport() { return transport_; }

  // Throws Error(permission) for a wrong user or password.
  void login(const std::string& user, const secrets::Secret& password);

  // Where the server has ended, each of these throws what it said on its way out, with its kind; Error(try_again) where
  // it said nothing.

  // Sends one request and waits for its answer; the events before it go to `take`.
  Json request(std::string_view command, const Json& fields = Json::object(), const TakeEvent& take = {});
  // The same, and no text of `fields` stays in memory: it holds passwords.
  Json request_secret(std::string_view command, Json& fields);
  // From now on; those of the greeting are in it.
  void set_warnings(TakeWarning take) { take_warning_ = std::move(take); }
  // All pages of a list, newest first.
  std::vector<Json> list(std::string_view command, const Json& fields = Json::object());
  // The first item of a list, newest first, that is `wanted`; null where none is.
  Json find(std::string_view command, const Json& fields,
            const std::function<bool(const Json& item)>& wanted);
  // Hands out the job's events with seq above `after`, in order, until the job has ended.
  Job follow(const std::string& job, std::uint64_t after, const TakeEvent& take, bool all_users = false);

 private:
  void greet();
  // Why the server has ended: what it said on its way out, else `error`.
  [[noreturn]] void raise_end(const errors::Error& error);
  [[noreturn]] void refuse_silence(const std::string& noise);
  std::optional<std::string> read_line();
  Json read_message();
  Json await_answer(std::uint64_t id, const TakeEvent& take);
  void write(const std::string& line);
  std::uint64_t send(std::string_view command, Json fields);
  // Page by page, until `take` is false.
  void read_list(std::string_view command, Json fields, const std::function<bool(const Json& item)>& take);

  transport::Transport& transport_;
  std::unique_ptr<transport::Channel> channel_;
  protocol::LineBuffer lines_;
  std::vector<char> buffer_;
  std::uint64_t last_id_ = 0;
  Greeting greeting_;
  TakeWarning take_warning_;
};

}  // namespace ctgan::host::session
