#include "host/transport/authentication.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

#include "common/errors/error.h"
#include "common/settings/settings_file.h"
#include "host/transport/private_key.h"

namespace ctgan::host::transport {
namespace {

using errors::Error;
using errors::Kind;

class Authentication {
 public:
  Authentication(const SshSession& session, const settings::SshServer& server,
                 const console::Console& console)
      : session_(session), server_(server), console_(console) {}

  void run() {
    if (accepted(await([this] { return ssh_userauth_none(session_.get(), nullptr); }), "nothing")) return;
    if (server_.key && try_named_key()) return;
    if (try_agent() || try_usual_keys()) return;
    if (console_.interactive() && (try_questions() || try_password())) return;
    refuse();
  }

 private:
  template <typename Call>
  int await(const Call& call) const {
    return session_.await(SSH_AUTH_AGAIN, call);
  }

  // A partial success only opens further methods.
  bool accepted(int status, const std::string& what) {
    if (status == SSH_AUTH_SUCCESS) return true;
    if (status == SSH_AUTH_ERROR || !session_.alive()) {
      const std::string why = session_.reason();
      const bool many =
          why.find("Too many") != std::string::npos || why.find("too many") != std::string::npos;
      throw Error(
          many ? Kind::permission : Kind::try_again,
          fmt::format("{} ended the login: {}", session_.place(), why),
          many ? "name the right key with 'key' in the credentials file" : "run the same command again");
    }
    if (status == SSH_AUTH_PARTIAL) partial_ = true;
    if (status == SSH_AUTH_DENIED && what != "nothing") tried_.push_back(what);
    return false;
  }

  bool offers(int method) const { return (ssh_userauth_list(session_.get(), nullptr) & method) != 0; }

  bool try_key(const SshKey& key, const std::string& name) {
    return accepted(await([&] { return ssh_userauth_publickey(session_.get(), nullptr, key.get()); }), name);
  }

  bool try_named_key() {
    check_key_file(*server_.key);
    if (!offers(SSH_AUTH_METHOD_PUBLICKEY)) return false;
    const KeyFile file = read_key(*server_.key, console_);
    if (!file.key) locked_ = server_.key;
    return file.key && try_key(file.key, fmt::format("the key {}", errors::quoted(server_.key->string())));
  }

  bool try_agent() {
    if (!offers(SSH_AUTH_METHOD_PUBLICKEY) || !ctgan::settings::environment("SSH_AUTH_SOCK")) return false;
    return accepted(await([this] { return ssh_userauth_agent(session_.get(), nullptr); }),
                    "the agent's keys");
  }

  bool try_usual_keys() {
    if (!offers(SSH_AUTH_METHOD_PUBLICKEY)) return false;
    for (const std::filesystem::path& path : usual_key_files(session_, server_)) {
      const KeyFile file = read_key(path, console_);
      if (!file.key && file.encrypted) locked_ = path;
      if (file.key && try_key(file.key, fmt::format("the key {}", errors::quoted(path.string()))))
        return true;
    }
    return false;
  }

  bool try_questions() {
    if (!offers(SSH_AUTH_METHOD_INTERACTIVE)) return false;
    const auto ask = [this] { return ssh_userauth_kbdint(session_.get(), nullptr, nullptr); };
    int status = await(ask);
    while (status == SSH_AUTH_INFO) {
      answer_questions();
      status = await(ask);
    }
    return accepted(status, "keyboard-interactive");
  }

  void answer_questions() const {
    const int count = ssh_userauth_kbdint_getnprompts(session_.get());
    for (int i = 0; i < count; ++i) {
      char echo = 0;
      const char* prompt = ssh_userauth_kbdint_getprompt(session_.get(), static_cast<unsigned>(i), &echo);
      const console::Question question = ssh_question(prompt == nullptr ? "Answer" : prompt);
      if (echo != 0) {
        ssh_userauth_kbdint_setanswer(session_.get(), static_cast<unsigned>(i),
                                      console_.ask(question).c_str());
      } else {
        std::string answer(console_.ask_password(question).view());
        ssh_userauth_kbdint_setanswer(session_.get(), static_cast<unsigned>(i), answer.c_str());
        secrets::wipe(answer);
      }
    }
  }

  bool try_password() {
    if (!offers(SSH_AUTH_METHOD_PASSWORD)) return false;
    std::string password(
        console_.ask_password(ssh_question(fmt::format("SSH password for {}", session_.place()))).view());
    const int status =
        await([&] { return ssh_userauth_password(session_.get(), nullptr, password.c_str()); });
    secrets::wipe(password);
    return accepted(status, "the password");
  }

  static console::Question ssh_question(std::string prompt) {
    prompt.erase(prompt.find_last_not_of(": \n") + 1);
    return {.prompt = std::move(prompt), .what = "SSH password", .remedy = "use a key", .default_answer = {}};
  }

  [[noreturn]] void refuse() const {
    if (locked_) {
      throw Error(Kind::permission,
                  fmt::format("{} lets nobody in, and the key {} is locked with a passphrase",
                              session_.place(), errors::quoted(locked_->string())),
                  "load it with 'ssh-add', or use a key without a passphrase for this");
    }
    const std::string list =
        tried_.empty() ? "there was no key to try" : fmt::format("tried {}", fmt::join(tried_, ", "));
    throw Error(Kind::permission,
                fmt::format("{} does not let us in: {}{}", session_.place(), list,
                            partial_ ? "; it wants something more besides" : ""),
                "name your key with 'key' and the account with 'ssh_user' in the credentials file");
  }

  const SshSession& session_;
  const settings::SshServer& server_;
  const console::Console& console_;
  std::vector<std::string> tried_;
  std::optional<std::filesystem::path> locked_;
  bool partial_ = false;
};

}  // namespace

void authenticate(const SshSession& session, const settings::SshServer& server,
                  const console::Console& console) {
  Authentication(session, server, console).run();
}

}  // namespace ctgan::host::transport
