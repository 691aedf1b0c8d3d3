#include <arrow/io/interfaces.h>
#include <arrow/record_batch.h>
#include <fmt/format.h>
#include <parquet/arrow/writer.h>

#include <algorithm>

#include "common/errors/error.h"
#include "common/table_formats/convert_rows.h"
#include "host/parquet_library/column_writer.h"
#include "host/parquet_library/parquet_file.h"
#include "host/parquet_library/storage_type.h"

namespace ctgan::host::parquet {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_batch_rows = std::size_t{1} << 16;

class SinkStream : public arrow::io::OutputStream {
 public:
  explicit SinkStream(files::ByteSink& sink) : sink_(sink) {}
  arrow::Status Close() override {
    is_closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return is_closed_; }
  arrow::Result<std::int64_t> Tell() const override { return written_; }
  arrow::Status Write(const void* bytes, std::int64_t size) override {
    sink_.write({static_cast<const char*>(bytes), static_cast<std::size_t>(size)});
    written_ += size;
    return arrow::Status::OK();
  }

 private:
  files::ByteSink& sink_;
  std::int64_t written_ = 0;
  bool is_closed_ = false;
};

// A type that the column may get, as long as every cell so far is a value of it.
struct Candidate {
  std::shared_ptr<arrow::Field> field;
  std::unique_ptr<ColumnWriter> writer;
  bool fits = true;
};

// One column while the rows are read for the first time, and for the second.
class Column {
 public:
  Column(std::string_view name, char letter, std::string_view storage_type) : name_(name) {
    if (const auto field = field_of(name, storage_type)) add(field);
    is_typed_ = !candidates_.empty();
    if (letter == 'n') add(arrow::field(name_, arrow::int64())), add(arrow::field(name_, arrow::float64()));
    if (letter == 'b') add(arrow::field(name_, arrow::boolean()));
    add(arrow::field(name_, arrow::utf8()));
  }

  void look(std::string_view cell, bool is_missing) {
    has_missing_ = has_missing_ || is_missing;
    if (is_missing) return;
    for (Candidate& candidate : candidates_) {
      if (!candidate.fits || candidate.writer->fits(cell)) continue;
      candidate.fits = false;
      if (&candidate == &candidates_.front()) misfit_ = cell;
    }
  }

  // After the first reading. A column that must not be null has empty texts in their place, if it is one of texts.
  void choose() {
    const auto fitting =
        std::find_if(candidates_.begin(), candidates_.end(), [](const Candidate& each) { return each.fits; });
    std::rotate(candidates_.begin(), fitting, fitting + 1);
    Candidate& chosen = candidates_.front();
    const bool is_text = arrow::is_base_binary_like(chosen.field->type()->id()) ||
                         chosen.field->type()->id() == arrow::Type::STRING_VIEW;
    has_empty_texts_ = !chosen.field->nullable() && is_text;
    if (has_missing_ && !has_empty_texts_) chosen.field = chosen.field->WithNullable(true);
  }

  void append(std::string_view cell, bool is_missing) {
    if (!is_missing || has_empty_texts_) return candidates_.front().writer->append(is_missing ? "" : cell);
    candidates_.front().writer->append_null();
  }

  const std::shared_ptr<arrow::Field>& field() const { return candidates_.front().field; }
  std::shared_ptr<arrow::Array> finish() { return candidates_.front().writer->finish(); }
  // Empty where the column has its storage type, or never had one.
  std::string remark() const {
    if (misfit_.empty() || !is_typed_) return {};
    return fmt::format("column {} is written as {}: {} does not fit its type in the table",
                       errors::quoted(name_), field()->type()->ToString(), errors::quoted(misfit_));
  }

 private:
  void add(const std::shared_ptr<arrow::Field>& field) {
    candidates_.push_back({field, ColumnWriter::of(field->type())});
  }

  std::string name_;
  std::vector<Candidate> candidates_;
  std::string misfit_;  // the first cell that is none of the storage type
  bool is_typed_ = false;
  bool has_missing_ = false;
  bool has_empty_texts_ = false;
};

class Rows {
 public:
  explicit Rows(const WrittenRows& rows) : rows_(rows) {
    for_each_row(
        [&](std::size_t i, std::string_view cell, bool is_missing) { columns_[i].look(cell, is_missing); });
    if (columns_.empty()) throw Error(Kind::bad_data, fmt::format("{} is empty", errors::quoted(rows.name)));
    for (Column& column : columns_) column.choose();
  }

  void write(files::ByteSink& out) {
    const auto sink = std::make_shared<SinkStream>(out);
    const auto packed =
        ::parquet::WriterProperties::Builder().compression(arrow::Compression::SNAPPY)->build();
    const auto arrow_types = ::parquet::ArrowWriterProperties::Builder().store_schema()->build();
    std::vector<std::shared_ptr<arrow::Field>> fields;
    for (const Column& column : columns_) fields.push_back(column.field());
    const auto schema = arrow::schema(fields);
    auto opened =
        ::parquet::arrow::FileWriter::Open(*schema, arrow::default_memory_pool(), sink, packed, arrow_types);
    require(opened.status());
    const auto writer = std::move(opened).ValueUnsafe();
    std::size_t waiting = 0, cells = 0;
    const auto flush = [&] {
      std::vector<std::shared_ptr<arrow::Array>> arrays;
      for (Column& column : columns_) arrays.push_back(column.finish());
      require(writer->WriteRecordBatch(
          *arrow::RecordBatch::Make(schema, static_cast<std::int64_t>(waiting), std::move(arrays))));
      waiting = 0;
    };
    for_each_row([&](std::size_t i, std::string_view cell, bool is_missing) {
      columns_[i].append(cell, is_missing);
      if (++cells % columns_.size() != 0) return;
      if (++waiting == k_batch_rows) flush();
    });
    if (waiting > 0) flush();
    require(writer->Close());
  }

  std::vector<std::string> remarks() const {
    std::vector<std::string> said;
    for (const Column& column : columns_)
      if (std::string remark = column.remark(); !remark.empty()) said.push_back(std::move(remark));
    return said;
  }

 private:
  // Calls `take` with each cell; the first time, the columns are made of the header.
  template <typename Take>
  void for_each_row(const Take& take) {
    const auto csv = rows_.open();
    bool is_header = true;
    table_formats::for_each_record(*csv, rows_.name, [&](const std::string_view* cells, std::size_t count) {
      if (is_header) {
        is_header = false;
        if (columns_.empty()) make_columns(cells, count);
        return;
      }
      for (std::size_t i = 0; i < count; ++i) take(i, cells[i], rows_.types.means_missing(i, cells[i]));
    });
  }

  void make_columns(const std::string_view* names, std::size_t count) {
    const table_formats::CellTypes& types = rows_.types;
    if (types.letters.size() != count)
      throw Error(Kind::bad_data,
                  fmt::format("{} does not say which of its columns are numbers", errors::quoted(rows_.name)),
                  "draw the rows again, or take them as CSV");
    for (std::size_t i = 0; i < count; ++i)
      columns_.emplace_back(names[i], types.letters[i],
                            types.storage.size() == count ? std::string_view(types.storage[i]) : "");
  }

  const WrittenRows& rows_;
  std::vector<Column> columns_;
};

}  // namespace

std::vector<std::string> write_parquet(const WrittenRows& rows, files::ByteSink& out) {
  Rows read(rows);
  read.write(out);
  return read.remarks();
}

}  // namespace ctgan::host::parquet
