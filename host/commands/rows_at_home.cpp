#include "host/commands/rows_at_home.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/files/gzip.h"
#include "common/files/gzip_pieces.h"
#include "common/table_formats/convert_rows.h"
#include "host/table_files/parquet.h"

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

// The rows as the server keeps them, unpacked.
class ArrivedRows : public files::ByteSource {
 public:
  explicit ArrivedRows(const std::filesystem::path& arrived) : packed_(arrived) {}
  std::size_t read(std::span<char> buffer) override { return rows_.read(buffer); }

 private:
  files::FileSource packed_;
  files::GunzipSource rows_{packed_};
};

table_formats::CellTypes cell_types_of(const std::filesystem::path& arrived) {
  files::FileSource beginning(arrived);
  return table_formats::cell_types_of_note(files::read_gzip_note(beginning));
}

void convert(const std::filesystem::path& arrived, const std::string& name, RowFormat format,
             files::ByteSink& sink) {
  ArrivedRows rows(arrived);
  table_formats::convert_rows(rows, name, cell_types_of(arrived), format, sink);
}

session::Rewrite rewrite_to_parquet(const std::string& name, progress::Progress& progress) {
  return [name, &progress](const std::filesystem::path& arrived, files::ByteSink& sink) {
    const table_files::CsvRows rows{name, cell_types_of(arrived),
                                    [&] { return std::make_unique<ArrivedRows>(arrived); }};
    for (const std::string& remark : table_files::write_parquet(rows, sink))
      progress.note("column_type", {{"remark", remark}}, "Warning: " + remark);
  };
}

session::Rewrite rewrite_to(const RowShape& shape, const std::string& name, progress::Progress& progress) {
  if (shape.format == RowFormat::parquet) return rewrite_to_parquet(name, progress);
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
                 "how the rows are written: csv, tsv, jsonl, json or parquet [by the name, else csv]")
      ->type_name("csv|tsv|jsonl|json|parquet")
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
  const bool is_parquet = shape.format == RowFormat::parquet;
  if (is_parquet && shape.packed) throw Error(Kind::usage, "Parquet is packed within", "leave '.gz' out");
  if ((shape.packed || is_parquet) && output == k_standard_output && isatty(STDOUT_FILENO) == 1) {
    throw Error(
        Kind::usage,
        fmt::format("{} are not written to a terminal", is_parquet ? "Parquet's bytes" : "packed rows"),
        is_parquet ? "redirect standard output" : "leave '--keep-gz' out, or redirect standard output");
  }
  if (is_parquet) table_files::require_parquet();
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
    session::download(connection.session(), file, out, rewrite_to(shape, stored, progress), progress);
  } else if (as_stored) {
    session::download(connection.session(), file, target, session::Form::as_stored, progress);
  } else {
    session::download(connection.session(), file, target, rewrite_to(shape, stored, progress), progress);
  }
}

void bring_rows(Connection& connection, const std::string& stored, const table_files::TablePlace& place,
                bool replace, progress::Progress& progress) {
  // All that is made of the rows goes into the database.
  StandardOutput unused;
  const auto store = [&](const std::filesystem::path& arrived, files::ByteSink& /*sink*/) {
    ArrivedRows rows(arrived);
    table_files::write_table(place, rows, cell_types_of(arrived), replace);
  };
  session::download(connection.session(), {"data", stored}, unused, store, progress);
}

std::optional<table_files::TablePlace> database_output(const std::string& output, const std::string& format,
                                                       bool keep_gz, bool replace) {
  std::optional<table_files::TablePlace> place = table_files::table_to_write(output);
  if (!place) return place;
  if (!format.empty() || keep_gz)
    throw Error(Kind::usage,
                fmt::format("a table of a database has no '{}'", keep_gz ? "--keep-gz" : "--format"),
                "leave it out, or name a file");
  table_files::check_writable(*place, replace);
  return place;
}

std::string name_of(const table_files::TablePlace& place) {
  return fmt::format("{}:{}", place.file.string(), place.table);
}

}  // namespace ctgan::host::commands
