// When a user's keys let somebody in last, and from where.
#pragma once

#include <ctime>
#include <string>
#include <vector>

#include "server/store/sqlite.h"

namespace ctgan::server::store {

struct KeyUse {
  std::string user;
  std::string fingerprint;  // "SHA256:..."
  std::time_t last = 0;
  std::string address;  // where it came from; empty: unknown
};

class KeyUses {
 public:
  explicit KeyUses(Database& database) : database_(database) {}

  // The user must exist. The time counts in minutes.
  void note(const KeyUse& use);
  // The user's, or of all users where `user` is empty.
  std::vector<KeyUse> list(const std::string& user = {});

 private:
  Database& database_;
};

}  // namespace ctgan::server::store
