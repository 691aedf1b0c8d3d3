// Who is connected just now, and how a connection is ended: by a signal to exactly its process, which says why on its
// way out. A job goes on without the connection that submitted it.
#pragma once

#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/errors/error.h"
#include "server/audit/trail.h"
#include "server/store/store.h"

namespace ctgan::server::accounts {

// Of an id in a list: enough to name it by.
inline constexpr std::size_t k_shown_digits = 12;

// A connection with the transfers that it asked tickets for. What a connection that has ended left under way, and a
// copy by scp, are sessions of their own.
struct LiveSession {
  std::string id;
  store::Caller caller;
  std::vector<store::LivingCaller> transfers;
};

// Says in the store who is at the other end of this process's connection, for sessions_of(). `what` and `parent` are as
// in store::Caller. Where the disk is full the connection lives without it: it cannot be seen, nor ended at once.
void introduce(store::Store& store, const audit::Origin& origin, std::string_view login,
               std::string_view what, const std::string& parent = {});

// Newest first; without a user everybody's.
std::vector<LiveSession> sessions_of(const store::Layout& layout, const std::optional<std::string>& user);

// As protocol.md says; `own` is the asking connection's id.
nlohmann::json to_json(const LiveSession& session, const std::string& own);

// Ends them with their transfers within seconds, by force where need be, and notes each in the audit log; the one that
// this process answers is left out. Each says `word` and exits with its code. Returns those that could not be ended:
// processes of another machine that uses the store.
std::vector<LiveSession> end_sessions(store::Store& store, audit::Trail& trail,
                                      std::vector<LiveSession> sessions, const errors::Error& word);

// What an ended session says: who ended it, from where.
errors::Error ended_by(const audit::Origin& origin);
// What end_sessions() could not do, as an error.
errors::Error cannot_end(const std::vector<LiveSession>& sessions);

}  // namespace ctgan::server::accounts
