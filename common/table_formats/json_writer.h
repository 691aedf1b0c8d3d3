// Rows as JSON (RFC 8259), from the cells of a CSV: one object a row, keys in the order of the columns.
//
//     JsonWriter writer(sink, JsonWriter::Shape::lines, names, types);
//     writer.write_row(cells);
//     writer.finish();
//
//   an empty cell    null
//   'n' a number     as it is spelled, without spaces around it; a number that JSON does not take
//                    (.5) becomes a string; what is no number stands for a missing value: null
//   'b' a truth      true or false; anything else a string, or null for a missing value
//   't' a text       a string, every byte kept; quotes, backslashes, control characters escaped
//   'T' a text       the same, or null for a missing value
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/files/byte_sink.h"
#include "common/table_formats/row_format.h"

namespace ctgan::table_formats {

class JsonWriter {
 public:
  enum class Shape {
    lines,  // an object a line
    array,  // one array, a line each
  };

  // `sink` must outlive it. REQUIRES: one letter a name; names and cells are UTF-8.
  JsonWriter(files::ByteSink& sink, Shape shape, const std::vector<std::string>& names, CellTypes types);

  // REQUIRES: one cell a name.
  void write_row(const std::string_view* cells);
  // Ends the array and writes what waits. To be called once, last.
  void finish();

 private:
  void append_cell(std::string_view cell, char type);
  bool is_missing(std::string_view cell) const;

  files::ByteSink& sink_;
  Shape shape_;
  std::vector<std::string> keys_;  // with all that stands between two values: ,"name":
  CellTypes types_;
  bool any_row_ = false;
  std::string buffer_;
};

// `text` between double quotes, appended to `out`.
void append_json_string(std::string_view text, std::string& out);

}  // namespace ctgan::table_formats
