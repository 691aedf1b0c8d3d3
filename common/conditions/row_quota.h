// How many rows of each category a sample is to have: "income=>50K:5000,<=50K:5000".
//
//     QUOTA  =  COLUMN=CATEGORY:ROWS[,CATEGORY:ROWS]...        "COLUMN=" may be repeated
//
// An entry ends at a colon with digits that a comma or the end follows; a category that itself holds such a
// place cannot be named. So the rows are known without the model.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ctgan::conditions {

struct RowQuota {
  struct Entry {
    std::string category;  // as it was typed
    std::uint64_t rows = 0;
  };
  std::size_t column = 0;  // in the names that it was parsed against
  std::vector<Entry> entries;
};

// The sum of the rows. Throws Error(usage): no such form, an entry of 0 rows, more than 10^18 in all.
std::uint64_t quota_rows(std::string_view text);

// Throws also for a column that there is not, with the closest. The longest name that fits is taken.
RowQuota parse_quota(std::string_view text, std::span<const std::string> columns);

}  // namespace ctgan::conditions
