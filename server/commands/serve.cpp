#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "common/errors/error.h"
#include "common/files/descriptor.h"
#include "common/protocol/scp_records.h"
#include "server/accounts/origin.h"
#include "server/accounts/sessions.h"
#include "server/commands/commands.h"
#include "server/commands/end_signals.h"
#include "server/commands/leftovers.h"
#include "server/commands/open_store.h"
#include "server/jobs/job_book.h"
#include "server/service/admission.h"
#include "server/service/conversation.h"
#include "server/service/copy.h"
#include "server/service/transfer.h"
#include "server/store/root.h"
#include "server/worker/bounded_answer.h"

namespace ctgan::server::commands {
namespace {

using errors::Error;
using errors::Kind;
using service::LoginKind;

// What the other end asked for. sshd sets SSH_ORIGINAL_COMMAND only when there is a forced command, and
// leaves it out when a shell was asked for.
service::Admission requested(const ServeOptions& options) {
  const char* original = std::getenv("SSH_ORIGINAL_COMMAND");
  if (original != nullptr) return service::admit(original);
  const bool forced = options.login || !options.user.empty();
  if (forced && std::getenv("SSH_CONNECTION") != nullptr) return service::admit("");
  return service::AdmitServe{};
}

// sshd's pipes, before much goes through them.
void widen_pipes() {
  files::widen_pipe(STDIN_FILENO);
  files::widen_pipe(STDOUT_FILENO);
}

std::chrono::seconds seconds(std::uint64_t count) {
  constexpr std::uint64_t k_most = 10'000'000;
  return std::chrono::seconds(std::min(count, k_most));
}

// Answers one connection.
class Connection {
 public:
  Connection(OpenStore& open, audit::Trail& trail, LoginKind login, std::optional<std::string> user)
      : open_(open), trail_(trail), login_(login), user_(std::move(user)) {}

  void operator()(const service::AdmitServe& /*asked*/) {
    service::ControlChannel channel(STDIN_FILENO, STDOUT_FILENO, seconds(open_.settings.limits.idle_seconds));
    jobs::JobBook jobs = jobs_of(open_);
    service::Session session(open_.store, jobs, open_.settings, channel, trail_, login_, user_);
    session.set_engine(engine_of(channel));
    if (user_) trail_.note({"login", *user_, {}});
    service::converse(session);
  }
  void operator()(const service::AdmitTransfer& /*asked*/) {
    widen_pipes();
    service::transfer(open_.store, in_, out_, user_, trail_);
  }
  void operator()(const service::AdmitCopyIn& asked) {
    widen_pipes();
    introduce_copy();
    service::copy_in(open_.store, open_.settings.limits, known_user(), asked.name, in_, out_, trail_);
  }
  void operator()(const service::AdmitCopyOut& asked) {
    widen_pipes();
    introduce_copy();
    in_.set_patience(service::k_sender_patience);
    service::copy_out(open_.store, known_user(), asked.name, in_, out_, trail_);
  }
  void operator()(const service::Refusal& refusal) {
    if (refusal.to_scp) protocol::complain(out_, refusal.error.sentence());
    trail_.note_failed({"connect", {}, {}}, refusal.error);
    throw refusal.error;
  }

 private:
  // Answers that cost something are worked out by another process.
  service::Engine engine_of(service::ControlChannel& channel) {
    const settings::Limits& limits = open_.settings.limits;
    const worker::HasLeft has_left = [&channel](std::chrono::milliseconds time) {
      return channel.left_within(time);
    };
    const auto answer = [&limits, has_left](const char* what, service::Json request) {
      return worker::answer_in_child({{"do", what}, {"request", std::move(request)}},
                                     {seconds(limits.plan_seconds), "plan_seconds", limits.answer_bytes},
                                     has_left, {});
    };
    service::Engine engine;
    engine.plan_fit = [answer](const service::Json& request) { return answer("fit.plan", request); };
    engine.check_party = [answer](const std::filesystem::path& file, service::Json request) {
      request["path"] = file.string();
      return answer("party.check", std::move(request));
    };
    const auto answer_of_store = [answer, this](const char* what, service::Json request) {
      request["root"] = open_.store.layout().root().string();
      request["key_file"] = open_.settings.encryption_key_file.string();
      return answer(what, std::move(request));
    };
    engine.check_terms = [answer_of_store](service::Json request) {
      return answer_of_store("sample.check", std::move(request));
    };
    engine.compare_reports = [answer_of_store](service::Json request) {
      return answer_of_store("report.compare", std::move(request));
    };
    return engine;
  }

