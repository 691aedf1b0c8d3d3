// Which category of a column a text means that somebody typed: the one spelt so; else the only one that is equal but
// for blanks at the ends, and for the case in a bool column, or in a column of numbers the only one that is the
// same number ("12.0" is 12).
//
//     const MeantCategories meant(column);
//     if (const auto place = meant.find("true")) ...
//
// Immutable, safe to share between threads.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/table/table.h"

namespace ctgan::conditions {

class MeantCategories {
 public:
  // Of a column of this type. `categories` outlive it.
  MeantCategories(table::Dtype dtype, const std::vector<std::string>& categories);

  // A position in `categories`; nothing where the text means none of them, or could mean several.
  std::optional<std::size_t> find(std::string_view text) const;

 private:
  // Nothing: several categories are alike.
  using Place = std::optional<std::size_t>;

  std::string bare(std::string_view text) const;

  table::Dtype dtype_;
  std::unordered_map<std::string_view, std::size_t> exact_;
  std::unordered_map<std::string, Place> bare_;
  std::map<long double, Place> numbers_;
};

}  // namespace ctgan::conditions
