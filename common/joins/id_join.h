// Tables of several parties, joined by a column of ids that names the same people in each: an inner join, in which a
// person is one row, so that what protects a row of it protects a person.
//
//     std::vector<KeyedTable> tables;
//     tables.push_back(keyed("alice", std::move(hers), "id", missing));   // throws what only alice is to hear
//     tables.push_back(keyed("bob", std::move(his), "id", missing));
//     table::Table joined = inner_join(std::move(tables));
//
// Time and memory grow with the rows of all tables together.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/missing_texts.h"
#include "common/table/table.h"

namespace ctgan::joins {

// From an id to its row, under a hash whose key is drawn: nobody can choose ids that fall together.
class KeyIndex {
 public:
  // Ids are compared as texts without blanks around them. Throws Error(bad_data) with the number of a row, and never a
  // cell's text: an id that is missing (an empty cell, or one of `missing`), or one that an earlier row has.
  KeyIndex(const table::Column& column, const table::MissingTexts& missing);

  std::optional<std::uint32_t> find(std::string_view key) const;
  // Without blanks.
  const std::string& key(std::size_t row) const { return keys_[row]; }
  std::size_t rows() const { return keys_.size(); }

 private:
  std::size_t slot_of(std::string_view key) const;

  std::array<unsigned char, 16> secret_{};
  std::vector<std::string> keys_;  // of each row
  std::vector<std::uint32_t>
      slots_;  // a row's number from 1; 0: free. A power of two, half of them at most are taken
};

struct KeyedTable {
  std::string party;
  table::Table table;  // without the ids
  KeyIndex index;
};

// A table whose cells are texts (table_formats::read_texts), by its column `key`. Throws Error(bad_data) for a table without
// that column, or with no other, and as KeyIndex.
KeyedTable keyed(std::string party, table::Table table, const std::string& key,
                 const table::MissingTexts& missing);

// The rows whose id is in every table, with the columns of all, from left to right, each called as joined_column() says.
// In an order that depends on the ids alone, not on that of the files. REQUIRES: at least one table, checked names.
table::Table inner_join(std::vector<KeyedTable> tables);

}  // namespace ctgan::joins
