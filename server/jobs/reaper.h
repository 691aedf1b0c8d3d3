// What processes that died left in the store: tables of jobs whose worker is dead, uploads that nobody holds,
// folders and files that belong to nothing. Whoever comes removes it: every connection, every worker (only
// what needs no database: settle_dead), doctor and `ctgan-server reap`.
//
// Nothing that lives is touched: a worker holds its job's lock, a connection its presence, a transfer the
// file that it writes, and the kernel lets go of these whichever way a process ends.
#pragma once

#include <cstddef>

#include "server/jobs/job_book.h"
#include "server/store/store.h"

namespace ctgan::server::jobs {

// How many of each went.
struct Reaped {
  std::size_t jobs = 0;     // whose worker had died
  std::size_t uploads = 0;  // that nobody held, or nobody used for a day
  std::size_t orphans = 0;  // folders of no job, sidecars and reports of no model
};

// `due` looks at every folder once a minute at most, whoever asks, and in between at open jobs and uploads
// only, which costs a millisecond.
enum class Thoroughness { due, whole };

// Throws as the store does; what was removed until then stays removed, and a job that cannot be looked at is
// left for the next time.
Reaped reap(store::Store& store, JobBook& book, Thoroughness thoroughness);

}  // namespace ctgan::server::jobs
