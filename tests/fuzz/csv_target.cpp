#include <string>

#include "common/table_formats/csv_reader.h"
#include "common/table_formats/csv_writer.h"
#include "common/table_formats/text_encoding.h"
#include "tests/fuzz/promises.h"
#include "tests/memory_streams.h"

namespace ctgan::fuzz {
namespace {

using table::Column;
using table::Dtype;
using table::Table;

// The first byte says how the rest is written, so that every dialect is tried.
table_formats::CsvDialect dialect_of(unsigned char word) {
  constexpr std::string_view k_delimiters = ",;\t|";
  table_formats::CsvDialect dialect;
  if ((word & 1) != 0) dialect.delimiter = k_delimiters[(word >> 1) & 3];
  dialect.decimal_comma = dialect.delimiter.has_value() && dialect.delimiter != ',' && (word & 8) != 0;
  if ((word & 16) != 0) dialect.quote = '\'';
  if ((word & 32) != 0) dialect.escape = '\\';
  if ((word & 64) != 0) dialect.comment = '#';
  dialect.header = (word & 128) == 0;
  return dialect;
}

struct Reading {
  std::optional<Table> table;
  std::string refusal;
};

Reading read(std::string_view bytes, const table_formats::CsvDialect& dialect, std::size_t piece) {
  tests::MemorySource source(std::string(bytes), piece);
  try {
    return {table_formats::read_delimited(source, "t.csv", dialect).table, {}};
  } catch (const errors::Error& error) {
    check_refusal({errors::Kind::bad_data}, error);
    return {std::nullopt, error.sentence()};
  }
}

std::string written(const Table& table) {
  tests::MemorySink sink;
  table_formats::CsvWriter writer(sink);
  writer.write_header(table.column_names());
  writer.write_rows(table);
  return sink.content;
}

void check_whole(const Column& column, std::size_t rows) {
  promise(!column.name.empty() && column.rows() == rows, "a column of another length");
  promise(column.missing.empty() || column.missing.size() == rows, "missing cells of another length");
  for (const std::uint8_t missing : column.missing)
    promise(missing <= column.missing_texts.size(), "a missing cell without its text");
  if (table::is_numeric(column.dtype)) return;
  for (const std::uint32_t code : column.categories().codes)
    promise(code < column.categories().dictionary.size(), "a code beyond the dictionary");
}

}  // namespace

void csv(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto dialect = dialect_of(static_cast<unsigned char>(bytes.front()));
  bytes.remove_prefix(1);
  const Reading whole = read(bytes, dialect, bytes.size() + 1);
  const Reading cut = read(bytes, dialect, 3);
  promise(whole.refusal == cut.refusal, "the pieces decide what is refused");
  if (!whole.table) return;
  for (const Column& column : whole.table->columns()) check_whole(column, whole.table->rows());
  const std::string text = written(*whole.table);
  promise(text == written(*cut.table), "the pieces decide what is read");

  // A name that begins as another format does, and a lone one that looks like several, are refused on purpose.
  if (table_formats::foreign_format(text)) return;
  const std::vector<std::string> names = whole.table->column_names();
  if (names.size() == 1 && names[0].find_first_of(";\t|") != std::string::npos) return;
  table_formats::CsvDialect plain;
  plain.delimiter = ',';
  const Reading again = read(text, plain, text.size());
  promise(again.table.has_value(), "what was read and written is refused: " + again.refusal);
  promise(written(*again.table) == text, "what was read and written reads differently");
}

}  // namespace ctgan::fuzz
