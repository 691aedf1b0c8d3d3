#include "server/synth/codecs/codes.h"

#include <type_traits>

namespace ctgan::synth::codecs {

Codes Codes::sized(std::size_t categories, std::size_t rows) {
  constexpr std::size_t k_u8 = std::size_t{1} << 8;
  constexpr std::size_t k_u16 = std::size_t{1} << 16;
  Codes column;
  if (categories <= k_u8) {
    column.codes = std::vector<std::uint8_t>(rows);
  } else if (categories <= k_u16) {
    column.codes = std::vector<std::uint16_t>(rows);
  } else {
    column.codes = std::vector<std::uint32_t>(rows);
  }
  return column;
}

void Codes::set(std::size_t row, std::uint32_t code) {
  std::visit(
      [&](auto& v) {
        using Code = typename std::decay_t<decltype(v)>::value_type;
        v[row] = static_cast<Code>(code);
      },
      codes);
}

}  // namespace ctgan::synth::codecs
