// The cells of a column as values of one of Arrow's types.
#pragma once

#include <arrow/array.h>
#include <arrow/type.h>

#include <memory>
#include <string_view>
#include <vector>

namespace ctgan::host::parquet {

// Values of one column, in the order in which their texts come. Not safe to share between threads.
class ColumnWriter {
 public:
  // REQUIRES: has_texts(type).
  static std::unique_ptr<ColumnWriter> of(const std::shared_ptr<arrow::DataType>& type);

  ColumnWriter() = default;
  ColumnWriter(const ColumnWriter&) = delete;
  ColumnWriter& operator=(const ColumnWriter&) = delete;
  virtual ~ColumnWriter() = default;

  // Whether the type has a value that is written so. Nothing is kept but, of a dictionary, which values there are.
  virtual bool fits(std::string_view cell) = 0;
  // REQUIRES: fits(cell).
  virtual void append(std::string_view cell) = 0;
  virtual void append_null() = 0;
  // What was appended since the last call. Throws Error(io).
  virtual std::shared_ptr<arrow::Array> finish() = 0;
};

// Throws Error(io) unless all went well.
void require(const arrow::Status& status);

}  // namespace ctgan::host::parquet
