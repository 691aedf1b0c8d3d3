#include "server/synth/evaluate/principal_components.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "server/synth/evaluate/column_scores.h"
#include "server/synth/evaluate/row_sample.h"

namespace ctgan::synth::evaluate {
namespace {

constexpr int k_iterations = 15;
constexpr std::size_t k_chunk = 512;  // rows
// Of a direction's length after its share in those before it was taken away: what is left is no direction.
constexpr double k_least_length = 1e-7;

}  // namespace

PrincipalComponents::PrincipalComponents(const ComparedTables& tables, Side side,
                                         std::span<const std::uint32_t> rows, std::size_t most,
                                         std::uint64_t seed, threads::ThreadPool& pool)
    : tables_(tables), width_(most) {
  describe(side);
  width_ = std::min(width_, dimensions_);
  random::Stream random = stream_for(seed, Purpose::membership_components);
  directions_.resize(dimensions_ * width_);
  for (double& number : directions_) number = 2 * random.next_double() - 1;
  orthonormalise();
  const Entries encoded = entries(side, rows, pool);
  for (int iteration = 0; iteration < k_iterations && width_ > 0; ++iteration) {
    Points points = projected(encoded, rows.size(), pool);
    centre(points);
    improve(encoded, points, pool);
    orthonormalise();
  }
  if (width_ == 0) return;
  Points points = projected(encoded, rows.size(), pool);
  centre(points);
}

void PrincipalComponents::describe(Side side) {
  for (const std::size_t place : tables_.used()) {
    const ComparedColumn& column = tables_.columns[place];
    Encoding encoding{.place = place, .first = dimensions_};
    if (column.shape == ColumnShape::categorical) {
      encoding.categories = column.labels.size() + 1;
      dimensions_ += encoding.categories;
    } else {
      std::vector<double> numbers = sorted_present(column.of(side).numbers);
      if (numbers.empty()) continue;
      const auto quantile = [&](double part) {
        return numbers[static_cast<std::size_t>(part * static_cast<double>(numbers.size() - 1))];
      };
      const double reach = quantile(0.99) - quantile(0.01);
      encoding.low = reach > 0 ? quantile(0.01) - reach : numbers.front();
      encoding.high = reach > 0 ? quantile(0.99) + reach : numbers.back();
      const auto count = static_cast<double>(numbers.size());
      for (double& number : numbers) number = std::clamp(number, encoding.low, encoding.high);
      encoding.centre = std::accumulate(numbers.begin(), numbers.end(), 0.0) / count;
      double squares = 0;
      for (const double number : numbers) squares += (number - encoding.centre) * (number - encoding.centre);
      encoding.scale = std::sqrt(squares / count);
      if (!(encoding.scale > 0) || !std::isfinite(encoding.scale)) continue;
      ++dimensions_;
    }
    columns_.push_back(encoding);
  }
}

PrincipalComponents::Entry PrincipalComponents::entry(const Encoding& column, Side side,
                                                      std::uint32_t row) const {
  const Cells& cells = tables_.columns[column.place].of(side);
  if (column.categories > 0) {
    const std::uint32_t code = cells.codes[row];
    return {column.first + (code == k_missing_code ? column.categories - 1 : code), 1 / std::numbers::sqrt2};
  }
  const double number = cells.numbers[row];
  if (std::isnan(number)) return {column.first, 0};
  return {column.first, (std::clamp(number, column.low, column.high) - column.centre) / column.scale};
}

PrincipalComponents::Entries PrincipalComponents::entries(Side side, std::span<const std::uint32_t> rows,
                                                          threads::ThreadPool& pool) const {
  Entries found(columns_.size());
  pool.run(columns_.size(), [&](std::size_t place) {
    found[place].resize(rows.size());
    std::transform(rows.begin(), rows.end(), found[place].begin(),
                   [&](std::uint32_t row) { return entry(columns_[place], side, row); });
  });
  return found;
}

Points PrincipalComponents::projected(const Entries& entries, std::size_t rows,
                                      threads::ThreadPool& pool) const {
  Points points{width_, std::vector<double>(rows * width_)};
  pool.run((rows + k_chunk - 1) / k_chunk, [&](std::size_t chunk) {
    for (const std::vector<Entry>& column : entries) {
      for (std::size_t i = chunk * k_chunk; i < std::min((chunk + 1) * k_chunk, rows); ++i) {
        const double* const direction = directions_.data() + column[i].dimension * width_;
        for (std::size_t k = 0; k < width_; ++k)
          points.cells[i * width_ + k] += column[i].number * direction[k];
      }
    }
  });
  return points;
}

void PrincipalComponents::centre(Points& points) {
  centre_.assign(width_, 0);
  for (std::size_t i = 0; i < points.cells.size(); ++i) centre_[i % width_] += points.cells[i];
  for (double& number : centre_) number /= static_cast<double>(points.rows());
  for (std::size_t i = 0; i < points.cells.size(); ++i) points.cells[i] -= centre_[i % width_];
}

Points PrincipalComponents::points(Side side, std::span<const std::uint32_t> rows,
                                   threads::ThreadPool& pool) const {
  Points points = projected(entries(side, rows, pool), rows.size(), pool);
  for (std::size_t i = 0; i < points.cells.size(); ++i) points.cells[i] -= centre_[i % width_];
  return points;
}

// The covariance times the directions. Centred places have the sum 0, so that the rows need not be centred. A column's
// dimensions are its own.
void PrincipalComponents::improve(const Entries& entries, const Points& from, threads::ThreadPool& pool) {
  std::fill(directions_.begin(), directions_.end(), 0.0);
  pool.run(entries.size(), [&](std::size_t place) {
    for (std::size_t i = 0; i < entries[place].size(); ++i) {
      const Entry& entry = entries[place][i];
      double* const direction = directions_.data() + entry.dimension * width_;
      for (std::size_t k = 0; k < width_; ++k) direction[k] += entry.number * from.cells[i * width_ + k];
    }
  });
}

// Gram and Schmidt; a direction that those before it span is dropped.
void PrincipalComponents::orthonormalise() {
  std::vector<std::vector<double>> kept;
  for (std::size_t k = 0; k < width_; ++k) {
    std::vector<double> one(dimensions_);
    for (std::size_t d = 0; d < dimensions_; ++d) one[d] = directions_[d * width_ + k];
    const auto length = [&] {
      return std::sqrt(std::inner_product(one.begin(), one.end(), one.begin(), 0.0));
    };
    const double before = length();
    // Once more takes away what rounding left.
    for (int pass = 0; pass < 2; ++pass) {
      for (const std::vector<double>& other : kept) {
        const double share = std::inner_product(one.begin(), one.end(), other.begin(), 0.0);
        for (std::size_t d = 0; d < dimensions_; ++d) one[d] -= share * other[d];
      }
    }
    const double after = length();
    if (!(after > k_least_length * before)) continue;
    for (double& number : one) number /= after;
    kept.push_back(std::move(one));
  }
  width_ = kept.size();
  directions_.resize(dimensions_ * width_);
  for (std::size_t k = 0; k < width_; ++k) {
    for (std::size_t d = 0; d < dimensions_; ++d) directions_[d * width_ + k] = kept[k][d];
  }
}

}  // namespace ctgan::synth::evaluate
