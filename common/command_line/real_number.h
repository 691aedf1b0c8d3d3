// A number on the command line that need not be whole.
#pragma once

#include <string>
#include <string_view>

namespace ctgan::command_line {

// The nearest double, whatever the locale. Throws Error(usage) that names the flag unless the text is a finite decimal
// number and nothing else: "3", "0.5", "1e-6".
double real_number(const std::string& text, std::string_view flag);

}  // namespace ctgan::command_line
