#include "server/synth/neural/conditional_sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ctgan::synth::neural {
namespace {

double weight_of(std::uint64_t rows, Frequency frequency) {
  const auto count = static_cast<double>(rows);
  return frequency == Frequency::log ? std::log1p(count) : count;
}

}  // namespace

ConditionSampler::ConditionSampler(const std::vector<codecs::CategoryRows>& columns, Frequency frequency) {
  std::uint32_t offset = 0;
  for (const codecs::CategoryRows& column : columns) {
    const Frequency own = column.own ? frequency : Frequency::original;
    Column drawn{offset, {}};
    double sum = 0;
    for (const std::uint64_t rows : column.counts) drawn.cumulative.push_back(sum += weight_of(rows, own));
    columns_.push_back(std::move(drawn));
    offset += static_cast<std::uint32_t>(column.counts.size());
  }
}

std::uint32_t ConditionSampler::draw(random::Stream& random) const {
  const Column& column = columns_[random.next_below(static_cast<std::uint32_t>(columns_.size()))];
  const double point = random.next_double() * column.cumulative.back();
  const auto category = std::upper_bound(column.cumulative.begin(), column.cumulative.end() - 1, point);
  return column.condition_offset + static_cast<std::uint32_t>(category - column.cumulative.begin());
}

RowSampler::RowSampler(const encoders::EncodedTable& table)
    : rows_(static_cast<std::uint32_t>(table.rows)), starts_(table.layout.condition_width + 1) {
  const auto each_cell = [&table](const auto& visit) {
    for (const std::size_t i : table.layout.discrete_blocks()) {
      const encoders::Block& block = table.layout.blocks[i];
      const auto& column = std::get<codecs::Codes>(table.columns[block.column]);
      for (std::size_t row = 0; row < table.rows; ++row)
        visit(block.condition_offset + column.code(row), row);
    }
  };
  each_cell([this](std::size_t condition, std::size_t) { ++starts_[condition + 1]; });
  std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
  sorted_.resize(starts_.back());
  std::vector<std::size_t> next(starts_.begin(), starts_.end() - 1);
  each_cell([this, &next](std::size_t condition, std::size_t row) {
    sorted_[next[condition]++] = static_cast<std::uint32_t>(row);
  });
}

std::uint32_t RowSampler::draw(std::uint32_t condition, random::Stream& random) const {
  const std::size_t start = starts_[condition];
  return sorted_[start + random.next_below(static_cast<std::uint32_t>(starts_[condition + 1] - start))];
}

}  // namespace ctgan::synth::neural
