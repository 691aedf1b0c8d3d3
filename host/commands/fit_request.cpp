#include "host/commands/fit_request.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "common/command_line/whole_number.h"
#include "common/errors/error.h"
#include "common/files/descriptor.h"
#include "common/files/file.h"
#include "common/files/gzip.h"
#include "common/protocol/message.h"
#include "common/secrets/secret.h"
#include "common/table/declared_metadata.h"
#include "common/table/domain_draft.h"
#include "common/table/metadata_json.h"
#include "common/table/odd_cells.h"
#include "common/table/rare_values.h"
#include "common/table/units.h"
#include "common/table_formats/csv_reader.h"
#include "common/table_formats/decimal_comma.h"
#include "common/table_formats/row_format.h"
#include "common/table_formats/table_footer.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::string_view k_inbox = "inbox:";

std::optional<double> number_up_to(double most, const std::string& text) {
  double number = -1;
  const char* const last = text.data() + text.size();
  const auto [end, status] = std::from_chars(text.data(), last, number);
  const bool fits = status == std::errc{} && end == last && number >= 0 && number <= most;
  return fits ? std::optional(number) : std::nullopt;
}

// What somebody has declared is no draft.
void keep_declared(const table::TableRequest& request, table::Metadata& metadata) {
  for (table::ColumnMetadata& column : metadata.columns) {
    const auto declared = request.columns.find(column.name);
    if (declared != request.columns.end() && declared->second.domain) column.domain = declared->second.domain;
  }
}

}  // namespace

FitSource parse_source(const std::string& text) {
  if (!text.starts_with(k_inbox)) return {text, {}};
  FitSource source{{}, text.substr(k_inbox.size())};
  if (source.inbox.empty()) {
    throw Error(Kind::usage, "'inbox:' needs a file name",
                "'fit inbox:NAME' takes what 'scp -O NAME HOST:' sent");
  }
  return source;
}

std::vector<OptionFlag> option_flags() {
  std::vector<OptionFlag> flags;
  for (const options::Method& method : options::methods())
    for (const options::OptionSpec& spec : method.options) {
      const auto known = std::find_if(flags.begin(), flags.end(),
                                      [&](const OptionFlag& flag) { return flag.spec->name == spec.name; });
      if (known == flags.end())
        flags.push_back({&spec, std::string(method.name)});
      else
        known->method.clear();
    }
  return flags;
}

nlohmann::json parse_options(const options::Method& method, const std::map<std::string, std::string>& given) {
  nlohmann::json values = nlohmann::json::object();
  for (const auto& [name, text] : given) {
    options::refuse_foreign(method, name);
    std::visit([&values, &key = name](const auto& value) { values[key] = value; },
               options::parse_text(*method.find(name), text));
  }
  return values;
}

table::TableRules table_rules(const RuleFlags& flags) {
  table::TableRequest request;
  request.rules = table::default_protection();
  nlohmann::json rules = table::table_request_json(request).at("rules");
  if (!flags.max_categories.empty())
    rules["max_categories"] = command_line::whole_number(flags.max_categories, "--max-categories");
  if (!flags.min_category_count.empty()) {
    rules["min_category_count"] =
        command_line::whole_number(flags.min_category_count, "--min-category-count");
    rules["relaxed_if_small"] = false;
  }
  rules["keep_range"] = !flags.free_range;
  rules["row_rules"] = flags.row_rules;
  return table_formats::file_request_from_json({{"rules", rules}}).rules;
}

double held_out_share(const std::string& text) {
  constexpr double k_default = 0.1;
  constexpr double k_most = 0.5;
  if (text.empty()) return k_default;
  if (const auto share = number_up_to(k_most, text)) return *share;
  throw Error(Kind::usage,
              fmt::format("'--held-out' takes a share from 0 to {}, not {}", k_most, errors::quoted(text)));
}

double checkpoint_minutes(const std::string& text) {
  if (text.empty()) return 0;
  if (const auto minutes = number_up_to(protocol::k_most_checkpoint_minutes, text)) return *minutes;
  throw Error(Kind::usage, fmt::format("'--checkpoint' takes minutes from 0 to {}, not {}",
                                       protocol::k_most_checkpoint_minutes, errors::quoted(text)));
}

TableFacts read_facts(const std::filesystem::path& file, const std::string& shown,
                      const table_formats::FileRequest& request, std::size_t least_rows, Purpose purpose) {
  const auto source = files::open_maybe_gzip(file);
  table_formats::DelimitedTable read =
      table_formats::read_delimited(*source, shown, request.dialect, request.missing);
  const table::Table table = std::move(read.table).without(request.drop);
  table_formats::refuse_decimal_commas(table, read.delimiter, request);
  table_formats::refuse_footer(table, request);
  TableFacts facts;
  facts.rows = table.rows();
  facts.metadata = table::infer_metadata(table, request, least_rows);
  if (purpose == Purpose::private_plan) {
    facts.metadata = table::with_domain_draft(std::move(facts.metadata), table);
    keep_declared(request, facts.metadata);
  }
  facts.delimiter = read.delimiter;
  facts.remarks = read.remarks;
  facts.rules = conditions::check_rules(conditions::RowRules(request.rules.row_rules, facts.metadata), table,
                                        facts.metadata);
  conditions::require_held(facts.rules);
  if (purpose == Purpose::plan) facts.offered = conditions::find_rules(table, facts.metadata);
  // What others leave out a private method has never seen.
  if (purpose == Purpose::private_plan)
    facts.unit = table::units_of(table, facts.metadata).column;
  else
    facts.hidden = table::protected_columns(table, facts.metadata);
  for (const table::OddCells& odd : table::find_odd_cells(table, facts.metadata))
    facts.odd_cells.push_back(table::odd_cells_text(odd, facts.metadata));
  for (const table::Column& column : table.columns()) {
    const auto* texts = std::get_if<table::Categories>(&column.cells);
    facts.categories.push_back(texts != nullptr ? texts->dictionary.size() : 0);
  }
  return facts;
}

TableFacts read_declared(const std::filesystem::path& file, const std::string& shown,
                         const table_formats::FileRequest& request) {
  const auto source = files::open_maybe_gzip(file);
  table_formats::DelimitedTable read =
      table_formats::read_delimited(*source, shown, request.dialect, request.missing);
  const table::Table table = std::move(read.table).without(request.drop);
  TableFacts facts;
  facts.rows = table.rows();
  facts.metadata = table::declared_metadata(table.column_names(), request);
  facts.delimiter = read.delimiter;
  facts.unit = table::units_of(table, facts.metadata).column;
  return facts;
}

std::unique_ptr<files::Spool> spool_standard_input() {
  auto spool = std::make_unique<files::Spool>();
  files::DescriptorSource input(STDIN_FILENO);
  std::vector<char> buffer(std::size_t{256} << 10);
  while (const std::size_t got = input.read(buffer)) spool->write({buffer.data(), got});
  return spool;
}

std::uint64_t draw_seed() {
  return std::stoull(secrets::random_hex(4), nullptr, 16) >> 1U;
}

}  // namespace ctgan::host::commands
