// Groups of columns as an option's text has them: "age,sex;race,income".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ctgan::options {

// Names as they stand, without the blanks around them. Throws Error(usage) for an empty group or name, and for a name
// that is there twice.
std::vector<std::vector<std::string>> parse_splits(std::string_view text);

}  // namespace ctgan::options
