// Which versions understand each other, and which end is told to be upgraded.
#include "host/session/versions.h"

#include "common/errors/error.h"
#include "common/protocol/message.h"
#include "tests/catch.h"
#include "tests/raises.h"

using namespace ctgan;
using host::session::check_versions;

namespace {

constexpr std::uint64_t k_same = protocol::k_version;

std::string hint(const std::string& own, const std::string& server, std::uint64_t protocol = k_same) {
  const auto error = tests::raised([&] { check_versions(own, server, protocol); });
  CHECK(error.kind() == errors::Kind::protocol);
  return error.hint();
}

}  // namespace

TEST_CASE("one minor step, either way and whatever the patch, is understood") {
  for (const char* server : {"0.1.0", "0.2.9", "0.3.0", "0.2"})
    CHECK_NOTHROW(check_versions("0.2.1", server, k_same));
}

TEST_CASE("further apart, the older end is to be upgraded") {
  CHECK_THAT(hint("0.3.0", "0.1.9"), Catch::Contains("manage server upgrade"));
  CHECK_THAT(hint("0.1.9", "0.3.0"), Catch::Contains("on this machine"));
  CHECK_THAT(hint("1.0.0", "0.9.0"), Catch::Contains("manage server upgrade"));
  CHECK_THAT(hint("0.9.0", "1.0.0"), Catch::Contains("on this machine"));
}

TEST_CASE("another protocol is refused whatever the versions say") {
  CHECK_THAT(hint("0.1.0", "0.1.0", k_same + 1), Catch::Contains("on this machine"));
  CHECK_THAT(hint("0.1.0", "0.1.0", k_same - 1), Catch::Contains("manage server upgrade"));
}

TEST_CASE("a version that is not numbers leaves it to the protocol") {
  CHECK_NOTHROW(check_versions("0.1.0", "of today", k_same));
}
