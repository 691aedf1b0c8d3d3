// Reads whole words from texts that may be shorter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace ctgan::table_formats {

// What may be read behind the end of every cell.
inline constexpr std::size_t k_readable_bytes = 64;

inline std::uint64_t load_word(const char* place) {
  std::uint64_t word = 0;
  std::memcpy(&word, place, sizeof word);
  return word;
}

}  // namespace ctgan::table_formats
