// Passwords checked so that guessing is slow: after three failures in a row a name has to wait 1, 2, 4 .. 30
// seconds between tries, whether it exists or not, and at most two hashes are computed at once on the whole
// server.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "server/store/clock.h"
#include "server/store/sqlite.h"

namespace ctgan::server::store {

class Logins {
 public:
  // `lock_folder` holds the two files that limit how many hashes are computed at once.
  Logins(Database& database, Clock clock, std::filesystem::path lock_folder);

  // Throws Error(permission) when name and password do not belong together, with one sentence for every
  // reason, and Error(try_again) saying how many seconds to wait, without looking at the password.
  void verify(const std::string& name, std::string_view password);

 private:
  // Counts the try as a failure before its outcome is known, so that parallel guesses are counted too.
  void count_try(const std::string& name);
  std::optional<std::string> password_hash(const std::string& name);

  Database& database_;
  Clock clock_;
  std::filesystem::path lock_folder_;
};

}  // namespace ctgan::server::store
