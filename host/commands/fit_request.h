// What a fit was asked to do, checked as far as the laptop can.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "common/options/option_spec.h"
#include "common/table/metadata.h"

namespace ctgan::host::commands {

// A fit takes a CSV file of this machine, or one that waits in the inbox on the server ("inbox:NAME").
struct FitSource {
  std::filesystem::path file;
  std::string inbox;
};

// Throws Error(usage) for "inbox:" alone.
FitSource parse_source(const std::string& text);

// The values of the model's flags, by option name; those that were given only. Throws Error(usage) naming the
// flag.
nlohmann::json parse_options(const std::map<std::string, std::string>& given);

// What was said of the table on the command line; texts as they were given.
struct TableFlags {
  std::vector<std::string> discrete, continuous, identifier, drop, missing;
  std::string metadata;  // a metadata file
  std::string max_categories, min_category_count;
  bool free_range = false;
};

// The flags override what the metadata file says of a column. Throws Error(usage) for a column named for two
// kinds or a number out of its range, Error(no_input) and Error(bad_data) for the metadata file.
table::TableRequest table_request(const TableFlags& flags);

struct TableFacts {
  std::uint64_t rows = 0;
  table::Metadata metadata;
};

// Reads the whole file as the server will. Throws what table::read_csv and table::infer_metadata throw.
TableFacts read_facts(const std::filesystem::path& file, const table::TableRequest& request,
                      std::size_t batch_unit);

// CSV files in a folder, by name.
std::vector<std::filesystem::path> csv_files(const std::filesystem::path& folder);

// A seed that nobody chose: up to 2^31, so that it is easy to note down.
std::uint64_t draw_seed();

}  // namespace ctgan::host::commands
