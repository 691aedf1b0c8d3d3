#include "host/session/versions.h"

#include <fmt/format.h>

#include <cstdlib>
#include <optional>
#include <sstream>
#include <utility>

#include "common/errors/error.h"
#include "common/protocol/message.h"

namespace ctgan::host::session {
namespace {

using errors::Error;
using errors::Kind;
using Numbers = std::pair<unsigned, unsigned>;  // major, minor

std::optional<Numbers> numbers_of(const std::string& version) {
  std::istringstream text(version);
  Numbers numbers;
  char point = 0;
  if (!(text >> numbers.first >> point >> numbers.second) || point != '.') return std::nullopt;
  return numbers;
}

bool are_neighbours(const Numbers& a, const Numbers& b) {
  return a.first == b.first && (a.second > b.second ? a.second - b.second : b.second - a.second) <= 1;
}

std::string remedy(bool server_is_older) {
  return server_is_older
             ? "upgrade ctgan-server over there: 'manage server upgrade HOST', or its administrator does"
             : "upgrade the programs on this machine";
}

}  // namespace

void check_versions(const std::string& own, const std::string& server, std::uint64_t server_protocol) {
  if (server_protocol != protocol::k_version) {
    throw Error(Kind::protocol,
                fmt::format("the server speaks version {} of the protocol, this program version {}",
                            server_protocol, protocol::k_version),
                remedy(server_protocol < protocol::k_version));
  }
  const auto ours = numbers_of(own), theirs = numbers_of(server);
  if (!ours || !theirs || are_neighbours(*ours, *theirs)) return;
  throw Error(Kind::protocol,
              fmt::format("ctgan-server {} over there and this program, {}, are too far apart", server, own),
              remedy(*theirs < *ours));
}

}  // namespace ctgan::host::session
