#include "server/synth/sampling/row_filter.h"

#include <fmt/format.h>

#include <utility>

#include "common/errors/error.h"

namespace ctgan::synth::sampling {

void RowFilter::add(conditions::BoundCondition condition) {
  texts_.push_back(condition.text());
  conditions_.push_back(std::move(condition));
}

void RowFilter::add(conditions::BoundComparison comparison) {
  texts_.push_back(comparison.text());
  comparisons_.push_back(std::move(comparison));
}

void RowFilter::add(std::string text, std::shared_ptr<const CombinationTest> combinations) {
  texts_.push_back(std::move(text));
  combinations_.push_back(std::move(combinations));
}

std::vector<std::uint32_t> RowFilter::accepted(const table::Table& block) const {
  std::vector<std::uint8_t> keep(block.rows(), 1);
  for (const auto& condition : conditions_) condition.sift(block, keep);
  for (const auto& comparison : comparisons_) comparison.sift(block, keep);
  for (const auto& combinations : combinations_) combinations->sift(block, keep);
  std::vector<std::uint32_t> rows;
  for (std::size_t row = 0; row < keep.size(); ++row)
    if (keep[row] != 0) rows.push_back(static_cast<std::uint32_t>(row));
  return rows;
}

std::string RowFilter::description() const {
  constexpr std::size_t k_most = 5;
  std::string text;
  for (std::size_t i = 0; i < texts_.size() && i < k_most; ++i) {
    if (i > 0) text += i + 1 == texts_.size() ? " and " : ", ";
    text += errors::quoted(texts_[i]);
  }
  if (texts_.size() > k_most) text += fmt::format(" and {} more", texts_.size() - k_most);
  return text;
}

}  // namespace ctgan::synth::sampling