  // Stock scp cannot log in.
  const std::string& known_user() {
    if (user_) return *user_;
    Error error(Kind::permission, "scp needs a key of its own: this one is shared by several users",
                "use 'fit' and 'download', which log in");
    protocol::complain(out_, error.sentence());
    throw error;
  }

  // Whoever locks the user afterwards ends the copy.
  void introduce_copy() {
    const std::string& user = known_user();
    accounts::introduce(open_.store, trail_.origin(), service::login_name(login_), "scp");
    open_.store.users().require_unlocked(user);
  }

  OpenStore& open_;
  audit::Trail& trail_;
  LoginKind login_;
  std::optional<std::string> user_;
  service::PatientSource in_{STDIN_FILENO};
  service::PatientSink out_{STDOUT_FILENO, service::k_sender_patience};
};

std::string account_of(OpenStore& open) {
  if (open.settings.shared) {
    throw Error(Kind::permission, "this store is shared: its users are known by their keys",
                "'ctgan-server user authorize NAME --key FILE' lets a key in");
  }
  std::string user = account_user();
  open.store.users().ensure(user, store::Role::admin, open.store.clock()());
  open.store.make_user_folders(user);
  return user;
}

std::string known_key(OpenStore& open, const std::string& user, audit::Trail& trail) {
  audit::Deed deed{"login", user, {}};
  try {
    if (open.store.users().find(user)) {
      open.store.users().require_unlocked(user);
      return user;
    }
    throw Error(Kind::permission, fmt::format("there is no user {} on this server", errors::quoted(user)),
                "ask the administrator of the server");
  } catch (const Error& refusal) {
    trail.note_failed(deed, refusal);
    throw;
  }
}

// A copy or a transfer has nobody to tell but the log of sshd.
void tell_of_trouble(const audit::Trail& trail) {
  if (trail.trouble()) fmt::print(stderr, "ctgan-server: {}\n", trail.trouble()->sentence());
}

// What remains to be done when the process is told to end, and what it says then.
EndSignals::LastDeed last_deed(OpenStore& open) {
  std::string id;
  try {
    id = open.store.presence().id();
  } catch (const Error&) {
    // On a full disk, where deleting still has to work; what needs it says so.
  }
  return [layout = open.store.layout(), id] {
    std::optional<Error> word = store::word_left(layout, id);
    try {
      store::Store(layout.root()).uploads().remove_fleeting(id);
    } catch (const std::exception&) {
      // Whoever comes next cleans up.
    }
    return word;
  };
}

}  // namespace

Outcome serve(const ServeOptions& options) {
  service::Admission asked = requested(options);
  const bool account = options.user.empty() && !options.login;
  if (account && !store::is_initialised(store::Layout(options.root))) make_store(options.root, false);
  OpenStore open(options.root);
  std::optional<std::string> user;
  audit::Trail trail = trail_of(open, accounts::origin_of_connection(options.user, options.fingerprint));
  if (account) user = account_of(open);
  if (!options.user.empty()) user = known_key(open, options.user, trail);
  if (user) {
    trail.set_user(*user);
    accounts::note_key_use(open.store, trail.origin());
  }
  const LoginKind login = account ? LoginKind::account : options.login ? LoginKind::password : LoginKind::key;
  reap_on_the_way(open);
  const EndSignals signals(last_deed(open));
  std::visit(Connection(open, trail, login, std::move(user)), asked);
  tell_of_trouble(trail);
  return {};
}

Outcome transfer(const std::filesystem::path& root) {
  widen_pipes();
  OpenStore open(root);
  reap_on_the_way(open);
  const EndSignals signals(last_deed(open));
  service::PatientSource in(STDIN_FILENO);
  service::PatientSink out(STDOUT_FILENO, service::k_sender_patience);
  audit::Trail trail = trail_of(open, accounts::origin_of_connection("", ""));
  service::transfer(open.store, in, out, std::nullopt, trail);
  tell_of_trouble(trail);
  return {};
}

}  // namespace ctgan::server::commands
