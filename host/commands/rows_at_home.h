// Drawn rows on their way home: in which format, under which name, or to standard output.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "common/table_formats/row_format.h"
#include "host/commands/connection.h"
#include "host/session/download.h"
#include "host/table_files/sqlite_table.h"

namespace ctgan::host::commands {

// An --output that means standard output: rows go there and nothing else, the conversation and the result's
// JSON line to standard error.
inline constexpr std::string_view k_standard_output = "-";

struct RowShape {
  table_formats::RowFormat format = table_formats::RowFormat::csv;
  bool packed = false;  // gzip; packed CSV is the server's file, byte for byte
};

void add_format_flag(CLI::App& app, std::string& format, const std::string& group);

// The last word has `--format`, then the name of the file. Throws Error(usage) for a format that does not
// exist, a file name that means a format which is not written, for another one than CSV with `--keep-gz`, and
// for packed rows on a terminal; Error(unavailable) where Parquet cannot be written.
RowShape row_shape(const std::string& format, const std::string& output, bool keep_gz);

// What a stored table is called at home: "people_20261121t074500_100_synthetic.jsonl". REQUIRES: a safe name.
std::string home_name(const std::string& stored, const RowShape& shape);

// Fetches a stored table into `target`, or to standard output for "-". Throws what session::download throws,
// and Error(output_closed) when nobody reads standard output any more.
void bring_rows(Connection& connection, const std::string& stored, const session::Target& target,
                const RowShape& shape, progress::Progress& progress);
// The same into a table of a database, of which an old one is replaced if `replace`. Throws what table_files::write_table
// throws, too.
void bring_rows(Connection& connection, const std::string& stored, const table_files::TablePlace& place,
                bool replace, progress::Progress& progress);

// The table of a database that an --output names. Throws Error(usage) where a format is asked for as well, and what
// table_files::check_writable throws.
std::optional<table_files::TablePlace> database_output(const std::string& output, const std::string& format,
                                                       bool keep_gz, bool replace);
// "shop.db:orders"
std::string name_of(const table_files::TablePlace& place);

}  // namespace ctgan::host::commands
