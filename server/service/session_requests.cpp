#include <fmt/format.h>

#include <algorithm>

#include "common/errors/error.h"
#include "server/accounts/sessions.h"
#include "server/service/requests.h"

namespace ctgan::server::service {
namespace {

using accounts::LiveSession;
using errors::Error;
using errors::Kind;

// One's own, or everybody's where an administrator asks for these.
std::vector<LiveSession> asked_for(Session& session, const Json& request, const char* command) {
  const bool all_users = request.value("all_users", Json(false)) == true;
  if (all_users) session.require_admin(command, "other users' sessions");
  return accounts::sessions_of(session.store().layout(),
                               all_users ? std::nullopt : std::optional(session.user()));
}

// Where a session stands in the list, also when it has ended.
std::string place_of(const LiveSession& session) {
  return fmt::format("{:020} {}", session.caller.since, session.id);
}

// The one that is named, or all but the own one.
std::vector<LiveSession> to_end(Session& session, const Json& request) {
  const bool all = request.value("all", Json(false)) == true;
  const auto id = protocol::optional_text(request, "session");
  if (all == id.has_value())
    throw Error(Kind::protocol, "either the field 'session' names one, or 'all' is true");
  const std::string own = session.presence();
  if (id && *id == own) {
    throw Error(Kind::usage, "this is the session that you are asking over", "it ends with its command");
  }
  std::vector<LiveSession> sessions = asked_for(session, request, "sessions.end");
  sessions.erase(std::remove_if(sessions.begin(), sessions.end(),
                                [&](const auto& one) { return one.id == own || (id && one.id != *id); }),
                 sessions.end());
  return sessions;
}

}  // namespace

Json handle_sessions_list(Session& session, Json& request) {
  const auto before = protocol::optional_text(request, "before");
  const std::string own = session.presence();
  Json result{{"items", Json::array()}};
  Json& items = result["items"];
  std::string last;
  for (const LiveSession& one : asked_for(session, request, "sessions.list")) {
    if (before && place_of(one) >= *before) continue;
    if (items.size() == static_cast<std::size_t>(protocol::k_page_rows)) {
      result["next"] = last;
      break;
    }
    items.push_back(accounts::to_json(one, own));
    last = place_of(one);
  }
  return result;
}

// Somebody else's is as one that is not there: nothing ends.
Json handle_sessions_end(Session& session, Json& request) {
  const std::vector<LiveSession> sessions = to_end(session, request);
  const std::vector<LiveSession> left = accounts::end_sessions(session.store(), session.trail(), sessions,
                                                               accounts::ended_by(session.trail().origin()));
  if (!left.empty()) throw accounts::cannot_end(left);
  Json ended = Json::array();
  for (const LiveSession& one : sessions) ended.push_back({{"session", one.id}, {"user", one.caller.user}});
  return {{"ended", std::move(ended)}};
}

}  // namespace ctgan::server::service
