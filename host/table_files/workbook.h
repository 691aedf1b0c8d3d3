// An Excel workbook: a zip archive of XML documents (ECMA-376, Office Open XML, part 1, chapter 18, and part 2 for how
// they name each other). Read are values; how cells look is passed over but for the formats that make dates of numbers.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/table_files/sheet_cells.h"
#include "host/table_files/zip_archive.h"

namespace ctgan::host::table_files {

// Not safe to share between threads.
class Workbook {
 public:
  // Reads all but the sheets. Throws Error(bad_data), without the file's name.
  explicit Workbook(const std::filesystem::path& file);

  // In the order in which a program shows them; those that it hides as well.
  const std::vector<std::string>& sheets() const { return names_; }
  bool is_hidden(std::size_t sheet) const { return hidden_[sheet]; }
  // Formulas are what they gave when the workbook was saved, errors are no cells. REQUIRES: a number of sheets().
  SheetCells read(std::size_t sheet) const;

 private:
  // What a document refers to.
  struct Relation {
    std::string id, type, target;
  };
  class SheetReader;

  std::vector<Relation> relations_of(const std::string& part) const;
  void read_book(const std::string& part);
  void read_strings(const std::string& part);
  void read_styles(const std::string& part);

  ZipArchive archive_;
  std::vector<std::string> names_, parts_;  // of sheets
  std::vector<bool> hidden_;
  std::vector<std::string> strings_;
  std::vector<CellForm> forms_;  // of the formats of cells
  bool is_1904_ = false;
};

}  // namespace ctgan::host::table_files
