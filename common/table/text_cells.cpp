#include "common/table/text_cells.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace ctgan::table {
namespace {

constexpr std::size_t k_first_slots = 64;

bool is_bool_text(std::string_view text) {
  constexpr std::array<std::string_view, 6> k_spellings{"True", "False", "true", "false", "TRUE", "FALSE"};
  return std::find(k_spellings.begin(), k_spellings.end(), text) != k_spellings.end();
}

}  // namespace

void TextCells::add(std::string_view cell) {
  auto& [codes, dictionary] = categories_;
  const bool repeats = !codes.empty() && dictionary[codes.back()] == cell;
  codes.push_back(repeats ? codes.back() : code_of(cell));
}

std::uint32_t TextCells::code_of(std::string_view cell) {
  std::vector<std::string>& dictionary = categories_.dictionary;
  if (slots_.size() < 2 * (dictionary.size() + 1)) grow();
  const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>{}(cell));
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = hash & mask;
  for (; slots_[place].code != k_free; place = (place + 1) & mask) {
    if (slots_[place].hash == hash && dictionary[slots_[place].code] == cell) return slots_[place].code;
  }
  const auto code = static_cast<std::uint32_t>(dictionary.size());
  slots_[place] = {hash, code};
  dictionary.emplace_back(cell);
  return code;
}

void TextCells::grow() {
  std::vector<Slot> larger(std::max(k_first_slots, slots_.size() * 2));
  const std::size_t mask = larger.size() - 1;
  for (const Slot& slot : slots_) {
    if (slot.code == k_free) continue;
    std::size_t place = slot.hash & mask;
    while (larger[place].code != k_free) place = (place + 1) & mask;
    larger[place] = slot;
  }
  slots_ = std::move(larger);
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
