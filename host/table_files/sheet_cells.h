// The cells of one sheet of a workbook, and how they are written as CSV.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/files/byte_sink.h"

namespace ctgan::host::table_files {

// What the format of a cell makes of a number: a number; days since the workbook's first day; the time of day, of which a
// point in time may show no more; a span of hours, which goes on beyond 24.
enum class CellForm : std::uint8_t { number, date, time, span };

// By the code of a number format, such as "dd/mm/yyyy hh:mm" or "[h]:mm:ss"; texts in quotes, colours and conditions in
// brackets are no part of it.
CellForm form_of_code(std::string_view code);
// Of the formats that every workbook has, by their number (ECMA-376, part 1, 18.8.30).
CellForm form_of_builtin(std::size_t id);

class SheetCells {
 public:
  // `is_1904`: days count from 1904-01-01.
  explicit SheetCells(bool is_1904) : is_1904_(is_1904) {}

  // Cells of a row come in any order, the last one of a place counts. An empty text is no cell.
  void put_number(std::uint32_t row, std::uint32_t column, double number, CellForm form);
  void put_boolean(std::uint32_t row, std::uint32_t column, bool value);
  void put_text(std::uint32_t row, std::uint32_t column, std::string_view text);
  bool empty() const { return rows_.empty(); }

  // Returns which columns of the CSV are texts that are all numbers, by the names in the first row that has cells. The
  // cells are gone afterwards.
  std::vector<std::string> write_csv(files::ByteSink& csv) &&;

 private:
  // Sixteen bytes, since a sheet may have a hundred million.
  struct Cell {
    double number = 0;          // 0 and 1 of a boolean
    std::uint32_t text = 0;     // its place in texts_
    std::uint32_t column : 24;  // of the sheet, from 0
    std::uint32_t form : 4;     // a CellForm
    std::uint32_t kind : 4;     // a Kind
  };
  enum Kind : std::uint8_t { k_number, k_boolean, k_text };
  struct Column;

  void put(std::uint32_t row, Cell cell);
  void look_at(const Cell& cell, Column& column) const;
  std::string text_of(const Cell& cell, const Column& column) const;

  std::vector<std::vector<Cell>> rows_;  // of the sheet, each with the cells that it has
  std::vector<std::string> texts_;       // each once
  std::unordered_map<std::string, std::uint32_t> known_;
  bool is_1904_;
};

}  // namespace ctgan::host::table_files
