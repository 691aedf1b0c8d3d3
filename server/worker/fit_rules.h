// The rules that a fit learns its table by.
#pragma once

#include <string>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "server/jobs/events.h"

namespace ctgan::server::worker {

// Takes the lists of --keep-combinations among the metadata's rules, and reports for each rule how the table
// keeps it. Throws as conditions::RowRules, conditions::combination_columns and conditions::require_held.
void settle_rules(const std::vector<std::string>& keep_combinations, const table::Table& table,
                  table::Metadata& metadata, jobs::EventWriter& events);

// The columns of each rule that keeps combinations.
std::vector<std::vector<std::size_t>> combinations_of(const table::Metadata& metadata);

}  // namespace ctgan::server::worker
