#include "common/failpoints/failpoint.h"

#ifdef CTGAN_FAILPOINTS

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <string>

namespace ctgan::failpoints {
namespace {

// argv[0] without its folder and, of a program of several, which: the first argument that is no option.
std::string program() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::string argument;
  std::getline(file, argument, '\0');
  std::string name = argument.substr(argument.rfind('/') + 1);
  while (std::getline(file, argument, '\0')) {
    if (argument == "--root") {
      std::getline(file, argument, '\0');
    } else if (!argument.starts_with('-')) {
      return name == "ctgan-server" ? name + " " + argument : name;
    }
  }
  return name;
}

// In one write, so that the lines of several processes do not mix.
void note(const char* path, const std::string& line) {
  const int file = ::open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return;
  [[maybe_unused]] const ssize_t ignored = ::write(file, line.data(), line.size());
  ::close(file);
}

// Once: who takes up the work afterwards passes the place.
bool is_first_death(const char* path) {
  const int file = path == nullptr ? -1 : ::open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);
  return file >= 0;
}

class Passed {
 public:
  std::string line(const char* place) {
    const std::lock_guard lock(mutex_);
    return program_ + "\t" + place + "\t" + std::to_string(++counts_[place]);
  }

 private:
  std::mutex mutex_;
  std::string program_ = program();
  std::map<std::string, int> counts_;
};

}  // namespace

void failpoint(const char* place) {
  const char* log = std::getenv("CTGAN_FAILPOINT_LOG");
  const char* wanted = std::getenv("CTGAN_FAILPOINT");
  if (log == nullptr && wanted == nullptr) return;
  static Passed passed;
  const std::string line = passed.line(place);
  if (log != nullptr) note(log, line + "\n");
  if (wanted != nullptr && line == wanted && is_first_death(std::getenv("CTGAN_FAILPOINT_DEATH")))
    ::kill(::getpid(), SIGKILL);
}

}  // namespace ctgan::failpoints

#endif
