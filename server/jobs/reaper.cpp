#include "server/jobs/reaper.h"

#include <ctime>
#include <set>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "server/jobs/claim.h"
#include "server/jobs/publication.h"
#include "server/store/discard.h"
#include "server/store/periodic.h"

namespace ctgan::server::jobs {
namespace {

constexpr std::time_t k_interval_seconds = 60;

// Where unfinished jobs are about to put their products.
std::vector<std::filesystem::path> ways_under_way(store::Store& store, const JobBook& book) {
  std::vector<std::filesystem::path> ways;
  for (const Job& job : store.jobs().unfinished()) {
    for (const Product& product : book.folder(job).read_status().publish)
      ways.push_back(store.layout().root() / product.to);
  }
  return ways;
}

std::size_t reap_orphaned_products(store::Store& store, const JobBook& book) {
  const auto kept = ways_under_way(store, book);
  std::size_t count = 0;
  for (const store::User& user : store.users().list()) {
    count += store.shelves().remove_orphans(user.name, kept);
    // Of a rewriting that was killed (store/at_rest.h).
    for (const store::Shelf shelf : store::k_all_shelves)
      count += files::remove_abandoned_parts(store.layout().shelf(shelf, user.name));
  }
  return count;
}

bool has_row(store::Store& store, const std::string& id) {
  store::Statement query(store.database(),
                         "SELECT 1 FROM jobs WHERE id = ? UNION ALL SELECT 1 FROM uploads WHERE id = ?", id,
                         id);
  return query.step();
}

// Of submissions that broke off, deleted users and lost databases.
std::size_t reap_folders_of_no_job(store::Store& store) {
  std::set<std::string> known;
  {
    store::Statement query(store.database(), "SELECT id FROM jobs");
    while (query.step()) known.insert(query.text(0));
  }
  std::vector<std::filesystem::path> strange;
  for (const auto& entry : std::filesystem::directory_iterator(store.layout().jobs())) {
    if (!known.contains(entry.path().filename())) strange.push_back(entry.path());
  }
  std::size_t count = 0;
  for (const auto& path : strange) {
    // Looked at once more where nobody can submit; a worker that lives is waited for.
    store::Transaction transaction(store.database());
    if (has_row(store, path.filename()) || store::is_locked(JobFolder(path).lock())) continue;
    store::put_aside(store.layout(), path);
    transaction.commit();
    ++count;
  }
  return count;
}

}  // namespace

Reaped reap(store::Store& store, JobBook& book, Thoroughness thoroughness) {
  Reaped reaped;
  reaped.jobs = book.dispatch();
  reaped.uploads = store.uploads().reap();
  if (thoroughness == Thoroughness::due && !store::is_due(store.layout().last_reaped(), k_interval_seconds))
    return reaped;
  reaped.jobs += settle_dead(store.layout());
  reaped.orphans = reap_folders_of_no_job(store) + reap_orphaned_products(store, book);
  store::empty_bin(store.layout());
  return reaped;
}

}  // namespace ctgan::server::jobs
