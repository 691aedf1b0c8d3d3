#include "host/settings/server_address.h"

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/raises.h"

using namespace ctgan;
using host::settings::parse_server;

TEST_CASE("a server is a host, with a user before and a port behind it") {
  const auto whole = parse_server("alice@big.example.org:2222");
  CHECK(whole.host == "big.example.org");
  CHECK(whole.port == 2222);
  CHECK(whole.ssh_user == "alice");
  const auto bare = parse_server("big");
  CHECK(bare.host == "big");
  CHECK_FALSE(bare.port.has_value());
  CHECK_FALSE(bare.ssh_user.has_value());
}

TEST_CASE("an IPv6 address stands alone or in brackets with a port") {
  CHECK(parse_server("fe80::1%eth0").host == "fe80::1%eth0");
  CHECK(parse_server("[::1]").host == "::1");
  CHECK(parse_server("bob@[::1]:22").host == "::1");
  CHECK(parse_server("bob@[::1]:22").port == 22);
}

TEST_CASE("what is no server is refused with the form to write") {
  for (const char* text : {"", "@big", "alice@", "big:", "big:0", "big:65536", "big:2a", "-oProxyCommand=x",
                           "a b", "a;b", "[::1", "[::1]22", "al ice@big", "-l@big", "big\n", "$(id)"}) {
    const auto error = tests::raised([&] { parse_server(text); });
    INFO(text);
    CHECK(error.kind() == errors::Kind::usage);
    CHECK_THAT(error.sentence(), Catch::EndsWith("is not a server"));
    CHECK_THAT(error.hint(), Catch::Contains("[user@]host[:port]"));
  }
}
