// The upload that a request names, checked before anybody reads it.
#pragma once

#include "server/service/session.h"

namespace ctgan::server::service {

// Of the fields `upload` (an id) and `inbox` (a file name) exactly one. Throws Error(protocol),
// Error(no_input).
store::Upload named_upload(Session& session, const Json& request);

// A table that came in over another connection may be from before a power cut: its bytes were never forced to
// the disk. Throws Error(bad_data) when a complete upload holds other bytes than were sent.
void check_bytes(Session& session, const store::Upload& upload);

// Both. Throws Error(bad_data) also for an upload that has not ended.
store::Upload complete_upload(Session& session, const Json& request);

}  // namespace ctgan::server::service
