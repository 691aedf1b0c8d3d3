// Which of so many states a row is in: a category, a time zone, the text that stands for a missing value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

namespace ctgan::synth::codecs {

// One code a row, in the narrowest integer that holds the count of states.
struct Codes {
  // Zero-filled, for `rows` rows of `categories` states: u8 up to 256 of them, u16 up to 65,536, else u32.
  static Codes sized(std::size_t categories, std::size_t rows);

  std::variant<std::vector<std::uint8_t>, std::vector<std::uint16_t>, std::vector<std::uint32_t>> codes;

  std::uint32_t code(std::size_t row) const {
    return std::visit([row](const auto& v) { return static_cast<std::uint32_t>(v[row]); }, codes);
  }
  std::size_t rows() const {
    return std::visit([](const auto& v) { return v.size(); }, codes);
  }
  // Keeps the first of them.
  void resize(std::size_t rows) {
    std::visit([rows](auto& v) { v.resize(rows); }, codes);
  }
  // REQUIRES: code < the count it was sized for.
  void set(std::size_t row, std::uint32_t code);
};

}  // namespace ctgan::synth::codecs
