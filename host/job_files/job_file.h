// `fit --job runtime.yaml`: what a fit is asked for in a file.
//
//     method: mst                  # as --method; capitals do not count, MTS is mst
//     epsilon: 1                   # as --epsilon; 1 where a private method is named and nothing is said
//     delta: 1e-9
//     params: {iterations: 60}     # the method's other options, by their names
//     party_names: [Alice, Bob]    # as --party, one each
//     join: id
//     dataset: people
//     name: people
//
// The configuration files of the OBLV tutorial are among these (docs/privacy.md).
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ctgan::host::job_files {

struct JobFile {
  std::string method;                          // of the catalog; empty: not said
  std::map<std::string, std::string> options;  // of the method, as they would be typed
  std::vector<std::string> party_names;
  std::string join, dataset, name;   // empty: not said
  std::vector<std::string> remarks;  // what was passed over, and what was taken for granted
};

// Throws Error(bad_data) as read_yaml(), and for a key or a parameter that is unknown (with the closest that is) or has the
// wrong form; as options::find_method; Error(no_input) for a file that is not there. `name` stands for it in messages.
JobFile parse_job_file(std::string_view text, std::string_view name);
JobFile read_job_file(const std::filesystem::path& file);

}  // namespace ctgan::host::job_files
