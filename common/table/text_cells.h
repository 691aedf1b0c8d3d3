// The cells of a text column while it is read: each distinct text once, and a code a row.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "common/table/table.h"

namespace ctgan::table {

class TextCells {
 public:
  void add(std::string_view cell);
  // bool when every cell is True or False in one of pandas' spellings, else text.
  Column finish(std::string name) &&;

 private:
  // Open addressing over the dictionary; part of the hash saves most comparisons of text.
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t code = k_free;
  };
  static constexpr std::uint32_t k_free = 0xffffffff;

  std::uint32_t code_of(std::string_view cell);
  void grow();

  Categories categories_;
  std::vector<Slot> slots_;
};

}  // namespace ctgan::table
