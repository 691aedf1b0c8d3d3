// What a fit was asked to do, checked as far as the laptop can.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/conditions/rule_check.h"
#include "common/conditions/rule_search.h"
#include "common/files/spool.h"
#include "common/options/methods.h"
#include "common/table/metadata.h"
#include "common/table/rare_values.h"
#include "common/table_formats/file_request.h"

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

// A flag of `fit`: every method's options, one flag for those that several methods have.
struct OptionFlag {
  const options::OptionSpec* spec;  // of the first method that has it
  std::string method;               // the only one that has it, or empty
};
std::vector<OptionFlag> option_flags();

// The values of the model's flags, by option name; those that were given only. Throws Error(usage) naming the
// flag, or the method that has no such option.
nlohmann::json parse_options(const options::Method& method, const std::map<std::string, std::string>& given);

// The table's rules; texts as they were given.
struct RuleFlags {
  std::string max_categories, min_category_count;
  bool free_range = false;
  std::vector<std::string> row_rules;
};

// Throws Error(usage) for a number out of its range.
table::TableRules table_rules(const RuleFlags& flags);

// --held-out as a number; 0.1 where it was not given. Throws Error(usage) unless it is 0 to 0.5.
double held_out_share(const std::string& text);

// --checkpoint as a number; 0 where it was not given. Throws Error(usage) unless it is 0 to 1440.
double checkpoint_minutes(const std::string& text);

struct TableFacts {
  std::uint64_t rows = 0;
  table::Metadata metadata;
  std::vector<std::size_t> categories;  // a column's different texts; 0 for numbers
  char delimiter = ',';
  std::vector<std::string> remarks;  // of the reader
  table::ProtectedColumns hidden;
  std::vector<conditions::RuleCheck> rules;  // how the table keeps those that it is to be learnt by
  std::vector<conditions::FoundRule>
      offered;                         // that it keeps though nobody said so; looked for when planning
  std::vector<std::string> odd_cells;  // a sentence for each column that a few cells make text
  std::string unit = {};  // of a private method: the identifier that comes again (common/table/units.h)
};

// Reads the whole file as the server will; `shown` stands for it in messages. Throws what
// table_formats::read_delimited, table_formats::refuse_decimal_commas and table::infer_metadata throw, and
// for a rule that the table does not keep.
// A plan for a private method drafts what columns may hold (domain_draft.h).
enum class Purpose : std::uint8_t { fit, plan, private_plan };
TableFacts read_facts(const std::filesystem::path& file, const std::string& shown,
                      const table_formats::FileRequest& request, std::size_t least_rows,
                      Purpose purpose = Purpose::fit);

// The same for a private method: rows, delimiter, and metadata that were declared for the columns. Throws as
// table::declared_metadata.
TableFacts read_declared(const std::filesystem::path& file, const std::string& shown,
                         const table_formats::FileRequest& request);

// All of standard input, put aside: it is read twice.
std::unique_ptr<files::Spool> spool_standard_input();

// A seed that nobody chose: up to 2^31, so that it is easy to note down.
std::uint64_t draw_seed();

}  // namespace ctgan::host::commands
