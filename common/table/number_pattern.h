// Patterns of NumberFormat as text and back.
#pragma once

#include <string>
#include <string_view>

#include "common/table/number_format.h"

namespace ctgan::table {

// Throws Error(bad_data) for a text that is no pattern (number_format.h says what one is).
NumberFormat::Parts parse_number_pattern(std::string_view pattern);
std::string number_pattern(const NumberFormat::Parts& parts);

}  // namespace ctgan::table
