#include "common/table_formats/convert_rows.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "common/errors/error.h"
#include "common/table_formats/csv_records.h"
#include "common/table_formats/csv_writer.h"
#include "common/table_formats/json_writer.h"

namespace ctgan::table_formats {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_piece = std::size_t{256} << 10;

void copy(files::ByteSource& source, files::ByteSink& sink) {
  std::vector<char> buffer(k_piece);
  while (const std::size_t got = source.read(buffer)) sink.write({buffer.data(), got});
}

void write_tsv(files::ByteSource& csv, std::string_view name, files::ByteSink& sink) {
  std::string text;
  for_each_record(csv, name, [&](const std::string_view* cells, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) text += '\t';
      append_csv_cell(cells[i], '\t', text);
    }
    if (count == 1 && cells[0].empty()) text += "\"\"";
    text += '\n';
    if (text.size() < k_piece) return;
    sink.write(text);
    text.clear();
  });
  sink.write(text);
}

void write_json(files::ByteSource& csv, std::string_view name, const CellTypes& types,
                JsonWriter::Shape shape, files::ByteSink& sink) {
  std::optional<JsonWriter> writer;
  for_each_record(csv, name, [&](const std::string_view* cells, std::size_t count) {
    if (writer) return writer->write_row(cells);
    if (types.letters.size() != count) {
      throw Error(Kind::bad_data,
                  fmt::format("{} does not say which of its columns are numbers", errors::quoted(name)),
                  "draw the rows again, or take them as CSV");
    }
    writer.emplace(sink, shape, std::vector<std::string>(cells, cells + count), types);
  });
  if (!writer) throw Error(Kind::bad_data, fmt::format("{} is empty", errors::quoted(name)));
  writer->finish();
}

}  // namespace

void for_each_record(files::ByteSource& csv, std::string_view name,
                     const std::function<void(const std::string_view* cells, std::size_t count)>& take) {
  CsvDialect commas;
  commas.delimiter = ',';
  CsvRecords records(csv, name, commas, {});
  CsvBlock block;
  std::size_t width = 0;
  while (records.read(block)) {
    for (const CsvRecord& record : block.records) {
      if (width == 0) width = record.cells;
      if (record.cells != width) {
        throw Error(Kind::bad_data, fmt::format("{} has {} cells in line {} instead of {}",
                                                errors::quoted(name), record.cells, record.line, width));
      }
      take(block.cells.data() + record.first, width);
    }
  }
}

void convert_rows(files::ByteSource& csv, std::string_view name, const CellTypes& types, RowFormat format,
                  files::ByteSink& sink) {
  switch (format) {
    case RowFormat::csv:
      return copy(csv, sink);
    case RowFormat::tsv:
      return write_tsv(csv, name, sink);
    case RowFormat::jsonl:
      return write_json(csv, name, types, JsonWriter::Shape::lines, sink);
    case RowFormat::parquet:
      throw Error(Kind::internal, "Parquet is no text");
    case RowFormat::json:
      return write_json(csv, name, types, JsonWriter::Shape::array, sink);
  }
}

}  // namespace ctgan::table_formats
