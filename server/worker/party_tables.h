// The tables of a fit of several parties: each read for itself, and joined in memory.
#pragma once

#include <filesystem>
#include <string>

#include "common/joins/id_join.h"
#include "common/table/metadata.h"
#include "common/table_formats/file_request.h"
#include "server/worker/job_work.h"

namespace ctgan::server::worker {

// A table and what was declared of its columns, in their order.
struct DeclaredTable {
  table::Table table;
  table::Metadata metadata;
};

// Joins the tables that the parties have confirmed. Each file is deleted as soon as it is in memory. Throws Error(bad_data)
// that names the party whose table cannot be used, and nothing of it: all parties read what a job ended with.
DeclaredTable take_joined(const jobs::JobRequest& request, const JobPlace& place);

// What a party gives, before it is given: service::Engine::check_party. Throws as table_formats::read_texts, joins::keyed and
// table::declared_metadata, and Error(usage) for what a party's table may not ask for.
nlohmann::json check_party(const nlohmann::json& request);

}  // namespace ctgan::server::worker
