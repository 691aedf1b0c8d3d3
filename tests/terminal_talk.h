// A conversation with something that runs at a terminal: wait for its words, then type.
//
//     TerminalTalk talk([] { return run(); });          // in a child process with its own terminal
//     talk.expect("Password: ");
//     talk.type("secret\n");
//     CHECK(talk.end() == 0);
#pragma once

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace ctgan::tests {

class TerminalTalk {
 public:
  // `program` runs in the child and gives its exit status.
  explicit TerminalTalk(const std::function<int()>& program) {
    winsize size{40, 500, 0, 0};
    pid_ = forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ < 0) throw std::runtime_error("no pseudo terminal");
    if (pid_ == 0) _exit(program());
  }
  // Runs argv[0] in `folder` with exactly this environment and PATH.
  TerminalTalk(std::vector<std::string> argv, const std::string& folder, std::vector<std::string> environment)
      : TerminalTalk([&] {
          environment.emplace_back("PATH=/usr/local/bin:/usr/bin:/bin");
          if (chdir(folder.c_str()) == 0)
            execve(argv[0].c_str(), pointers(argv).data(), pointers(environment).data());
          return 127;
        }) {}
  ~TerminalTalk() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    close(terminal_);
  }
  TerminalTalk(const TerminalTalk&) = delete;
  TerminalTalk& operator=(const TerminalTalk&) = delete;

  // Waits until `words` stand in what was printed since the last expect(). False when they do not come.
  bool expect(const std::string& words, int seconds = 20) {
    for (int waited = 0; waited < seconds * 20; ++waited) {
      const std::size_t found = said_.find(words, heard_);
      if (found != std::string::npos) {
        heard_ = found + words.size();
        return true;
      }
      if (!listen(50)) return false;
    }
    return false;
  }
  void type(const std::string& keys) {
    if (write(terminal_, keys.data(), keys.size()) < 0) throw std::runtime_error("nobody listens");
  }
  bool echoes() const {
    termios state{};
    tcgetattr(terminal_, &state);
    return (state.c_lflag & ECHO) != 0U;
  }
  // Everything printed so far.
  const std::string& said() const { return said_; }
  pid_t pid() const { return pid_; }
  // Waits for the end: the exit status, 128 + signal, or -2 when it does not end.
  int end(int seconds = 60) {
    for (int waited = 0; waited < seconds * 20 && listen(50); ++waited) {
    }
    int status = 0;
    for (int waited = 0; waited < seconds * 20; ++waited) {
      if (waitpid(pid_, &status, WNOHANG) == pid_) {
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      }
      usleep(50'000);
    }
    return -2;
  }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
  }
  // False once the other side has gone.
  bool listen(int milliseconds) {
    pollfd wanted{terminal_, POLLIN, 0};
    if (poll(&wanted, 1, milliseconds) <= 0) return true;
    std::array<char, 4096> buffer{};
    const ssize_t got = read(terminal_, buffer.data(), buffer.size());
    if (got <= 0) return false;
    said_.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
  }

  int terminal_ = -1;
  pid_t pid_ = -1;
  std::string said_;
  std::size_t heard_ = 0;
};

}  // namespace ctgan::tests
