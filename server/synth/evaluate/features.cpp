#include "server/synth/evaluate/features.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "server/synth/evaluate/column_scores.h"

namespace ctgan::synth::evaluate {
namespace {

constexpr float k_absent = std::numeric_limits<float>::quiet_NaN();

std::vector<float> numbers_by_frequency(const ComparedColumn& column) {
  const std::vector<double> counts = counts_of(column.of(Side::original).codes, column.labels.size());
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
  std::vector<float> numbers(counts.size());
  for (std::size_t place = 0; place < order.size(); ++place) {
    numbers[order[place]] = static_cast<float>(std::min(place, k_most_categories - 1));
  }
  return numbers;
}

}  // namespace

FeatureMaker::FeatureMaker(const ComparedTables& tables, std::vector<std::size_t> columns)
    : tables_(tables), columns_(std::move(columns)) {
  for (const std::size_t place : columns_) {
    const ComparedColumn& column = tables_.columns[place];
    numbers_.push_back(column.shape == ColumnShape::categorical ? numbers_by_frequency(column)
                                                                : std::vector<float>());
  }
}

Features FeatureMaker::none() const {
  Features features;
  features.width = columns_.size();
  features.categorical.reserve(columns_.size());
  for (const std::size_t place : columns_) {
    features.categorical.push_back(tables_.columns[place].shape == ColumnShape::categorical ? 1 : 0);
  }
  return features;
}

void FeatureMaker::append(Side side, std::span<const std::uint32_t> rows, Features& features) const {
  const std::size_t first = features.cells.size();
  features.cells.resize(first + rows.size() * columns_.size());
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const Cells& cells = tables_.columns[columns_[c]].of(side);
    float* out = features.cells.data() + first + c;
    for (std::size_t i = 0; i < rows.size(); ++i, out += columns_.size()) {
      if (cells.codes.empty()) {
        *out = static_cast<float>(cells.numbers[rows[i]]);
      } else {
        const std::uint32_t code = cells.codes[rows[i]];
        *out = code == k_missing_code ? k_absent : numbers_[c][code];
      }
    }
  }
}

}  // namespace ctgan::synth::evaluate
