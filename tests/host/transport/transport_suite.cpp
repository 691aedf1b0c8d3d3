#include "tests/host/transport/transport_suite.h"

#include <sys/stat.h>

#include <array>
#include <fstream>
#include <numeric>
#include <vector>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::tests {
namespace {

using host::transport::Channel;
using host::transport::Patience;
using host::transport::Program;
using host::transport::Transport;
using std::chrono::milliseconds;

constexpr std::size_t k_many_bytes = std::size_t{20} << 20;

std::string all_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  std::iota(bytes.begin(), bytes.end(), '\0');
  return bytes;
}

// One program, reached once.
class Reached {
 public:
  Reached(const Reach& reach, const std::string& script, Patience patience = {})
      : transport_(reach(write_script(folder_, script), std::move(patience))) {}

  std::unique_ptr<Channel> open(Program program = Program::serve) const { return transport_->open(program); }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Transport> transport_;
};

void check_bytes(const Reach& reach) {
  SECTION("bytes of every value pass unchanged, both ways, and the end of input is seen") {
    const Reached reached(reach, "exec cat");
    const auto channel = reached.open();
    const std::string bytes = all_bytes(10'000);
    channel->write(bytes);
    channel->close_write();
    CHECK(read_to_end(*channel) == bytes);
    CHECK(channel->exit_code() == 0);
  }
  SECTION("twenty megabytes go there whole") {
    const Reached reached(reach, "sha256sum");
    const auto channel = reached.open();
    const std::string bytes = all_bytes(k_many_bytes);
    channel->write(bytes);
    channel->close_write();
    CHECK(read_to_end(*channel).substr(0, 64) == files::sha256_of(bytes));
  }
  SECTION("twenty megabytes come here whole") {
    const Reached reached(reach, "head -c 20971520 /dev/zero");
    const auto channel = reached.open();
    CHECK(read_to_end(*channel) == std::string(k_many_bytes, '\0'));
  }
  SECTION("two channels are open at once and do not mix") {
    const Reached reached(reach, "echo \"$1\"; exec cat");
    const auto serve = reached.open(Program::serve);
    const auto transfer = reached.open(Program::transfer);
    transfer->write("two");
    serve->write("one");
    transfer->close_write();
    CHECK(read_to_end(*transfer) == "transfer\ntwo");
    serve->close_write();
    CHECK(read_to_end(*serve) == "serve\none");
  }
  SECTION("a channel that is dropped unread does not disturb the next") {
    const Reached reached(reach, "yes & exec cat");
    for (int i = 0; i < 3; ++i) {
      const auto channel = reached.open();
      std::array<char, 2> first{};
      REQUIRE(channel->read(first) > 0);
    }
  }
}

void check_ends(const Reach& reach) {
  SECTION("the exit status of the program is known after its end") {
    const Reached reached(reach, "exit 7");
    const auto channel = reached.open();
    CHECK(read_to_end(*channel).empty());
    CHECK(channel->exit_code() == 7);
  }
  SECTION("a program that dies of a signal has no exit status") {
    const Reached reached(reach, "kill -9 $$");
    const auto channel = reached.open();
    CHECK(read_to_end(*channel).empty());
    CHECK_FALSE(channel->exit_code().has_value());
  }
  SECTION("writing to a program that has ended is a lost connection") {
    const Reached reached(reach, "exit 0");
    const auto channel = reached.open();
    read_to_end(*channel);
    const auto error = raised([&] {
      const std::string bytes(1'000'000, 'x');
      for (int i = 0; i < 10; ++i) channel->write(bytes);
    });
    CHECK(error.kind() == errors::Kind::try_again);
    CHECK_THAT(error.sentence(), Catch::Contains("was lost"));
  }
}

void check_error_stream(const Reach& reach) {
  SECTION("what the program says on its standard error is kept") {
    const Reached reached(reach, "echo oh no >&2; echo fine");
    const auto channel = reached.open();
    CHECK(read_to_end(*channel) == "fine\n");
    channel->exit_code();
    CHECK(channel->error_text() == "oh no\n");
  }
  SECTION("a flood on standard error neither stalls the program nor fills the memory") {
    const Reached reached(reach, "head -c 10000000 /dev/zero | tr '\\0' x >&2; echo done");
    const auto channel = reached.open();
    CHECK(read_to_end(*channel) == "done\n");
    CHECK(channel->error_text() == std::string(8192, 'x'));
  }
}

void check_patience(const Reach& reach) {
  SECTION("a program that says nothing is lost after the silence") {
    const Reached reached(reach, "exec sleep 30", {milliseconds(600), {}});
    const auto channel = reached.open();
    const auto began = std::chrono::steady_clock::now();
    const auto error = raised([&] { read_to_end(*channel); });
    CHECK(error.kind() == errors::Kind::try_again);
    CHECK_THAT(error.sentence(), Catch::Contains("has been silent"));
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(5));
  }
  SECTION("a program that does not read is lost after the silence") {
    const Reached reached(reach, "exec sleep 30", {milliseconds(600), {}});
    const auto channel = reached.open();
    const auto error = raised([&] { channel->write(std::string(50'000'000, 'x')); });
    CHECK(error.kind() == errors::Kind::try_again);
    CHECK_THAT(error.sentence(), Catch::Contains("has been silent"));
  }
  SECTION("a program that is slow but not silent is not lost") {
    const Reached reached(reach, "for i in 1 2 3 4 5 6 7 8 9; do sleep 0.4; echo $i; done",
                          {milliseconds(3000), {}});
    const auto channel = reached.open();
    CHECK(read_to_end(*channel) == "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
  }
  SECTION("what the tick throws ends the wait") {
    bool armed = false;
    const Reached reached(reach, "exec sleep 30", {std::chrono::seconds(60), [&armed] {
                                                     if (armed)
                                                       throw errors::Error(errors::Kind::interrupted,
                                                                           "stopped");
                                                   }});
    const auto channel = reached.open();
    armed = true;
    CHECK(raised([&] { read_to_end(*channel); }).kind() == errors::Kind::interrupted);
    armed = false;
  }
}

}  // namespace

void check_transport(const Reach& reach) {
  check_bytes(reach);
  check_ends(reach);
  check_error_stream(reach);
  check_patience(reach);
}

std::filesystem::path write_script(const TemporaryFolder& folder, const std::string& body) {
  const std::filesystem::path path = folder / "ctgan-server";
  std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
  chmod(path.c_str(), 0755);
  return path;
}

std::string read_to_end(Channel& channel) {
  std::string all;
  std::vector<char> buffer(65536);
  while (const std::size_t got = channel.read(buffer)) all.append(buffer.data(), got);
  return all;
}

}  // namespace ctgan::tests
