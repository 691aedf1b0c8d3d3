// The cells of a text column while it is read: each distinct text once, and a code a row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/table.h"
#include "common/table_formats/csv_row.h"

namespace ctgan::table_formats {

class TextCells {
 public:
  // Takes cell `column` of every row.
  void add(std::span<const CsvRow> rows, std::size_t column);
  // REQUIRES: k_readable_bytes behind the end may be read.
  void add(std::string_view cell);
  // bool when every cell is True or False in one of pandas' spellings, else text.
  table::Column finish(std::string name) &&;

 private:
  // What is compared before the text: for up to 16 bytes the text itself, so that nothing else need be looked
  // at; for longer ones a hash in `last`.
  struct Key {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint32_t length = 0;
    bool operator==(const Key&) const = default;
  };
  // Open addressing over the dictionary.
  struct Slot {
    Key key;
    std::uint32_t code = k_free;
  };
  static constexpr std::uint32_t k_free = 0xffffffff;

  static Key key_of(std::string_view cell);
  std::uint32_t code_of(std::string_view cell);
  std::uint32_t add_to_dictionary(std::string_view cell, const Key& key, std::size_t place);
  std::size_t home(const Key& key) const;
  void grow();

  table::Categories categories_;
  std::vector<Slot> slots_;  // as many as a power of two, at most half of them used
  int shift_ = 64;           // 64 - log2(slots)
};

}  // namespace ctgan::table_formats
