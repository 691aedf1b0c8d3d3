#include "host/transport/local_transport.h"

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/host/transport/transport_suite.h"
#include "tests/raises.h"

using namespace ctgan;
using host::transport::LocalTransport;
using host::transport::Program;

TEST_CASE("the local transport keeps the promises of every transport") {
  tests::check_transport([](const std::filesystem::path& program, host::transport::Patience patience) {
    return std::make_unique<LocalTransport>(program, std::move(patience));
  });
}

TEST_CASE("a missing ctgan-server on this machine is named with its path") {
  LocalTransport transport("/nowhere/ctgan-server", {});
  const auto error = tests::raised([&] { transport.open(Program::serve); });
  CHECK(error.kind() == errors::Kind::unavailable);
  CHECK_THAT(error.sentence(), Catch::Contains("'/nowhere/ctgan-server'"));
}

TEST_CASE("the embedded server stands beside the running binary") {
  CHECK(host::transport::sibling_server().filename() == "ctgan-server");
  CHECK(std::filesystem::exists(host::transport::sibling_server().parent_path() / "test_host_transport"));
}
