// Which cell texts stand for a missing value in a column of numbers or dates.
//
//     const MissingTexts defaults;                    // those that pandas.read_csv takes
//     const MissingTexts own({"?", "unknown"});       // these, and the empty cell
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ctgan::table {

class MissingTexts {
 public:
  MissingTexts();
  // The empty cell is always among them. Throws Error(usage) for a text that reads as a finite number, and
  // for more than 200 texts.
  explicit MissingTexts(std::vector<std::string> texts);

  bool contains(std::string_view text) const;
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::vector<std::string> texts_;  // sorted, without repetition
};

}  // namespace ctgan::table
