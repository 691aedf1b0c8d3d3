// CSV out: the reader's inverse, in blocks, so that memory does not grow with the rows.
//
//     table::CsvWriter writer(sink);
//     writer.write_header(names);
//     writer.write_rows(block);      // as often as wanted, same columns
//
// Integers as digits; reals with the column's decimals, or without any the shortest text that reads back to
// the same double and still looks like a real (1000.0, 1e+30); text and bool as their dictionary says;
// missing cells as the column spells them. A cell is quoted when it holds a comma, a quote, CR or LF, or when
// it is the empty cell of a one-column row. Lines end with LF.
#pragma once

#include <string>
#include <vector>

#include "common/files/byte_sink.h"
#include "common/table/table.h"

namespace ctgan::table {

class CsvWriter {
 public:
  // `sink` must outlive the writer; closing it is the caller's work. Nothing waits in the writer between
  // calls.
  explicit CsvWriter(files::ByteSink& sink);

  void write_header(const std::vector<std::string>& names);
  void write_rows(const Table& block);

 private:
  void flush();

  files::ByteSink& sink_;
  std::string buffer_;
};

}  // namespace ctgan::table
