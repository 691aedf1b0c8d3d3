#include "host/commands/fit_request.h"

#include <algorithm>

#include "common/errors/error.h"
#include "common/secrets/secret.h"
#include "common/table/csv_reader.h"

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

TableFacts read_facts(const std::filesystem::path& file, const std::vector<std::string>& discrete,
                      const std::vector<std::string>& drop, std::size_t batch_unit) {
  const table::Table table = table::read_csv(file).without(drop);
  return {table.rows(), table::infer_metadata(table, {discrete, batch_unit})};
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
