// What a fit has to do with the last one of the same table: the same all over again, or a table of other
// columns.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "common/table/metadata.h"
#include "host/commands/connection.h"

namespace ctgan::host::commands {

// The table's bytes and all that was asked for, in one hash: equal only where the model would be the same, or
// was left to chance. The server keeps it with the job (protocol.md, `basis`).
std::string basis_of(const std::filesystem::path& table, session::Json asked);

// The newest model of `stem`, if it was made from that basis.
std::optional<std::string> same_model(Connection& connection, const std::string& stem,
                                      const std::string& basis);

// What `metadata` has otherwise than a model's sidecar, one sentence part a difference: "lost: city". Empty
// where the columns are the same; whole and decimal numbers count as one type, as do texts and flags where
// cells are missing, and a column without any value as any.
std::string differences(const session::Json& sidecar, const table::Metadata& metadata);

// Throws Error(bad_data) with the differences from the model that `word` names, as find_item() does. That
// 'latest:STEM' has no model yet is said, and no error: somebody has to begin.
void require_like(Connection& connection, const std::string& word, const std::string& stem,
                  const table::Metadata& metadata, progress::Progress& progress);

}  // namespace ctgan::host::commands
