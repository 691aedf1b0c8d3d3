#include "common/conditions/meant_categories.h"

#include <algorithm>
#include <cctype>

#include "common/conditions/comparison.h"
#include "common/table/number_text.h"
#include "common/texts/texts.h"

namespace ctgan::conditions {
namespace {

std::optional<long double> number_in(std::string_view text) {
  const auto ordered = read_ordered(text);
  if (!ordered || ordered->kind != Ordered::Kind::number) return std::nullopt;
  return ordered->value;
}

template <typename Places, typename Key>
void add(Places& places, Key key, std::size_t place) {
  const auto [known, fresh] = places.try_emplace(std::move(key), place);
  if (!fresh) known->second = std::nullopt;
}

template <typename Places, typename Key>
std::optional<std::size_t> found_in(const Places& places, const Key& key) {
  const auto found = places.find(key);
  return found == places.end() ? std::nullopt : found->second;
}

}  // namespace

MeantCategories::MeantCategories(table::Dtype dtype, const std::vector<std::string>& categories)
    : dtype_(dtype) {
  for (std::size_t place = 0; place < categories.size(); ++place) {
    exact_.try_emplace(categories[place], place);
    add(bare_, bare(categories[place]), place);
    if (!table::is_numeric(dtype)) continue;
    if (const auto number = number_in(categories[place])) add(numbers_, *number, place);
  }
}

std::optional<std::size_t> MeantCategories::find(std::string_view text) const {
  if (const auto exact = exact_.find(text); exact != exact_.end()) return exact->second;
  const auto number = table::is_numeric(dtype_) ? number_in(text) : std::nullopt;
  return number ? found_in(numbers_, *number) : found_in(bare_, bare(text));
}

std::string MeantCategories::bare(std::string_view text) const {
  const std::string_view bare = texts::trimmed(text);
  return dtype_ == table::Dtype::boolean ? texts::in_small_letters(bare) : std::string(bare);
}

}  // namespace ctgan::conditions
