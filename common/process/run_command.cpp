#include "common/process/run_command.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <sstream>

#include "common/errors/error.h"

namespace ctgan::process {
namespace {

using Clock = std::chrono::steady_clock;

// What comes on one of the child's streams.
struct Stream {
  int descriptor;
  std::string& text;
  bool open = true;

  void read_some() {
    std::array<char, 65536> buffer{};
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
    open = got > 0 || (got < 0 && errno == EINTR);
  }
};

int milliseconds_until(Clock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 1000));
}

// False when time is up before both have ended.
bool read_all(std::array<Stream, 2>& streams, Clock::time_point end) {
  while (streams[0].open || streams[1].open) {
    if (Clock::now() >= end) return false;
    std::array<pollfd, 2> wanted{};
    for (std::size_t i = 0; i < streams.size(); ++i)
      wanted[i] = {streams[i].open ? streams[i].descriptor : -1, POLLIN, 0};
    poll(wanted.data(), wanted.size(), milliseconds_until(end));
    for (std::size_t i = 0; i < streams.size(); ++i)
      if (wanted[i].revents != 0) streams[i].read_some();
  }
  return true;
}

}  // namespace

CommandOutput run_command(std::vector<std::string> argv, std::chrono::milliseconds deadline) {
  const auto end = Clock::now() + deadline;
  if (argv.at(0).find('/') == std::string::npos) argv[0] = find_program(argv[0]);
  CommandOutput output;
  ChildProcess child(argv);
  child.close_input();
  std::array<Stream, 2> streams{{{child.output(), output.out}, {child.error(), output.err}}};
  output.took_too_long = !read_all(streams, end);
  // Its whole group, so that nothing goes on in its name.
  if (output.took_too_long) kill(-child.pid(), SIGKILL);
  output.ended = child.wait();
  return output;
}

std::filesystem::path find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::filesystem::path place = std::filesystem::path(folder) / name;
    if (!folder.empty() && access(place.c_str(), X_OK) == 0) return place;
  }
  throw errors::Error(errors::Kind::unavailable, fmt::format("there is no program {}", errors::quoted(name)),
                      "install it, or put its folder into $PATH");
}

}  // namespace ctgan::process
