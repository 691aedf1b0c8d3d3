// One YAML document, read strictly, as the JSON that it stands for: a job file is written by hand, or by somebody else.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace ctgan::host::job_files {

inline constexpr std::size_t k_most_bytes = std::size_t{1} << 20;

// Maps, lists and texts: a scalar is the text that it is written as, so that "007" and 1e-6 come as they are, and an empty
// one is null. Keys keep their order.
//
// Throws Error(bad_data) naming `name` and the line for: more than k_most_bytes; what is no YAML; more than one document;
// an anchor or an alias (what they repeat could be of any size), a tag, a key that is no text, a key that comes twice, more
// than 16 levels, 10,000 values; a line that is indented by a tab; bytes that are no UTF-8.
nlohmann::ordered_json read_yaml(std::string_view text, std::string_view name);

}  // namespace ctgan::host::job_files
