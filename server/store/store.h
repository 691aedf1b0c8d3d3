// An open store: the root was checked, the database is at the newest version.
#pragma once

#include <filesystem>

#include "server/store/clock.h"
#include "server/store/job_table.h"
#include "server/store/key_uses.h"
#include "server/store/layout.h"
#include "server/store/logins.h"
#include "server/store/party_table.h"
#include "server/store/presence.h"
#include "server/store/shelves.h"
#include "server/store/tickets.h"
#include "server/store/uploads.h"
#include "server/store/users.h"

namespace ctgan::server::store {

class Store {
 public:
  // Throws as check_root() and Database. Tests bring their own clock.
  explicit Store(const std::filesystem::path& root, Clock clock = system_clock());
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  const Layout& layout() const { return layout_; }
  const Clock& clock() const { return clock_; }
  Database& database() { return database_; }
  // The connection that this object is.
  Presence& presence() { return presence_; }
  Users& users() { return users_; }
  KeyUses& key_uses() { return key_uses_; }
  Logins& logins() { return logins_; }
  Tickets& tickets() { return tickets_; }
  Uploads& uploads() { return uploads_; }
  JobTable& jobs() { return jobs_; }
  PartyTable& parties() { return parties_; }
  Shelves& shelves() { return shelves_; }

  // The user's folders are made when the user is, so that whoever writes there finds them.
  void make_user_folders(const std::string& user) const;

 private:
  Layout layout_;
  Clock clock_;
  Database database_;
  Presence presence_;
  Users users_;
  KeyUses key_uses_;
  Logins logins_;
  Tickets tickets_;
  Uploads uploads_;
  JobTable jobs_;
  PartyTable parties_;
  Shelves shelves_;
};

}  // namespace ctgan::server::store
