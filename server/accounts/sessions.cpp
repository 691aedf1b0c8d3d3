#include "server/accounts/sessions.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <thread>
#include <tuple>

#include "common/process/process_id.h"

namespace ctgan::server::accounts {
namespace {

using errors::Error;
using errors::Kind;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::chrono::seconds k_term_patience{5};
constexpr std::chrono::seconds k_kill_patience{2};

bool signal_to(const store::LivingCaller& living, int signal, milliseconds patience) {
  const auto process = process::process_id_from_text(living.caller.process);
  return process && process::end_process(*process, signal, patience);
}

// Whoever asks has another way to end; and nobody hears of what he ended by ending himself.
bool is_own_process(const LiveSession& session) {
  return session.caller.process == process::to_text(process::process_id(getpid()));
}

std::vector<store::LivingCaller> processes_of(const LiveSession& session) {
  std::vector<store::LivingCaller> all = session.transfers;
  all.push_back({session.id, session.caller});
  return all;
}

void tell(const store::Layout& layout, const std::string& id, const Error& word) {
  try {
    store::leave_word(layout, id, word);
  } catch (const Error&) {
    // On a full disk it ends without saying why.
  }
}

void find_transfers(const store::Layout& layout, std::vector<LiveSession>& sessions) {
  const std::vector<store::LivingCaller> living = store::living_callers(layout);
  for (LiveSession& session : sessions) {
    session.transfers.clear();
    std::copy_if(living.begin(), living.end(), std::back_inserter(session.transfers),
                 [&session](const auto& one) { return one.caller.parent == session.id; });
  }
}

// A transfer is seen before it looks for the word, which is there before the transfers are looked for: none is missed.
void ask_to_end(const store::Layout& layout, std::vector<LiveSession>& sessions, const Error& word) {
  for (const LiveSession& session : sessions) tell(layout, session.id, word);
  find_transfers(layout, sessions);
  for (const LiveSession& session : sessions) {
    for (const store::LivingCaller& transfer : session.transfers) tell(layout, transfer.id, word);
    for (const store::LivingCaller& living : processes_of(session))
      signal_to(living, SIGTERM, milliseconds(0));
  }
}

// Who looks through the connections holds the lock of one that has gone for a moment.
bool is_gone(const store::Layout& layout, const std::string& id) {
  constexpr int k_looks = 50;
  for (int i = 0; i < k_looks; ++i) {
    if (!store::lives(layout, id)) return true;
    std::this_thread::sleep_for(milliseconds(20));
  }
  return false;
}

// A process that cannot be seen from here, in another container for instance, counts as ended only without its lock.
bool see_to_the_end(const store::Layout& layout, const LiveSession& session,
                    steady_clock::time_point deadline) {
  bool all_ended = true;
  for (const store::LivingCaller& living : processes_of(session)) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    const bool ended = signal_to(living, SIGTERM, std::max(left, milliseconds(0))) ||
                       signal_to(living, SIGKILL, k_kill_patience);
    all_ended = all_ended && ended && is_gone(layout, living.id);
  }
  return all_ended;
}

}  // namespace

void introduce(store::Store& store, const audit::Origin& origin, std::string_view login,
               std::string_view what, const std::string& parent) {
  try {
    store.presence().introduce({origin.user, std::string(login), origin.from, origin.key, std::string(what),
                                parent, process::to_text(process::process_id(getpid())), store.clock()()});
  } catch (const Error&) {
    // Deleting must work where nothing can be written.
  }
}

std::vector<LiveSession> sessions_of(const store::Layout& layout, const std::optional<std::string>& user) {
  std::vector<store::LivingCaller> living = store::living_callers(layout);
  living.erase(std::remove_if(living.begin(), living.end(),
                              [&](const auto& one) { return user && one.caller.user != *user; }),
               living.end());
  std::map<std::string, LiveSession> sessions;
  for (const store::LivingCaller& one : living)
    if (one.caller.parent.empty()) sessions[one.id] = {one.id, one.caller, {}};
  for (const store::LivingCaller& one : living) {
    if (one.caller.parent.empty()) continue;
    const auto parent = sessions.find(one.caller.parent);
    if (parent != sessions.end()) parent->second.transfers.push_back(one);
    if (parent == sessions.end()) sessions[one.id] = {one.id, one.caller, {}};
  }
  std::vector<LiveSession> sorted;
  for (auto& [id, session] : sessions) sorted.push_back(std::move(session));
  std::sort(sorted.begin(), sorted.end(), [](const LiveSession& a, const LiveSession& b) {
    return std::tie(a.caller.since, a.id) > std::tie(b.caller.since, b.id);
  });
  return sorted;
}

nlohmann::json to_json(const LiveSession& session, const std::string& own) {
  const store::Caller& caller = session.caller;
  nlohmann::json item{{"session", session.id},
                      {"user", caller.user},
                      {"login", caller.login},
                      {"what", caller.what},
                      {"since", store::utc_text(caller.since)},
                      {"transfers", session.transfers.size()}};
  if (!caller.from.empty()) item["from"] = caller.from;
  if (!caller.key.empty()) item["key"] = caller.key;
  if (session.id == own) item["own"] = true;
  return item;
}

std::vector<LiveSession> end_sessions(store::Store& store, audit::Trail& trail,
                                      std::vector<LiveSession> sessions, const Error& word) {
  sessions.erase(std::remove_if(sessions.begin(), sessions.end(), is_own_process), sessions.end());
  ask_to_end(store.layout(), sessions, word);
  const auto deadline = steady_clock::now() + k_term_patience;
  std::vector<LiveSession> left;
  for (const LiveSession& session : sessions) {
    const bool ended = see_to_the_end(store.layout(), session, deadline);
    // The user comes first, so that `audit --user` finds it.
    const audit::Deed deed{"sessions.end", fmt::format("{} {}", session.caller.user, session.id), {}};
    ended ? trail.note(deed) : trail.note_failed(deed, cannot_end({session}));
    if (!ended) left.push_back(session);
  }
  return left;
}

Error ended_by(const audit::Origin& origin) {
  constexpr std::string_view k_on_the_server = "os:";
  const bool here = origin.user.starts_with(k_on_the_server);
  const std::string who = here ? fmt::format("on the server, by its account {}",
                                             errors::quoted(origin.user.substr(k_on_the_server.size())))
                               : fmt::format("by {}{}", errors::quoted(origin.user),
                                             origin.from.empty() ? "" : " from " + origin.from);
  return {Kind::interrupted, fmt::format("this session was ended {}", who),
          "what it had not finished can be started again"};
}

Error cannot_end(const std::vector<LiveSession>& sessions) {
  return {
      Kind::unavailable,
      fmt::format("the session {} cannot be ended from this machine{}", errors::quoted(sessions.front().id),
                  sessions.size() == 1 ? "" : fmt::format(", nor can {} others", sessions.size() - 1)),
      "it belongs to another machine that uses the store: end it there"};
}

}  // namespace ctgan::server::accounts
