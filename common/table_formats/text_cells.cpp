#include "common/table_formats/text_cells.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "common/table_formats/padded_load.h"

namespace ctgan::table_formats {
namespace {

constexpr std::size_t k_first_slots = 64;
constexpr std::uint32_t k_word = sizeof(std::uint64_t);
// Odd and without pattern: its products spread their operands over the high bits.
constexpr std::uint64_t k_spread = 0x9e3779b97f4a7c15;

// At most 8 bytes; zeros behind them.
std::uint64_t short_bits(const char* text, std::size_t length) {
  return length == 0 ? 0 : load_word(text) << (8 * (k_word - length)) >> (8 * (k_word - length));
}

std::uint64_t long_hash(std::string_view text) {
  std::uint64_t hash = 0;
  const auto mix = [&hash](std::uint64_t word) {
    hash = (hash ^ word) * k_spread;
    hash ^= hash >> 32U;
  };
  for (std::size_t i = 0; i + k_word <= text.size(); i += k_word) mix(load_word(text.data() + i));
  mix(load_word(text.data() + text.size() - k_word));
  return hash;
}

}  // namespace

void TextCells::add(std::span<const CsvRow> rows, std::size_t column) {
  for (const CsvRow& row : rows) add(row.cells[column]);
}

void TextCells::add(std::string_view cell) {
  categories_.codes.push_back(code_of(cell));
}

TextCells::Key TextCells::key_of(std::string_view cell) {
  const char* const text = cell.data();
  const auto length = static_cast<std::uint32_t>(cell.size());
  if (length <= k_word) return {short_bits(text, length), 0, length};
  if (length <= 2 * k_word) return {load_word(text), short_bits(text + k_word, length - k_word), length};
  return {load_word(text), long_hash(cell), length};
}

std::size_t TextCells::home(const Key& key) const {
  std::uint64_t hash = (key.first ^ key.length) * k_spread;
  hash = (hash ^ (hash >> 32U) ^ key.last) * k_spread;
  return static_cast<std::size_t>(hash >> shift_);
}

std::uint32_t TextCells::code_of(std::string_view cell) {
  if (slots_.size() < 2 * (categories_.dictionary.size() + 1)) grow();
  const Key key = key_of(cell);
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = home(key);
  for (; slots_[place].code != k_free; place = (place + 1) & mask) {
    const Slot& slot = slots_[place];
    if (slot.key == key && (key.length <= 2 * k_word || categories_.dictionary[slot.code] == cell))
      return slot.code;
  }
  return add_to_dictionary(cell, key, place);
}

std::uint32_t TextCells::add_to_dictionary(std::string_view cell, const Key& key, std::size_t place) {
  const auto code = static_cast<std::uint32_t>(categories_.dictionary.size());
  slots_[place] = {key, code};
  categories_.dictionary.emplace_back(cell);
  return code;
}

void TextCells::grow() {
  const std::vector<Slot> old = std::exchange(slots_, {});
  slots_.resize(std::max(k_first_slots, old.size() * 2));
  shift_ = 64 - std::countr_zero(slots_.size());
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.code == k_free) continue;
    std::size_t place = home(slot.key);
    while (slots_[place].code != k_free) place = (place + 1) & mask;
    slots_[place] = slot;
  }
}

table::Column TextCells::finish(std::string name) && {
  table::Column column;
  column.name = std::move(name);
  const auto& dictionary = categories_.dictionary;
  const bool boolean =
      !dictionary.empty() && std::all_of(dictionary.begin(), dictionary.end(), table::is_bool_text);
  column.dtype = boolean ? table::Dtype::boolean : table::Dtype::text;
  categories_.codes.shrink_to_fit();
  categories_.dictionary.shrink_to_fit();
  column.cells = std::move(categories_);
  return column;
}

}  // namespace ctgan::table_formats
