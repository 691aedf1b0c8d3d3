#include "common/files/descriptor.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <thread>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"

namespace ctgan::files {

using errors::Kind;
using tests::raised;

namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
    reading = FileHandle(ends[0]);
    writing = FileHandle(ends[1]);
  }
  FileHandle reading, writing;
};

struct Sockets {
  Sockets() {
    std::array<int, 2> ends{};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    ours = FileHandle(ends[0]);
    theirs = FileHandle(ends[1]);
  }
  FileHandle ours, theirs;
};

void do_nothing(int /*signal*/) {}

}  // namespace

TEST_CASE("what is larger than a pipe arrives whole while somebody reads slowly") {
  Pipe pipe;
  std::string sent(300'000, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 7);
  std::thread writer([&] {
    DescriptorSink(pipe.writing.get()).write(sent);
    pipe.writing.close();
  });
  DescriptorSource source(pipe.reading.get());
  CHECK(tests::read_all(source) == sent);
  writer.join();
}

TEST_CASE("a reader that has gone is a passing fault, with the next step, and no signal") {
  Pipe pipe;
  pipe.reading.close();
  const errors::Error error = raised([&] { DescriptorSink(pipe.writing.get()).write("x"); });
  CHECK(error.kind() == Kind::try_again);
  CHECK_THAT(error.sentence(), Catch::Contains("closed the connection"));
  CHECK_THAT(error.hint(), Catch::Contains("again"));
}

TEST_CASE("a peer that closes with our bytes unread is the end of what comes from it") {
  Sockets sockets;
  DescriptorSink(sockets.ours.get()).write("never read");
  sockets.theirs.close();
  std::array<char, 10> buffer{};
  DescriptorSource source(sockets.ours.get());
  CHECK(source.read(buffer) == 0);
  CHECK(raised([&] { DescriptorSink(sockets.ours.get()).write("x"); }).kind() == Kind::try_again);
}

TEST_CASE("a signal interrupts neither a read nor a write") {
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = do_nothing;  // without SA_RESTART: the calls come back with EINTR
  REQUIRE(sigaction(SIGUSR1, &action, &before) == 0);
  Pipe there, back;
  const pthread_t self = pthread_self();
  std::thread other([&] {
    for (int i = 0; i < 5; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      pthread_kill(self, SIGUSR1);
    }
    DescriptorSink(there.writing.get()).write("answer");
    there.writing.close();
  });
  DescriptorSource source(there.reading.get());
  CHECK(tests::read_all(source) == "answer");
  other.join();
  REQUIRE(sigaction(SIGUSR1, &before, nullptr) == 0);
}

TEST_CASE("a descriptor that is none is an error that says what was tried") {
  std::array<char, 1> buffer{};
  CHECK_THAT(raised([&] { DescriptorSource(-1).read(buffer); }).sentence(),
             Catch::Contains("cannot read 'the connection'"));
  CHECK_THAT(raised([&] { DescriptorSink(-1).write("x"); }).sentence(),
             Catch::Contains("cannot write to 'the connection'"));
}

TEST_CASE("a pipe can be made to hold a megabyte, and what is no pipe is left alone") {
  Pipe pipe;
  widen_pipe(pipe.writing.get());
  CHECK(fcntl(pipe.writing.get(), F_GETPIPE_SZ) >= (1 << 20));
  const Sockets sockets;
  widen_pipe(sockets.ours.get());
  widen_pipe(-1);
}

}  // namespace ctgan::files
