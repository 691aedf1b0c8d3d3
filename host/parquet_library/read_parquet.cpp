#include <arrow/io/file.h>
#include <arrow/record_batch.h>
#include <fmt/format.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>

#include <algorithm>
#include <numeric>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/table_formats/csv_writer.h"
#include "host/parquet_library/column_cells.h"
#include "host/parquet_library/parquet_file.h"
#include "host/parquet_library/storage_type.h"

namespace ctgan::host::parquet {
namespace {

using errors::Error;
using errors::Kind;
using ::parquet::arrow::FileReader;
using ::parquet::arrow::SchemaField;

class OpenFile {
 public:
  explicit OpenFile(const std::filesystem::path& file) : name_(file.string()) {
    ::parquet::arrow::FileReaderBuilder builder;
    require(builder.OpenFile(file.string()));
    require(builder.Build(&reader_));
  }

  // Arrow's sentence, without what its lines after the first say of its own sources.
  void require(const arrow::Status& status) const {
    if (status.ok()) return;
    const std::string& message = status.message();
    throw Error(Kind::bad_data,
                fmt::format("the Parquet file {} cannot be read: {}", errors::quoted(name_),
                            errors::visible(message.substr(0, message.find('\n')))),
                "if it is damaged, write it once more");
  }
  template <typename Value>
  Value require(arrow::Result<Value> result) const {
    require(result.status());
    return std::move(result).ValueUnsafe();
  }
  FileReader& reader() const { return *reader_; }

 private:
  std::string name_;
  std::unique_ptr<FileReader> reader_;
};

// A column that is read.
struct Column {
  std::shared_ptr<arrow::Field> field;
  int place = 0;  // in the file
  std::unique_ptr<ColumnCells> cells;
};

[[noreturn]] void refuse_type(const arrow::Field& field) {
  throw Error(Kind::bad_data,
              fmt::format("column {} holds {}, which is no text of a cell", errors::quoted(field.name()),
                          field.type()->ToString()),
              fmt::format("leave it out with '--drop {}'", field.name()));
}

std::vector<Column> columns_of(const std::vector<SchemaField>& fields,
                               const std::vector<std::string>& left_out) {
  std::vector<std::string> names;
  for (const SchemaField& field : fields) names.push_back(field.field->name());
  for (const std::string& name : left_out)
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw Error(Kind::usage, fmt::format("no column is named {}", errors::quoted(name)),
                  errors::suggestion(name, names));
  std::vector<Column> columns;
  for (const SchemaField& field : fields) {
    if (std::find(left_out.begin(), left_out.end(), field.field->name()) != left_out.end()) continue;
    if (!field.is_leaf() || !has_texts(*field.field->type())) refuse_type(*field.field);
    columns.push_back({field.field, field.column_index, ColumnCells::of(*field.field->type())});
  }
  return columns;
}

// Calls `take` with each batch of these columns.
template <typename Take>
void for_each_batch(const OpenFile& file, const std::vector<Column*>& columns, const Take& take) {
  std::vector<int> places;
  for (const Column* column : columns) places.push_back(column->place);
  std::vector<int> groups(static_cast<std::size_t>(file.reader().num_row_groups()));
  std::iota(groups.begin(), groups.end(), 0);
  const auto batches = file.require(file.reader().GetRecordBatchReader(groups, places));
  std::shared_ptr<arrow::RecordBatch> batch;
  while (file.require(batches->ReadNext(&batch)), batch != nullptr) take(*batch);
}

void look_first(const OpenFile& file, std::vector<Column>& columns) {
  std::vector<Column*> seen;
  for (Column& column : columns)
    if (column.cells->looks_first()) seen.push_back(&column);
  if (seen.empty()) return;
  for_each_batch(file, seen, [&](const arrow::RecordBatch& batch) {
    for (std::size_t i = 0; i < seen.size(); ++i) seen[i]->cells->look(*batch.column(static_cast<int>(i)));
  });
}

void append_row(const std::vector<Column>& columns, const arrow::RecordBatch& batch, std::int64_t row,
                std::string& text) {
  const std::size_t before = text.size();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) text += ',';
    try {
      columns[i].cells->append(*batch.column(static_cast<int>(i)), row, text);
    } catch (const Error& error) {
      throw Error(error.kind(),
                  fmt::format("column {}: {}", errors::quoted(columns[i].field->name()), error.sentence()),
                  fmt::format("leave it out with '--drop {}'", columns[i].field->name()));
    }
  }
  // An empty line would be no row.
  if (text.size() == before) text += "\"\"";
  text += '\n';
}

void write_header(const std::vector<Column>& columns, files::ByteSink& csv) {
  std::string line;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) line += ',';
    table_formats::append_csv_cell(columns[i].field->name(), ',', line);
  }
  csv.write(line + "\n");
}

}  // namespace

std::vector<ReadColumn> read_parquet(const std::filesystem::path& file,
                                     const std::vector<std::string>& left_out, files::ByteSink& csv) {
  constexpr std::size_t k_piece = std::size_t{256} << 10;
  const OpenFile opened(file);
  std::vector<Column> read = columns_of(opened.reader().manifest().schema_fields, left_out);
  look_first(opened, read);
  write_header(read, csv);
  std::vector<Column*> all;
  for (Column& column : read) all.push_back(&column);
  std::string text;
  for_each_batch(opened, all, [&](const arrow::RecordBatch& batch) {
    for (std::int64_t row = 0; row < batch.num_rows(); ++row) {
      append_row(read, batch, row, text);
      if (text.size() < k_piece) continue;
      csv.write(text);
      text.clear();
    }
  });
  csv.write(text);
  std::vector<ReadColumn> described;
  for (const Column& column : read)
    described.push_back({column.field->name(), storage_type(*column.field), column.cells->are_categories()});
  return described;
}

}  // namespace ctgan::host::parquet
