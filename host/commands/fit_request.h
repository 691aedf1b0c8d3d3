// What a fit was asked to do, checked as far as the laptop can.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/files/spool.h"
#include "common/options/option_spec.h"
#include "common/table/csv_dialect.h"
#include "common/table/metadata.h"

namespace ctgan::host::commands {

// A fit takes a CSV file of this machine, standard input ("-"), or a file that waits in the inbox on the
// server
// ("inbox:NAME").
struct FitSource {
  std::filesystem::path file;  // "-" is standard input
  std::string inbox;

  bool standard_input() const { return file == "-"; }
};

// Throws Error(usage) for "inbox:" alone.
FitSource parse_source(const std::string& text);

// The values of the model's flags, by option name; those that were given only. Throws Error(usage) naming the
// flag.
nlohmann::json parse_options(const std::map<std::string, std::string>& given);

struct TableFacts {
  std::uint64_t rows = 0;
  table::Metadata metadata;
  char delimiter = ',';
};

// A table on this machine.
struct TableFile {
  std::filesystem::path path;
  std::string name;  // in messages
  table::CsvDialect dialect;
};

// Reads the whole file as the server will. Throws what table::read_delimited, table::refuse_decimal_commas
// and table::infer_metadata throw.
TableFacts read_facts(const TableFile& file, const std::vector<std::string>& discrete,
                      const std::vector<std::string>& drop, std::size_t batch_unit);

// All of standard input, in a place of its own; it is read twice.
std::unique_ptr<files::Spool> spool_standard_input();

// CSV and TSV files in a folder, packed or not, by name.
std::vector<std::filesystem::path> csv_files(const std::filesystem::path& folder);

// A seed that nobody chose: up to 2^31, so that it is easy to note down.
std::uint64_t draw_seed();

}  // namespace ctgan::host::commands
