// Stock `scp -O` at the other end: tables into the user's inbox, files out of the user's databases.
#pragma once

#include <optional>
#include <string>

#include "common/files/byte_sink.h"
#include "common/files/byte_source.h"
#include "server/audit/trail.h"
#include "server/settings/settings.h"
#include "server/store/store.h"

namespace ctgan::server::service {

// Takes files until the other end is done: under their own names, or the only one under `name`. A file that
// breaks off leaves nothing. What goes wrong is told to the other end, then thrown.
void copy_in(store::Store& store, const settings::Limits& limits, const std::string& user,
             const std::optional<std::string>& name, files::ByteSource& in, files::ByteSink& out,
             audit::Trail& trail);

// Sends the user's file of that name: a synthetic table, else a model, else a sidecar.
void copy_out(store::Store& store, const std::string& user, const std::string& name, files::ByteSource& in,
              files::ByteSink& out, audit::Trail& trail);

}  // namespace ctgan::server::service
