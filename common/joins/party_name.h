// What a party of a joined table is called, and its columns. Nothing is ever looked for by the beginning of a name: no
// party's name holds the separator, so that a joined column has one reading.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ctgan::joins {

inline constexpr char k_separator = '_';
// What ids stand in where nobody says it.
inline constexpr std::string_view k_default_key = "id";
inline constexpr std::size_t k_most_parties = 16;

// A letter, then up to 31 letters, digits or '-'. Throws Error(usage).
void check_party_name(const std::string& name);
// Two to k_most_parties names, no two of which differ in capitals only. Throws Error(usage).
void check_party_names(const std::vector<std::string>& names);

// "alice_age". REQUIRES: a checked name.
std::string joined_column(const std::string& party, const std::string& column);

}  // namespace ctgan::joins
