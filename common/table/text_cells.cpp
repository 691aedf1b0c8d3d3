#include "common/table/text_cells.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace ctgan::table {
namespace {

constexpr std::size_t k_first_slots = 64;
constexpr std::size_t k_word = sizeof(std::uint64_t);
// Odd and without pattern: its products spread their operands over the high bits.
constexpr std::uint64_t k_spread = 0x9e3779b97f4a7c15;

template <typename Word>
Word load(const char* place) {
  Word word = 0;
  std::memcpy(&word, place, sizeof word);
  return word;
}

// At most 8 bytes; different for different texts of one length.
std::uint64_t short_bits(std::string_view text) {
  const char* const first = text.data();
  const std::size_t length = text.size();
  if (length >= sizeof(std::uint32_t)) {
    return load<std::uint32_t>(first) |
           static_cast<std::uint64_t>(load<std::uint32_t>(first + length - sizeof(std::uint32_t))) << 32U;
  }
  if (length == 0) return 0;
  const auto byte = [first](std::size_t i) {
    return static_cast<std::uint64_t>(static_cast<std::uint8_t>(first[i]));
  };
  return byte(0) | byte(length / 2) << 8U | byte(length - 1) << 16U;
}

std::uint64_t long_hash(std::string_view text) {
  std::uint64_t hash = 0;
  const auto mix = [&hash](std::uint64_t word) {
    hash = (hash ^ word) * k_spread;
    hash ^= hash >> 32U;
  };
  for (std::size_t i = 0; i + k_word <= text.size(); i += k_word) mix(load<std::uint64_t>(text.data() + i));
  mix(load<std::uint64_t>(text.data() + text.size() - k_word));
  return hash;
}

bool is_bool_text(std::string_view text) {
  constexpr std::array<std::string_view, 6> k_spellings{"True", "False", "true", "false", "TRUE", "FALSE"};
  return std::find(k_spellings.begin(), k_spellings.end(), text) != k_spellings.end();
}

}  // namespace

TextCells::Key TextCells::key_of(std::string_view cell) {
  return {cell.size() <= k_word ? short_bits(cell) : long_hash(cell),
          static_cast<std::uint32_t>(cell.size())};
}

std::size_t TextCells::home(std::uint64_t bits, std::uint32_t length) const {
  return static_cast<std::size_t>(((bits ^ length) * k_spread) >> shift_);
}

bool TextCells::holds(const Slot& slot, const Key& key, std::string_view cell) const {
  return slot.bits == key.bits && slot.length == key.length &&
         (cell.size() <= k_word || categories_.dictionary[slot.code] == cell);
}

std::uint32_t TextCells::code_of(std::string_view cell) {
  std::vector<std::string>& dictionary = categories_.dictionary;
  if (slots_.size() < 2 * (dictionary.size() + 1)) grow();
  const Key key = key_of(cell);
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = home(key.bits, key.length);
  for (; slots_[place].code != k_free; place = (place + 1) & mask) {
    if (holds(slots_[place], key, cell)) return slots_[place].code;
  }
  const auto code = static_cast<std::uint32_t>(dictionary.size());
  slots_[place] = {key.bits, key.length, code};
  dictionary.emplace_back(cell);
  return code;
}

void TextCells::grow() {
  const std::vector<Slot> old = std::exchange(slots_, {});
  slots_.resize(std::max(k_first_slots, old.size() * 2));
  shift_ = 64 - std::countr_zero(slots_.size());
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.code == k_free) continue;
    std::size_t place = home(slot.bits, slot.length);
    while (slots_[place].code != k_free) place = (place + 1) & mask;
    slots_[place] = slot;
  }
}

Column TextCells::finish(std::string name) && {
  Column column;
  column.name = std::move(name);
  const auto& dictionary = categories_.dictionary;
  const bool boolean = !dictionary.empty() && std::all_of(dictionary.begin(), dictionary.end(), is_bool_text);
  column.dtype = boolean ? Dtype::boolean : Dtype::text;
  categories_.codes.shrink_to_fit();
  categories_.dictionary.shrink_to_fit();
  column.cells = std::move(categories_);
  return column;
}

}  // namespace ctgan::table
