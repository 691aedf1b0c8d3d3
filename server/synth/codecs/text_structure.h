// What identifiers are made of: letters, digits, and punctuation that stays.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/table/number_text.h"

namespace ctgan::synth::codecs {

inline constexpr std::string_view k_digits = "0123456789";

using table::is_digit;
// A letter of ASCII or a digit: what may be another in a new identifier.
bool is_open(char c);
bool all_digits(std::string_view text);

// Letters outside ASCII as one small letter each.
std::string plain(std::string_view text);
// Every open character as 'a'.
std::string outline(std::string text);

// "INV-2024-0001": a-0-0 and the words INV, 2024, 0001. A word is letters or digits only.
struct Structure {
  explicit Structure(std::string_view text);

  std::string key;
  std::vector<std::string> words;
};

}  // namespace ctgan::synth::codecs
