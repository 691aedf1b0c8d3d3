#include "server/synth/evaluate/near_copies.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "server/synth/evaluate/clopper_pearson.h"
#include "server/synth/evaluate/intervals.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/membership.h"
#include "server/synth/evaluate/neighbours.h"

namespace ctgan::synth::evaluate {
namespace {

constexpr double k_error = 0.025;  // one-sided, of 95 %

Coordinates joined(const Coordinates& first, const Coordinates& second) {
  Coordinates both(first.rows() + second.rows(), first.columns());
  for (std::size_t row = 0; row < both.rows(); ++row) {
    for (std::size_t column = 0; column < both.columns(); ++column) {
      both.at(row, column) =
          row < first.rows() ? first.at(row, column) : second.at(row - first.rows(), column);
    }
  }
  return both;
}

// How many of a column's coordinates lie where.
class Distribution {
 public:
  Distribution(const Coordinates& rows, std::size_t column) : all_(static_cast<double>(rows.rows())) {
    std::vector<float> sorted(rows.rows());
    for (std::size_t row = 0; row < sorted.size(); ++row) sorted[row] = rows.at(row, column);
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t row = 0; row < sorted.size(); ++row) {
      if (row > 0 && sorted[row] == sorted[row - 1]) {
        ++up_to_.back();
        continue;
      }
      values_.push_back(sorted[row]);
      up_to_.push_back(static_cast<double>(row + 1));
    }
  }

  // -ln of the share that is as near to `place` as `other` is, who is counted once more so that it is never 0.
  double surprise(float place, float other) const {
    // In double differences of floats are exact, as far as it matters which is the lesser.
    const double reach = std::abs(static_cast<double>(place) - other);
    // Two categories, or a missing cell and another, have nothing in common.
    if (reach >= 1) return 0;
    const double nearer = below(place + reach, true) - below(place - reach, false);
    return -std::log((nearer + 1) / (all_ + 1));
  }

 private:
  // How many are below `end`, or at it.
  double below(double end, bool with_end) const {
    const auto found = with_end ? std::upper_bound(values_.begin(), values_.end(), end)
                                : std::lower_bound(values_.begin(), values_.end(), end);
    return found == values_.begin() ? 0 : up_to_[static_cast<std::size_t>(found - values_.begin()) - 1];
  }

  double all_;
  std::vector<float> values_;
  std::vector<double> up_to_;  // rows with this value or a lesser one
};

std::vector<Distribution> distributions(const Coordinates& rows) {
  std::vector<Distribution> found;
  found.reserve(rows.columns());
  for (std::size_t column = 0; column < rows.columns(); ++column) found.emplace_back(rows, column);
  return found;
}

// What a tested row has in common with others, the most surprising first.
class Scorer {
 public:
  Scorer(const std::vector<Distribution>& columns, const Coordinates& tested, const Coordinates& synthetic)
      : columns_(columns), tested_(tested), synthetic_(synthetic) {}

  double score(std::size_t row, std::span<const std::uint32_t> made,
               std::span<const std::uint32_t> known) const {
    std::vector<double> surprises;
    for (const std::uint32_t other : made) surprises.push_back(surprise(row, synthetic_, other));
    std::sort(surprises.begin(), surprises.end(), std::greater<>());
    double usual = 0;
    for (const std::uint32_t other : known) {
      if (other != row) usual = std::max(usual, surprise(row, tested_, other));
    }
    return surprises.front() - (usual + surprises[std::min(k_usual_place, surprises.size()) - 1]) / 2;
  }

 private:
  double surprise(std::size_t row, const Coordinates& others, std::size_t other) const {
    double sum = 0;
    for (std::size_t column = 0; column < columns_.size(); ++column)
      sum += columns_[column].surprise(tested_.at(row, column), others.at(other, column));
    return sum;
  }

