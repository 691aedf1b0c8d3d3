// The cells of a text column while it is read: each distinct text once, and a code a row.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/table.h"

namespace ctgan::table {

class TextCells {
 public:
  void add(std::string_view cell) { categories_.codes.push_back(code_of(cell)); }
  // bool when every cell is True or False in one of pandas' spellings, else text.
  Column finish(std::string name) &&;

 private:
  // What is compared before the text: for up to 8 bytes the text itself, so that nothing else need be looked
  // at; a hash for longer ones.
  struct Key {
    std::uint64_t bits = 0;
    std::uint32_t length = 0;
  };
  // Open addressing over the dictionary.
  struct Slot {
    std::uint64_t bits = 0;
    std::uint32_t length = 0;
    std::uint32_t code = k_free;
  };
  static constexpr std::uint32_t k_free = 0xffffffff;

  static Key key_of(std::string_view cell);
  std::uint32_t code_of(std::string_view cell);
  std::size_t home(std::uint64_t bits, std::uint32_t length) const;
  bool holds(const Slot& slot, const Key& key, std::string_view cell) const;
  void grow();

  Categories categories_;
  std::vector<Slot> slots_;  // as many as a power of two, at most half of them used
  int shift_ = 64;           // 64 - log2(slots)
};

}  // namespace ctgan::table
