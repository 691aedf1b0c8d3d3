// A job's events on the control channel until the job has ended.
#pragma once

#include <cstdint>

#include "server/service/session.h"

namespace ctgan::server::service {

// Writes the events with seq above `after`, and what a job waits for, as answers to the request `id`; returns the job as
// it ended. Throws Error(try_again) when the other end has left.
store::Job follow_job(Session& session, std::uint64_t id, store::Job job, std::uint64_t after);

}  // namespace ctgan::server::service
