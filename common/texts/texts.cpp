#include "common/texts/texts.h"

#include <algorithm>
#include <iterator>

namespace ctgan::texts {

std::string_view trimmed(std::string_view text, std::string_view blanks) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string in_small_letters(std::string_view text) {
  std::string small;
  small.reserve(text.size());
  std::transform(text.begin(), text.end(), std::back_inserter(small),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return small;
}

}  // namespace ctgan::texts
