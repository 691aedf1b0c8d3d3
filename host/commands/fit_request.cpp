#include "host/commands/fit_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/secrets/secret.h"
#include "common/table/csv_reader.h"
#include "common/table/metadata_json.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::string_view k_inbox = "inbox:";

std::uint64_t whole_number(const std::string& text, std::string_view flag) {
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status == std::errc{} && end == text.data() + text.size()) return value;
  throw Error(Kind::usage, fmt::format("'{}' takes a whole number, not {}", flag, errors::quoted(text)));
}

std::map<std::string, table::ColumnRequest> read_metadata_file(const std::string& path) {
  const nlohmann::json value = nlohmann::json::parse(files::read_file(path), nullptr, false);
  if (!value.is_discarded()) return table::read_sdv_metadata(value);
  throw Error(Kind::bad_data, fmt::format("the metadata file {} is not JSON", errors::quoted(path)),
              "'fit FILE --plan' writes one to start from");
}

void set_kinds(const std::vector<std::string>& names, std::string_view flag, table::ColumnKind kind,
               std::map<std::string, std::string>& flag_of, table::TableRequest& request) {
  for (const std::string& name : names) {
    const auto [place, fresh] = flag_of.emplace(name, flag);
    if (!fresh && place->second != flag) {
      throw Error(Kind::usage, fmt::format("column {} is named by both '{}' and '{}'", errors::quoted(name),
                                           place->second, flag));
    }
    request.columns[name] = {.kind = kind, .datetime_format = {}};
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

nlohmann::json parse_options(const std::map<std::string, std::string>& given) {
  nlohmann::json values = nlohmann::json::object();
  for (const options::OptionSpec& spec : options::ctgan_options()) {
    const auto found = given.find(std::string(spec.name));
    if (found == given.end()) continue;
    std::visit([&](const auto& value) { values[std::string(spec.name)] = value; },
               options::parse_text(spec, found->second));
  }
  return values;
}

table::TableRequest table_request(const TableFlags& flags) {
  nlohmann::json rules = nlohmann::json::object();
  if (!flags.max_categories.empty())
    rules["max_categories"] = whole_number(flags.max_categories, "--max-categories");
  if (!flags.min_category_count.empty())
    rules["min_category_count"] = whole_number(flags.min_category_count, "--min-category-count");
  rules["keep_range"] = !flags.free_range;
  table::TableRequest request = table::table_request_from_json({{"rules", rules}});
  if (!flags.metadata.empty()) request.columns = read_metadata_file(flags.metadata);
  std::map<std::string, std::string> flag_of;
  set_kinds(flags.discrete, "--discrete", table::ColumnKind::categorical, flag_of, request);
  set_kinds(flags.continuous, "--continuous", table::ColumnKind::numerical, flag_of, request);
  set_kinds(flags.identifier, "--identifier", table::ColumnKind::id, flag_of, request);
  request.drop = flags.drop;
  if (!flags.missing.empty()) request.missing = table::MissingTexts(flags.missing);
  return request;
}

TableFacts read_facts(const std::filesystem::path& file, const table::TableRequest& request,
                      std::size_t batch_unit) {
  const table::Table table = table::read_csv(file, {}, request.missing).without(request.drop);
  return {table.rows(), table::infer_metadata(table, request, batch_unit)};
}

std::vector<std::filesystem::path> csv_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    const bool csv = name.ends_with(".csv") || name.ends_with(".csv.gz");
    if (csv && !name.starts_with('.') && entry.is_regular_file(ignored)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::uint64_t draw_seed() {
  return std::stoull(secrets::random_hex(4), nullptr, 16) >> 1U;
}

}  // namespace ctgan::host::commands
