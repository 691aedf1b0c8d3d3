#include "server/synth/private_gan/noisy_shares.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "server/synth/graphical/estimation.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::private_gan {
namespace {

// Nothing is left where noise left nothing: then all codes are as likely.
std::vector<double> shares_of(std::vector<double> cells, double total) {
  for (double& cell : cells) cell = std::max(cell, 0.0);
  double sum = std::accumulate(cells.begin(), cells.end(), 0.0);
  if (!(sum > 0)) {
    std::fill(cells.begin(), cells.end(), 1.0);
    sum = static_cast<double>(cells.size());
  }
  for (double& cell : cells) cell *= total / sum;
  return cells;
}

}  // namespace

encoders::OutputLayout NoisyShares::layout() const {
  encoders::OutputLayout layout;
  for (const marginals::Factor& one : one_way) layout.add_discrete(one.cells.size());
  return layout;
}

std::vector<codecs::CategoryRows> NoisyShares::category_rows() const {
  std::vector<codecs::CategoryRows> columns;
  for (const marginals::Factor& one : one_way) {
    codecs::CategoryRows column;
    for (const double rows : one.cells)
      column.counts.push_back(static_cast<std::uint64_t>(std::max(1.0, std::round(rows))));
    columns.push_back(std::move(column));
  }
  return columns;
}

NoisyShares noisy_shares(const std::vector<marginals::Measurement>& one_way) {
  NoisyShares shares;
  shares.total = std::max(1.0, graphical::estimated_total(one_way));
  for (const marginals::Measurement& one : one_way)
    shares.one_way.emplace_back(one.attributes, shares_of(one.cells, shares.total));
  return shares;
}

encoders::EncodedTable independent_rows(const NoisyShares& shares, std::size_t rows, std::uint64_t seed) {
  encoders::EncodedTable table{shares.layout(), {}, rows};
  for (std::size_t a = 0; a < shares.one_way.size(); ++a) {
    random::Stream random(seed, random::StreamId::rows, a);
    std::vector<double> cumulative;
    double sum = 0;
    for (const double cell : shares.one_way[a].cells) cumulative.push_back(sum += cell);
    codecs::Codes codes = codecs::Codes::sized(cumulative.size(), rows);
    for (std::size_t row = 0; row < rows; ++row) {
      const auto at = std::upper_bound(cumulative.begin(), cumulative.end() - 1, random.next_double() * sum);
      codes.set(row, static_cast<std::uint32_t>(at - cumulative.begin()));
    }
    table.columns.emplace_back(std::move(codes));
  }
  return table;
}

}  // namespace ctgan::synth::private_gan
