// What is done now and then by whoever comes first.
#pragma once

#include <ctime>
#include <filesystem>

namespace ctgan::server::store {

// Whether the mark is older than `seconds`, or not there; it is new afterwards, for those who come later. Where it
// cannot be written the answer is yes every time.
bool is_due(const std::filesystem::path& mark, std::time_t seconds);

}  // namespace ctgan::server::store
