// Small CSV files whose cells hold no comma and no quote.
#pragma once

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "common/files/file.h"

namespace ctgan::tests {

using CsvRows = std::vector<std::vector<std::string>>;

// Every line, the header first, as its cells.
inline CsvRows csv_rows(const std::filesystem::path& csv) {
  CsvRows rows;
  std::istringstream lines(files::read_file(csv));
  for (std::string line; std::getline(lines, line);) {
    rows.emplace_back();
    std::string::size_type from = 0, comma = 0;
    do {
      comma = line.find(',', from);
      rows.back().push_back(line.substr(from, comma == std::string::npos ? comma : comma - from));
      from = comma + 1;
    } while (comma != std::string::npos);
  }
  return rows;
}

}  // namespace ctgan::tests
