#include "server/synth/paid_domains/found_categories.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace ctgan::synth::paid_domains {

std::vector<std::uint64_t> units_with(const table::Categories& cells, std::span<const std::uint32_t> units) {
  std::vector<std::uint64_t> counts(cells.dictionary.size());
  if (units.empty()) {
    for (const std::uint32_t code : cells.codes) ++counts[code];
    return counts;
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (std::size_t row = 0; row < cells.codes.size(); ++row) pairs.emplace_back(cells.codes[row], units[row]);
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  for (const auto& [code, unit] : pairs) ++counts[code];
  return counts;
}

std::vector<std::string> find_categories(privacy::Mechanisms& mechanisms, const std::string& stage,
                                         const table::Categories& cells, std::span<const std::uint32_t> units,
                                         const CategorySearch& search) {
  const std::vector<std::uint64_t> counts = units_with(cells, units);
  std::vector<std::uint64_t> exact;
  std::vector<const std::string*> texts;
  for (std::size_t code = 0; code < counts.size(); ++code) {
    const std::string& text = cells.dictionary[code];
    // A dictionary may have texts of rows that are not used.
    if (counts[code] == 0 || std::find(search.known.begin(), search.known.end(), text) != search.known.end())
      continue;
    exact.push_back(counts[code]);
    texts.push_back(&text);
  }
  const double sigma = std::sqrt(static_cast<double>(search.rows_per_unit) / (2 * search.rho));
  const std::vector<std::optional<std::int64_t>> large =
      mechanisms.large_counts(stage, exact, search.rows_per_unit, sigma, search.delta);
  std::vector<std::pair<std::int64_t, const std::string*>> found;
  for (std::size_t i = 0; i < large.size(); ++i)
    if (large[i]) found.emplace_back(*large[i], texts[i]);
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : *a.second < *b.second;
  });
  if (found.size() > search.most) found.resize(search.most);
  std::vector<std::string> categories;
  categories.reserve(found.size());
  for (const auto& [count, text] : found) categories.push_back(*text);
  std::sort(categories.begin(), categories.end());
  return categories;
}

}  // namespace ctgan::synth::paid_domains
