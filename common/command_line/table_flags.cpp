#include "common/command_line/table_flags.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/table/metadata_json.h"

namespace ctgan::command_line {
namespace {

using errors::Error;
using errors::Kind;

constexpr const char* k_group = "Table";

void read_metadata_file(const std::string& path, table_formats::FileRequest& request) {
  const nlohmann::json value = nlohmann::json::parse(files::read_file(path), nullptr, false);
  if (!value.is_discarded()) {
    request.columns = table::read_sdv_metadata(value);
    request.rules.row_rules = table::read_row_rules(value);
    return;
  }
  throw Error(Kind::bad_data, fmt::format("the metadata file {} is not JSON", errors::quoted(path)),
              "'fit FILE --plan' writes one to start from");
}

void set_kinds(const std::vector<std::string>& names, std::string_view flag, table::ColumnKind kind,
               std::map<std::string, std::string>& flag_of, table_formats::FileRequest& request) {
  for (const std::string& name : names) {
    const auto [place, fresh] = flag_of.emplace(name, flag);
    if (!fresh && place->second != flag) {
      throw Error(Kind::usage, fmt::format("column {} is named by both '{}' and '{}'", errors::quoted(name),
                                           place->second, flag));
    }
    request.columns[name] = {.kind = kind, .datetime_format = {}};
  }
}

void add_dialect_flags(CLI::App& app, table_formats::DialectWords& dialect) {
  app.add_option(
         "--delimiter", dialect.delimiter,
         "what separates the cells: tab, ';' or another character [by the file: tab in .tsv, else comma]")
      ->type_name("CHARACTER")
      ->group(k_group);
  app.add_option("--encoding", dialect.encoding,
                 "latin-1, windows-1252, utf-16 or another one of 'iconv -l' [utf-8]")
      ->type_name("NAME")
      ->group(k_group);
  app.add_option("--decimal", dialect.decimal,
                 "',' where numbers are written 1,5; cells are then separated by ';' [.]")
      ->type_name("CHARACTER")
      ->group(k_group);
  app.add_option("--quote", dialect.quote, "what cells that hold a delimiter stand in [\"]")
      ->type_name("CHARACTER")
      ->group(k_group);
  app.add_option("--escape", dialect.escape, "what stands before a quote inside a quoted cell [a quote]")
      ->type_name("CHARACTER")
      ->group(k_group);
  app.add_flag("--skip-initial-space", dialect.skip_initial_space,
               "blanks behind a delimiter are no part of the cell")
      ->group(k_group);
}

void add_line_flags(CLI::App& app, table_formats::DialectWords& dialect) {
  app.add_option("--skip-rows", dialect.skip_rows, "lines above the header: a title [0]")
      ->type_name("LINES")
      ->group(k_group);
  app.add_option("--skip-footer", dialect.skip_footer, "lines below the last row: a total, a source [0]")
      ->type_name("LINES")
      ->group(k_group);
  app.add_option("--comment", dialect.comment, "lines that begin with this character are no rows [none]")
      ->type_name("CHARACTER")
      ->group(k_group);
  app.add_flag("--no-header", dialect.no_header,
               "the first line is a row; columns are called column_1, column_2, ...")
      ->group(k_group);
}

// One value a flag, so that a list never swallows the argument behind it.
void add_names(CLI::App& app, const std::string& flag, std::vector<std::string>& names,
               const std::string& help, const char* what = "COLUMN,...") {
  app.add_option(flag, names, help)->delimiter(',')->allow_extra_args(false)->type_name(what)->group(k_group);
}

}  // namespace

void add_file_flags(CLI::App& app, TableFlags& flags) {
  add_dialect_flags(app, flags.dialect);
  add_line_flags(app, flags.dialect);
  add_names(app, "--drop", flags.drop, "columns to leave out: a,b; may be repeated");
  add_names(app, "--missing", flags.missing,
            "texts that stand for missing values, besides the empty cell: a,b; may be repeated [those of "
            "pandas in a text, none in other files]",
            "TEXT,...");
}

void add_table_flags(CLI::App& app, TableFlags& flags) {
  add_file_flags(app, flags);
  add_names(app, "--discrete", flags.discrete, "columns to treat as categories: a,b; may be repeated");
  add_names(app, "--continuous", flags.continuous, "columns to treat as numbers: a,b; may be repeated");
  add_names(app, "--identifier", flags.identifier,
            "columns whose values only tell rows apart: a,b; may be repeated");
  app.add_option("--metadata", flags.metadata, "JSON file that says what the columns are, as SDV writes it")
      ->type_name("FILE")
      ->group(k_group);
}

table_formats::FileRequest table_request(const TableFlags& flags, std::string_view file_name) {
  table_formats::FileRequest request;
  request.columns = flags.columns;
  if (!flags.metadata.empty()) read_metadata_file(flags.metadata, request);
  std::map<std::string, std::string> flag_of;
  set_kinds(flags.discrete, "--discrete", table::ColumnKind::categorical, flag_of, request);
  set_kinds(flags.continuous, "--continuous", table::ColumnKind::numerical, flag_of, request);
  set_kinds(flags.identifier, "--identifier", table::ColumnKind::id, flag_of, request);
  request.drop = flags.drop;
  if (!flags.missing.empty()) request.missing = table::MissingTexts(flags.missing);
  request.dialect = table_formats::parse_dialect(flags.dialect, file_name);
  return request;
}

std::string shell_word(const std::string& text) {
  constexpr std::string_view k_plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.,/:+@%=";
  if (text.find_first_not_of(k_plain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string beside_metadata(const TableFlags& flags) {
  std::string words;
  const auto add = [&words](const char* flag, const std::string& value) {
    if (!value.empty()) words += fmt::format(" {} {}", flag, shell_word(value));
  };
  for (const std::string& name : flags.drop) add("--drop", name);
  for (const std::string& text : flags.missing) add("--missing", text);
  add("--delimiter", flags.dialect.delimiter);
  add("--encoding", flags.dialect.encoding);
  add("--decimal", flags.dialect.decimal);
  add("--quote", flags.dialect.quote);
  add("--escape", flags.dialect.escape);
  add("--comment", flags.dialect.comment);
  add("--skip-rows", flags.dialect.skip_rows);
  add("--skip-footer", flags.dialect.skip_footer);
  if (flags.dialect.skip_initial_space) words += " --skip-initial-space";
  if (flags.dialect.no_header) words += " --no-header";
  return words;
}

}  // namespace ctgan::command_line
