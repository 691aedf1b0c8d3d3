#include "common/table_formats/csv_delimiter.h"

#include <algorithm>
#include <cstddef>

#include "common/table/number_text.h"

namespace ctgan::table_formats {
namespace {

constexpr std::string_view k_tried = ";\t|";
constexpr std::size_t k_judged_bytes = std::size_t{64} << 10;
constexpr std::size_t k_judged_records = 1000;

// Counts cells the way CsvRecords cuts them.
class Tally {
 public:
  Tally(std::string_view text, bool whole, char delimiter, char quote)
      : text_(text), whole_(whole), delimiter_(delimiter), quote_(quote) {
    while (even_ && records_ < k_judged_records && at_ < text_.size() && take_record()) {
    }
  }

  bool fits() const { return even_ && records_ >= 2 && cells_ >= 2; }
  bool bare_commas() const { return bare_commas_; }
  bool decimal_commas() const { return decimal_commas_; }

 private:
  // False when the record does not end in the text.
  bool take_record() {
    const std::size_t start = at_;
    for (std::size_t cells = 1;; ++cells) {
      if (!(at_ < text_.size() && text_[at_] == quote_ ? skip_quoted() : skip_bare())) return false;
      if (at_ < text_.size() && text_[at_] == delimiter_) {
        ++at_;
        continue;
      }
      const bool blank = text_.substr(start, at_ - start).find_first_not_of('\r') == std::string_view::npos;
      ++at_;
      if (!blank) count(cells);
      return true;
    }
  }

  void count(std::size_t cells) {
    if (records_ == 0) cells_ = cells;
    even_ = cells == cells_;
    ++records_;
  }

  bool skip_bare() {
    for (; at_ < text_.size() && text_[at_] != delimiter_ && text_[at_] != '\n'; ++at_) {
      if (text_[at_] != ',') continue;
      bare_commas_ = true;
      decimal_commas_ |= at_ > 0 && at_ + 1 < text_.size() && table::is_digit(text_[at_ - 1]) &&
                         table::is_digit(text_[at_ + 1]);
    }
    return at_ < text_.size() || whole_;
  }

  bool skip_quoted() {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != quote_) continue;
      if (at_ + 1 == text_.size() || text_[at_ + 1] != quote_) break;
      ++at_;
    }
    if (at_ == text_.size()) return false;
    ++at_;
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ == text_.size()) return whole_;
    even_ = text_[at_] == delimiter_ || text_[at_] == '\n';
    return even_;
  }

  std::string_view text_;
  bool whole_;
  char delimiter_;
  char quote_;
  std::size_t at_ = 0;
  std::size_t records_ = 0;
  std::size_t cells_ = 0;  // of the first record
  bool even_ = true;
  bool bare_commas_ = false;
  bool decimal_commas_ = false;
};

}  // namespace

std::optional<DelimiterGuess> guess_delimiter(std::string_view beginning, bool whole, char quote) {
  const std::string_view first_line = beginning.substr(0, beginning.find('\n'));
  if (first_line.find_first_of(k_tried) == std::string_view::npos) return std::nullopt;
  whole = whole && beginning.size() <= k_judged_bytes;
  beginning = beginning.substr(0, k_judged_bytes);
  std::optional<DelimiterGuess> guess;
  std::size_t fitting = 0;
  for (const char delimiter : k_tried) {
    const Tally tally(beginning, whole, delimiter, quote);
    if (!tally.fits()) continue;
    if (fitting++ == 0) guess = {delimiter, !tally.bare_commas(), tally.decimal_commas()};
  }
  if (fitting > 1) guess->certain = false;
  return guess;
}

}  // namespace ctgan::table_formats
