// `domain` of a job file: what columns are and may hold, as a metadata file says it, a line a column.
//
//     domain:
//       age:  {sdtype: numerical, min: 17, max: 90, bins: 32}
//       born: {sdtype: datetime, datetime_format: "%Y-%m-%d", private: [min, max, edges]}
//       sex:  {sdtype: categorical, categories: [Female, Male], missing: ["?"]}
//
// `sdtype`, `datetime_format` and `pii` are those of SDV, all other fields those of table/column_domain.h. PrivSyn's
// words for them are taken as well: `type`, `bounds: {min: 17, max: 90}` and `binning: {edges: [17, 40, 90]}`.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "common/table/metadata.h"

namespace ctgan::host::job_files {

// Throws Error(bad_data) naming the place ("domain.age") for what is no map of maps or is said twice, and as
// table::read_sdv_metadata.
std::map<std::string, table::ColumnRequest> declared_columns(const nlohmann::ordered_json& domain);

}  // namespace ctgan::host::job_files
