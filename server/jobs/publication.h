// From a job's folder to the user's shelves: all products of a job become visible together, or none does.
//
// status.json first says which work file goes where; then each is renamed, and the last rename is the commit:
// what a shelf shows needs the last product (a model's archive), so what came before it is not seen until
// then. After the commit the job is done, whatever else happens; before it whoever finds the worker dead
// takes the files back. A work file that is not in the folder is the one on the shelf.
#pragma once

#include <optional>

#include "server/jobs/job_folder.h"
#include "server/store/layout.h"

namespace ctgan::server::jobs {

// The job's result is `result` once this returns true. False when one of the names is taken, by whatever it
// is; nothing is visible then. The caller holds the job's claim, and `products` is not empty. Throws as
// store::publish and JobFolder::write_status, with nothing visible.
bool publish(const JobFolder& folder, const store::Layout& layout, const std::vector<Product>& products,
             const Json& result);

// What the job of a dead worker has come to, written down, with its work files removed: done when it was
// committed, cancelled where it was asked to stop, queued again where it may go on, with what it goes on from kept; else
// lost, with the sentence `reason` where there is one. The caller holds its claim. A status.json that cannot be read is
// none.
JobStatus settle(const JobFolder& folder, const store::Layout& layout, const std::string& reason = "");

// Settles all jobs of dead workers that left work files, without the database. Returns how many. Those that
// cannot be settled now (a full disk) are left for the next time.
std::size_t settle_dead(const store::Layout& layout);

}  // namespace ctgan::server::jobs
