// `fit --job runtime.yaml`: what a fit is asked for in a file.
//
//     method: mst                  # as --method; capitals do not count, MTS is mst
//     epsilon: 1                   # as --epsilon; or rho: 0.015, as --rho
//     delta: 1e-9
//     params: {iterations: 60}     # the method's other options, by their names
//     party_names: [Alice, Bob]    # as --party, one each
//     join: id
//     dataset: people
//     name: people
//     domain: people_metadata.json # as --metadata; or what it says, column by column (declared_columns.h)
//     run: {threads: 4, minutes: 60, seed: 1, device: cpu}   # as the flags
//
// The configuration files of the OBLV tutorial are among these (docs/privacy.md), and `run` has PrivSyn's words as
// well: n_threads, timeout_s (of which whole minutes are made, not less) and random_state.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/metadata.h"

namespace ctgan::host::job_files {

struct JobFile {
  std::string method;                          // of the catalog; empty: not said
  std::map<std::string, std::string> options;  // of the method, as they would be typed
  std::vector<std::string> party_names;
  std::string join, dataset, name;                      // empty: not said
  std::string metadata;                                 // the name of a metadata file; empty: not said
  std::map<std::string, table::ColumnRequest> columns;  // what the file says of them itself
  std::string threads, minutes;                         // of the run; empty: not said
  std::vector<std::string> remarks;                     // what was passed over
};

// Throws Error(bad_data) as read_yaml(), and for a key or a parameter that is unknown (with the closest that is) or has
// the wrong form, for what is said twice, and as declared_columns; as options::find_method; Error(no_input) for a file
// that is not there. `name` stands for it in messages.
JobFile parse_job_file(std::string_view text, std::string_view name);
JobFile read_job_file(const std::filesystem::path& file);

}  // namespace ctgan::host::job_files
