// What separates the cells of a file, judged by its beginning: for a file that is not separated by commas
// though nobody said so.
#pragma once

#include <optional>
#include <string_view>

namespace ctgan::table_formats {

struct DelimiterGuess {
  char delimiter = ',';
  // Beyond doubt: every line has the same number of these, no cell outside quotes holds a comma, and no other
  // delimiter fits. Such a file could not be read with commas: it would have one column.
  bool certain = false;
  // Some cell holds a comma between two digits.
  bool decimal_commas = false;
};

// Judges up to 1000 records of the first 64 KiB; `whole` says that the text ends with the file, so that its
// last line counts. Tried are ';', tab and '|'. Empty when the first line holds none of them or when no
// delimiter gives every record as many cells, two or more.
std::optional<DelimiterGuess> guess_delimiter(std::string_view beginning, bool whole, char quote = '"');

}  // namespace ctgan::table_formats
