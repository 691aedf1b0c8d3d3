// A row of a CSV on its way into the columns.
#pragma once

#include <cstdint>
#include <string_view>

namespace ctgan::table_formats {

struct CsvRow {
  const std::string_view* cells = nullptr;  // k_readable_bytes behind the end of each may be read
  std::uint64_t line = 0;
};

}  // namespace ctgan::table_formats
