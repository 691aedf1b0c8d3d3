// Numbers on the command line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ctgan::command_line {

// Throws Error(usage) that names the flag unless the text is decimal digits that fit, and nothing else.
std::uint64_t whole_number(const std::string& text, std::string_view flag);

// The same with K, M, G or T behind the digits, powers of 1000: "10G".
std::uint64_t byte_count(const std::string& text, std::string_view flag);

}  // namespace ctgan::command_line
