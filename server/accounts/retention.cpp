#include "server/accounts/retention.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/files/names.h"
#include "server/jobs/job_folder.h"

namespace ctgan::server::accounts {
namespace {

using errors::Error;

constexpr std::time_t k_day = 24 * 3600;

// Since when the settings have asked for this: noted by whoever sees it first.
std::time_t asked_since(store::Store& store, const settings::Retention& retention) {
  const auto path = store.layout().root() / ".retention";
  const std::string asked = fmt::format("{} {}", retention.days.value_or(0), retention.keep.value_or(0));
  const std::time_t now = store.clock()();
  if (std::filesystem::exists(path)) {
    std::istringstream words(files::read_file(path));
    std::string days, keep;
    std::time_t since = 0;
    // A clock that was set back delays it.
    if (words >> days >> keep >> since && days + " " + keep == asked) return std::min(since, now);
  }
  files::write_file(path, fmt::format("{} {}\n", asked, now), files::AtomicFile::IfExists::replace);
  return now;
}

std::time_t goes_at(const store::Artifact& artifact, const settings::Retention& retention,
                    std::time_t since) {
  constexpr std::uint64_t k_most_days = 1'000'000;
  const auto days = static_cast<std::time_t>(std::min(retention.days.value_or(0), k_most_days));
  return std::max(artifact.modified + std::max(days * k_day, k_warned_seconds), since + k_warned_seconds);
}

void add(std::vector<Expiring>& found, store::Store& store, store::Shelf shelf,
         const settings::Retention& retention, const std::string& user, std::time_t since) {
  std::map<std::string, std::uint64_t> of_table;
  for (const store::Artifact& artifact : store.shelves().list(shelf, user)) {
    const std::string table = files::original_of(artifact.name).value_or(artifact.name);
    if (++of_table[table] > retention.keep.value_or(0))
      found.push_back({shelf, artifact.name, goes_at(artifact, retention, since)});
  }
}

// Models that somebody is about to load.
std::set<std::string> models_in_use(store::Store& store, const std::string& user) {
  std::set<std::string> models;
  for (const store::Job& job : store.jobs().unfinished()) {
    if (job.user != user) continue;
    try {
      models.insert(jobs::JobFolder(store.layout().job(job.id)).read_request().model);
    } catch (const Error&) {
      // A damaged folder names none.
    }
  }
  return models;
}

std::size_t delete_expired_of(store::Store& store, const settings::Retention& retention,
                              const std::string& user, audit::Trail& trail) {
  std::size_t count = 0;
  const std::set<std::string> in_use = models_in_use(store, user);
  for (const Expiring& item : expiring(store, retention, user, store.clock()())) {
    if (in_use.contains(item.name)) continue;
    audit::Deed deed{"retention.delete", user + " " + item.name, std::nullopt};
    try {
      store.shelves().remove(item.shelf, user, item.name);
      trail.note(deed);
      ++count;
    } catch (const Error& error) {
      // Somebody else was quicker, or it is tried again later.
      if (error.kind() != errors::Kind::no_input) trail.note_failed(deed, error);
    }
  }
  return count;
}

}  // namespace

std::vector<Expiring> expiring(store::Store& store, const settings::Retention& retention,
                               const std::string& user, std::time_t until) {
  std::vector<Expiring> found;
  if (!retention.is_on()) return found;
  const std::time_t since = asked_since(store, retention);
  for (const store::Shelf shelf : {store::Shelf::models, store::Shelf::data})
    add(found, store, shelf, retention, user, since);
  found.erase(
      std::remove_if(found.begin(), found.end(), [&](const Expiring& item) { return item.goes > until; }),
      found.end());
  std::stable_sort(found.begin(), found.end(),
                   [](const Expiring& a, const Expiring& b) { return a.goes < b.goes; });
  return found;
}

std::optional<std::string> retention_warning(store::Store& store, const settings::Retention& retention,
                                             const std::string& user) {
  std::vector<Expiring> soon;
  try {
    soon = expiring(store, retention, user, store.clock()() + k_warned_seconds);
  } catch (const Error&) {
    // A full disk keeps nobody out.
  }
  if (soon.empty()) return std::nullopt;
  const auto models = std::count_if(soon.begin(), soon.end(),
                                    [](const Expiring& item) { return item.shelf == store::Shelf::models; });
  return fmt::format(
      "this server deletes {} of your models and {} of your synthetic tables within a week, {} first, on {}: "
      "what you "
      "need has to come home before, with 'download'",
      models, soon.size() - static_cast<std::size_t>(models), errors::quoted(soon.front().name),
      store::utc_text(soon.front().goes));
}

std::size_t delete_expired(store::Store& store, const settings::Retention& retention, audit::Trail& trail) {
  std::size_t count = 0;
  if (!retention.is_on()) return count;
  for (const store::User& user : store.users().list())
    count += delete_expired_of(store, retention, user.name, trail);
  return count;
}

}  // namespace ctgan::server::accounts
