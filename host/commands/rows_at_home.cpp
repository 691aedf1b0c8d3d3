#include "host/commands/rows_at_home.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/files/gzip.h"
#include "common/files/gzip_pieces.h"
#include "common/table_formats/convert_rows.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using table_formats::RowFormat;

constexpr std::string_view k_stored_end = ".csv.gz";

class StandardOutput : public files::ByteSink {
 public:
  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t put = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0 && errno == EPIPE)
        throw Error(Kind::output_closed, "nobody reads standard output any more");
      if (put < 0) throw errors::from_errno(errno, "write to", "standard output");
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
  }
};

void pass(const std::filesystem::path& arrived, files::ByteSink& sink) {
  files::FileSource source(arrived);
  std::vector<char> buffer(std::size_t{256} << 10);
  while (const std::size_t got = source.read(buffer)) sink.write({buffer.data(), got});
}

void convert(const std::filesystem::path& arrived, const std::string& name, RowFormat format,
             files::ByteSink& sink) {
  files::FileSource beginning(arrived);
  const table_formats::CellTypes types = table_formats::cell_types_of_note(files::read_gzip_note(beginning));
  files::FileSource packed(arrived);
  files::GunzipSource rows(packed);
  table_formats::convert_rows(rows, name, types, format, sink);
}

session::Rewrite rewrite_to(const RowShape& shape, const std::string& name) {
  if (shape.packed && shape.format == RowFormat::csv) return pass;
  return [shape, name](const std::filesystem::path& arrived, files::ByteSink& sink) {
    if (!shape.packed) return convert(arrived, name, shape.format, sink);
    files::GzipPieceSink gzip(sink);
    convert(arrived, name, shape.format, gzip);
    gzip.finish();
  };
}

}  // namespace

void add_format_flag(CLI::App& app, std::string& format, const std::string& group) {
  app.add_option("--format", format,
                 "how the rows are written: csv, tsv, jsonl or json [by the name, else csv]")
      ->type_name("csv|tsv|jsonl|json")
      ->group(group);
}

RowShape row_shape(const std::string& format, const std::string& output, bool keep_gz) {
  RowShape shape;
  shape.packed = keep_gz || output.ends_with(".gz");
  shape.format =
      format.empty() ? table_formats::row_format_of_output(output) : table_formats::parse_row_format(format);
  table_formats::refuse_foreign_output(output);
  if (keep_gz && shape.format != RowFormat::csv) {
    throw Error(Kind::usage,
                fmt::format("'--keep-gz' keeps the server's CSV and cannot write {}",
                            table_formats::row_format_name(shape.format)),
                "an '--output' that ends with .gz is packed in any format");
  }
  if (shape.packed && output == k_standard_output && isatty(STDOUT_FILENO) == 1) {
    throw Error(Kind::usage, "packed rows are not written to a terminal",
                "leave '--keep-gz' out, or redirect standard output");
  }
  return shape;
}

std::string home_name(const std::string& stored, const RowShape& shape) {
  std::string name = stored;
  if (name.ends_with(k_stored_end)) name.resize(name.size() - k_stored_end.size());
  return fmt::format("{}.{}{}", name, table_formats::row_format_name(shape.format),
                     shape.packed ? ".gz" : "");
}

void bring_rows(Connection& connection, const std::string& stored, const session::Target& target,
                const RowShape& shape, progress::Progress& progress) {
  const session::StoredFile file{"data", stored};
  const bool as_stored = shape.packed && shape.format == RowFormat::csv;
  if (target.path == k_standard_output) {
    StandardOutput out;
    session::download(connection.session(), file, out, rewrite_to(shape, stored), progress);
  } else if (as_stored) {
    session::download(connection.session(), file, target, session::Form::as_stored, progress);
  } else {
    session::download(connection.session(), file, target, rewrite_to(shape, stored), progress);
  }
}

void bring_rows(Connection& connection, const std::string& stored, const databases::TablePlace& place,
                bool replace, progress::Progress& progress) {
  // All that is made of the rows goes into the database.
  StandardOutput unused;
  const auto store = [&](const std::filesystem::path& arrived, files::ByteSink& /*sink*/) {
    files::FileSource beginning(arrived);
    const auto types = table_formats::cell_types_of_note(files::read_gzip_note(beginning));
    files::FileSource packed(arrived);
    files::GunzipSource rows(packed);
    databases::write_table(place, rows, types, replace);
  };
  session::download(connection.session(), {"data", stored}, unused, store, progress);
}

std::optional<databases::TablePlace> database_output(const std::string& output, const std::string& format,
                                                     bool keep_gz, bool replace) {
  std::optional<databases::TablePlace> place = databases::table_to_write(output);
  if (!place) return place;
  if (!format.empty() || keep_gz)
    throw Error(Kind::usage,
                fmt::format("a table of a database has no '{}'", keep_gz ? "--keep-gz" : "--format"),
                "leave it out, or name a file");
  databases::check_writable(*place, replace);
  return place;
}

std::string name_of(const databases::TablePlace& place) {
  return fmt::format("{}:{}", place.file.string(), place.table);
}

}  // namespace ctgan::host::commands
