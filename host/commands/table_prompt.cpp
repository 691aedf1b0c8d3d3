#include "host/commands/table_prompt.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/errors/error.h"
#include "common/progress/progress.h"
#include "common/settings/settings_file.h"
#include "common/table_formats/row_format.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::string_view k_inbox = "inbox:";

// A shell does that for words of its command line, and nobody for answers.
std::string with_home(const std::string& text) {
  const bool home = text == "~" || text.starts_with("~/");
  return home ? ctgan::settings::home_folder().string() + text.substr(1) : text;
}

void show(const console::Console& console, const std::filesystem::path& folder,
          const std::vector<std::filesystem::path>& tables) {
  if (tables.empty())
    return console.say(fmt::format("There is no table in {}/: type the path of one", folder.string()));
  console.say(fmt::format("Tables in {}/:", folder.string()));
  std::error_code ignored;
  for (std::size_t i = 0; i < tables.size(); ++i)
    console.say(fmt::format("{:4}  {}  {}", i + 1, tables[i].filename().string(),
                            progress::bytes_text(static_cast<double>(file_size(tables[i], ignored)))));
}

// What an answer names. Throws Error(no_input) where there is no such file.
std::string table_of(const std::string& answer, const std::vector<std::filesystem::path>& tables) {
  if (answer.starts_with(k_inbox)) return answer;
  for (std::size_t i = 0; i < tables.size(); ++i)
    if (answer == std::to_string(i + 1) || answer == tables[i].filename()) return tables[i].string();
  const std::string path = with_home(answer);
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    throw Error(Kind::no_input, fmt::format("{} is a folder", errors::quoted(path)), "name a file in it");
  if (!std::filesystem::exists(path, ignored))
    throw Error(Kind::no_input, fmt::format("there is no file {}", errors::quoted(path)));
  return path;
}

bool is_named_as_table(const std::string& name) {
  using table_formats::RowFormat;
  const auto format = table_formats::row_format_of_name(name);
  return format == RowFormat::csv || format == RowFormat::tsv || format == RowFormat::parquet ||
         name.ends_with(".xlsx") || name.ends_with(".xlsm");
}

}  // namespace

std::vector<std::filesystem::path> tables_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (is_named_as_table(name) && !name.starts_with('.') && entry.is_regular_file(ignored))
      found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string ask_table(const console::Console& console, const std::filesystem::path& folder) {
  const std::vector<std::filesystem::path> tables = tables_in(folder);
  if (console.interactive()) show(console, folder, tables);
  console::Question question{.prompt = "File", .what = "FILE", .remedy = "name the file: 'fit FILE'"};
  if (tables.size() == 1) question.default_answer = tables.front().filename().string();
  question.complete = [&](std::string_view typed) {
    std::vector<std::string> found = paths_like(typed);
    for (const auto& table : tables) found.push_back(table.filename().string());
    return found;
  };
  return table_of(console.ask_checked(question, [&](const std::string& text) { table_of(text, tables); }),
                  tables);
}

std::vector<std::string> paths_like(std::string_view typed) {
  const std::size_t slash = typed.rfind('/');
  const std::string folder(typed.substr(0, slash == std::string_view::npos ? 0 : slash + 1));
  const std::string beginning(typed.substr(folder.size()));
  std::vector<std::string> found;
  std::error_code failed;
  for (const auto& entry :
       std::filesystem::directory_iterator(folder.empty() ? "." : with_home(folder), failed)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(beginning) || (name.starts_with('.') && !beginning.starts_with('.'))) continue;
    found.push_back(folder + name + (entry.is_directory(failed) ? "/" : ""));
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace ctgan::host::commands
