// CSV out: the reader's inverse, in blocks, so that memory does not grow with the rows.
//
//     table_formats::CsvWriter writer(sink);
//     writer.write_header(names);
//     writer.write_rows(block);      // as often as wanted, same columns
//
// Integers as digits; reals in the column's number format; else with its decimals, or without any the
// shortest text that reads back to the same double and still looks like a real (1000.0, 1e+30); text and bool
// as their dictionary says; missing cells as the column spells them. A cell is quoted when it holds the
// delimiter, a quote, CR or LF, or when it is the empty cell of a one-column row. Lines end with LF.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/files/byte_sink.h"
#include "common/table/number_format.h"
#include "common/table/table.h"

namespace ctgan::table_formats {

// A column's cells as they are written, without quotes. The column outlives it.
class CellTexts {
 public:
  explicit CellTexts(const table::Column& column);

  void append(std::size_t row, std::string& out) const;

 private:
  void append_number(std::size_t row, std::string& out) const;

  const table::Column& column_;
  std::optional<table::NumberFormat> format_;
};

// One cell as CSV spells it.
void append_csv_cell(std::string_view text, char delimiter, std::string& out);

class CsvWriter {
 public:
  // `sink` must outlive the writer; closing it is the caller's work. Nothing waits in the writer between
  // calls. REQUIRES: no number holds the delimiter.
  explicit CsvWriter(files::ByteSink& sink, char delimiter = ',');

  void write_header(const std::vector<std::string>& names);
  void write_rows(const table::Table& block);

 private:
  void flush();

  files::ByteSink& sink_;
  char delimiter_;
  std::string buffer_;
};

}  // namespace ctgan::table_formats
