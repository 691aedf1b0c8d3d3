#include "server/store/key_uses.h"

namespace ctgan::server::store {

void KeyUses::note(const KeyUse& use) {
  // A host's command connects more than once; what would change by less than a minute is not written.
  Statement(database_,
            "INSERT INTO key_uses(user, fingerprint, last, address) VALUES(?, ?, ?, ?) "
            "ON CONFLICT(user, fingerprint) DO UPDATE SET last = excluded.last, address = excluded.address "
            "WHERE excluded.last - last >= 60 OR excluded.last < last OR address <> excluded.address",
            use.user, use.fingerprint, use.last, use.address)
      .run();
}

std::vector<KeyUse> KeyUses::list(const std::string& user) {
  std::vector<KeyUse> uses;
  Statement query(database_,
                  "SELECT user, fingerprint, last, address FROM key_uses WHERE ? IN ('', user) "
                  "ORDER BY user, fingerprint",
                  user);
  while (query.step()) uses.push_back({query.text(0), query.text(1), query.integer(2), query.text(3)});
  return uses;
}

}  // namespace ctgan::server::store