  const std::vector<Distribution>& columns_;
  const Coordinates& tested_;
  const Coordinates& synthetic_;
};

std::size_t candidates_of(std::size_t columns) {
  return std::clamp(k_most_compared_cells / columns, k_usual_place, k_nearest);
}

std::vector<double> scores_of(const ComparedTables& tables, const TestedRows& rows,
                              threads::ThreadPool& pool) {
  const MixedDistance distance(tables);
  const std::vector<std::size_t> columns = tables.used();
  const Coordinates tested = joined(distance.coordinates(Side::original, rows.members, columns),
                                    distance.coordinates(Side::held_out, rows.others, columns));
  const Coordinates synthetic = distance.coordinates(Side::synthetic, rows.synthetic, columns);
  const std::vector<Distribution> by_column = distributions(synthetic);
  const std::size_t candidates = candidates_of(columns.size());
  const auto made_for = [&](std::size_t row) {
    const bool member = row < rows.members.size();
    const Neighbours& made = member ? rows.closest_to_members : rows.closest_to_others;
    const std::size_t place = member ? row : row - rows.members.size();
    return std::span(made.rows).subspan(place * made.each, std::min(made.each, candidates));
  };
  // A row is its own closest.
  const Neighbours known = closest(tested, tested, candidates + 1, pool);
  const Scorer scorer(by_column, tested, synthetic);
  std::vector<double> scores(tested.rows());
  constexpr std::size_t k_chunk = 256;
  pool.run((scores.size() + k_chunk - 1) / k_chunk, [&](std::size_t chunk) {
    const std::size_t last = std::min((chunk + 1) * k_chunk, scores.size());
    for (std::size_t row = chunk * k_chunk; row < last; ++row)
      scores[row] =
          scorer.score(row, made_for(row), std::span(known.rows).subspan(row * known.each, known.each));
  });
  return scores;
}

struct Tail {
  double members = 0;
  double others = 0;
};

// The rows with one of the `wanted` highest scores, and those that equal the last of them.
Tail tail_of(const std::vector<double>& scores, std::size_t members, std::size_t wanted) {
  std::vector<double> sorted = scores;
  const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(wanted - 1);
  std::nth_element(sorted.begin(), last, sorted.end(), std::greater<>());
  Tail tail;
  for (std::size_t row = 0; row < scores.size(); ++row) {
    if (scores[row] >= *last) ++(row < members ? tail.members : tail.others);
  }
  return tail;
}

// Training rows among the tail that are certain to be more than chance, of all training rows under test.
double certain_share(const Tail& tail, double members, double others, double error) {
  const double least = share_at_least(tail.members, tail.members + tail.others, error);
  const double by_chance = members / others * (1 - least) / least;
  return least > 0 ? std::max(0.0, tail.members * (1 - by_chance) / members) : 0;
}

}  // namespace

std::optional<NearCopies> measure_near_copies(const ComparedTables& tables, const TestedRows& rows,
                                              threads::ThreadPool& pool) {
  const auto members = static_cast<double>(rows.members.size());
  const auto others = static_cast<double>(rows.others.size());
  const double all = members + others;
  const double alarm_error = k_limits.alarm_error / k_tails;
  const auto first = static_cast<std::size_t>(std::ceil(std::log(alarm_error) / std::log(members / all)));
  const std::vector<double> scores = scores_of(tables, rows, pool);
  std::optional<NearCopies> found;
  for (std::size_t step = 0, wanted = first; step < k_tails && 2 * wanted <= scores.size();
       ++step, wanted *= 2) {
    const Tail tail = tail_of(scores, rows.members.size(), wanted);
    if (2 * (tail.members + tail.others) > all) break;
    NearCopies one;
    one.members = static_cast<std::size_t>(tail.members);
    one.others = static_cast<std::size_t>(tail.others);
    one.share = difference_of_shares(tail.members, members, tail.others, others);
    one.share.low = certain_share(tail, members, others, k_error / k_tails);
    one.certain = certain_share(tail, members, others, alarm_error);
    if (!found || one.certain > found->certain) found = one;
  }
  return found;
}

}  // namespace ctgan::synth::evaluate
