// Whether what a typed file calls texts would pass for numbers in a CSV file: whoever chose that type knows that they are
// none (postal codes, numbers of articles), and the column is one of categories.
#pragma once

#include <charconv>
#include <string_view>

namespace ctgan::host::table_files {

class NumericTexts {
 public:
  void see(std::string_view text) {
    if (!others_) (looks_like_a_number(text) ? numbers_ : others_) = true;
  }
  // A value that is no text.
  void see_other() { others_ = true; }
  bool all() const { return numbers_ && !others_; }

 private:
  // "007" as well, of which a CSV file's column would be one of numbers in print.
  static bool looks_like_a_number(std::string_view text) {
    double value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    return status == std::errc() && end == text.data() + text.size();
  }

  bool numbers_ = false, others_ = false;
};

}  // namespace ctgan::host::table_files
