#include "server/accounts/origin.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "common/errors/error.h"
#include "server/accounts/authorized_keys.h"

namespace ctgan::server::accounts {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

// "publickey ssh-ed25519 AAAA..." a line.
std::string key_of(const std::string& file) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string method, type, blob;
    if (words >> method >> type >> blob && method == "publickey") return fingerprint_of(blob);
  }
  return {};
}

}  // namespace

audit::Origin origin_of_connection(std::string user, std::string fingerprint) {
  const std::string connection = environment("SSH_CONNECTION");
  const std::string exposed = environment("SSH_USER_AUTH");
  std::string key = exposed.empty() ? std::string() : key_of(exposed);
  if (key.empty()) key = std::move(fingerprint);
  return {std::move(user), connection.substr(0, connection.find(' ')), std::move(key)};
}

void note_key_use(store::Store& store, const audit::Origin& origin) {
  if (origin.key.empty()) return;
  try {
    store.key_uses().note({origin.user, origin.key, store.clock()(), origin.from});
  } catch (const errors::Error&) {
    // Deleting must work where nothing can be written.
  }
}

}  // namespace ctgan::server::accounts
