#include "server/service/patient_streams.h"

#include <fcntl.h>

#include <array>
#include <string>
#include <thread>

#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/server/service/talk.h"

namespace ctgan::server::service {

using errors::Kind;
using tests::Pipe;
using tests::raised;

TEST_CASE("who takes nothing for a while is given up, who takes it slowly is not", "[fault:5]") {
  Pipe pipe;
  const std::string much(300'000, 'x');
  PatientSink sink(pipe.write_end.get(), std::chrono::milliseconds(100));
  CHECK(raised([&] { sink.write(much); }).kind() == Kind::try_again);
  std::thread reader([&pipe] {
    std::array<char, 4096> piece{};
    for (int i = 0; i < 400 && ::read(pipe.read_end.get(), piece.data(), piece.size()) > 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    pipe.read_end.close();
  });
  CHECK(raised([&] {
          for (int i = 0; i < 10; ++i) sink.write(much);
        }).sentence() == "the other end closed the connection");
  reader.join();
}

TEST_CASE("the descriptor waits again once the sink is gone, and what is no pipe is left alone") {
  const Pipe pipe;
  {
    const PatientSink sink(pipe.write_end.get(), std::chrono::seconds(1));
    CHECK((fcntl(pipe.write_end.get(), F_GETFL) & O_NONBLOCK) != 0);
  }
  CHECK((fcntl(pipe.write_end.get(), F_GETFL) & O_NONBLOCK) == 0);
  const files::FileHandle file(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const PatientSink sink(file.get(), std::chrono::seconds(1));
  CHECK((fcntl(file.get(), F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("who says nothing for a while is given up", "[fault:5]") {
  const Pipe pipe;
  PatientSource source(pipe.read_end.get(), std::chrono::milliseconds(50));
  std::array<char, 8> buffer{};
  CHECK(raised([&] { source.read(buffer); }).kind() == Kind::try_again);
}

}  // namespace ctgan::server::service
