// What is done to texts of any kind before they are compared, whatever the locale.
#pragma once

#include <string>
#include <string_view>

namespace ctgan::texts {

// Of text that people type: what a cell, a name or an answer may have around it.
inline constexpr std::string_view k_blanks = " \t";
// Of text that comes in lines as well.
inline constexpr std::string_view k_blanks_and_ends = " \t\r\n\v\f";

// Without the blanks at both ends; a part of `text`.
std::string_view trimmed(std::string_view text, std::string_view blanks = k_blanks);

// Capitals of ASCII become small; all other bytes stay.
std::string in_small_letters(std::string_view text);

}  // namespace ctgan::texts
