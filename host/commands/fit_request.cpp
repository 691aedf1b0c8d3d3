#include "host/commands/fit_request.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "common/errors/error.h"
#include "common/files/descriptor.h"
#include "common/files/gzip.h"
#include "common/secrets/secret.h"
#include "common/table/csv_reader.h"
#include "common/table/decimal_comma.h"
#include "common/table/row_format.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::string_view k_inbox = "inbox:";

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

TableFacts read_facts(const TableFile& file, const std::vector<std::string>& discrete,
                      const std::vector<std::string>& drop, std::size_t batch_unit) {
  const auto source = files::open_maybe_gzip(file.path);
  table::DelimitedTable read = table::read_delimited(*source, file.name, file.dialect);
  const table::Table table = std::move(read.table).without(drop);
  table::CsvDialect dialect = file.dialect;
  dialect.delimiter = read.delimiter;
  table::refuse_decimal_commas(table, dialect, discrete);
  return {table.rows(), table::infer_metadata(table, {discrete, batch_unit}), read.delimiter};
}

std::unique_ptr<files::Spool> spool_standard_input() {
  auto spool = std::make_unique<files::Spool>();
  files::DescriptorSource input(STDIN_FILENO);
  std::vector<char> buffer(std::size_t{256} << 10);
  while (const std::size_t got = input.read(buffer)) spool->write({buffer.data(), got});
  return spool;
}

std::vector<std::filesystem::path> csv_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    const auto format = table::row_format_of_name(name);
    if ((format == table::RowFormat::csv || format == table::RowFormat::tsv) && !name.starts_with('.') &&
        entry.is_regular_file(ignored))
      found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::uint64_t draw_seed() {
  return std::stoull(secrets::random_hex(4), nullptr, 16) >> 1U;
}

}  // namespace ctgan::host::commands
