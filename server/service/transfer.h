// The data channel: one ticket, one file (common/protocol/protocol.md, "Data channel").
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/files/byte_sink.h"
#include "server/audit/trail.h"
#include "server/service/patient_streams.h"
#include "server/store/store.h"

namespace ctgan::server::service {

// Who sends waits longer for a word: what it wrote may still be on a slow line.
inline constexpr std::chrono::milliseconds k_sender_patience = std::chrono::minutes(15);

// Reads the ticket from `in` and sends or takes the file that it was given for. With `user` the ticket must
// be that user's. What goes wrong is told to the other end, then thrown; either stands in the audit log.
void transfer(store::Store& store, PatientSource& in, files::ByteSink& out,
              const std::optional<std::string>& user, audit::Trail& trail);

}  // namespace ctgan::server::service
