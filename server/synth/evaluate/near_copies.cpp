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
  Distribution() = default;
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

  double all_ = 0;
  std::vector<float> values_;
  std::vector<double> up_to_;  // rows with this value or a lesser one
};

std::vector<Distribution> distributions(const Coordinates& rows, threads::ThreadPool& pool) {
  std::vector<Distribution> found(rows.columns());
  pool.run(found.size(), [&](std::size_t column) { found[column] = Distribution(rows, column); });
  return found;
}

// What tested rows have in common with others: of synthetic rows the most surprising, less what is usual.
class Scorer {
 public:
  // Rows that one tested row is compared with.
  struct Compared {
    std::span<const std::uint32_t> made;
    std::span<const std::uint32_t> known;
  };

  Scorer(const std::vector<Distribution>& columns, const Coordinates& tested, const Coordinates& synthetic)
      : columns_(columns), tested_(tested), synthetic_(synthetic) {}

  // Of the tested rows from `first` on. Column by column, since the distributions of many are more than a cache holds.
  void score(std::size_t first, std::span<const Compared> compared, std::span<double> scores) const {
    std::vector<std::vector<double>> of_made(compared.size());
    std::vector<std::vector<double>> of_known(compared.size());
    for (std::size_t i = 0; i < compared.size(); ++i) {
      of_made[i].resize(compared[i].made.size());
      of_known[i].resize(compared[i].known.size());
    }
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      for (std::size_t i = 0; i < compared.size(); ++i) {
        const float place = tested_.at(first + i, column);
        add(column, place, synthetic_, compared[i].made, of_made[i]);
        add(column, place, tested_, compared[i].known, of_known[i]);
      }
    }
    for (std::size_t i = 0; i < compared.size(); ++i) {
      std::sort(of_made[i].begin(), of_made[i].end(), std::greater<>());
      double usual = 0;
      for (std::size_t other = 0; other < of_known[i].size(); ++other) {
        // A row is its own closest.
        if (compared[i].known[other] != first + i) usual = std::max(usual, of_known[i][other]);
      }
      scores[i] =
          of_made[i].front() - (usual + of_made[i][std::min(k_usual_place, of_made[i].size()) - 1]) / 2;
    }
  }

 private:
  void add(std::size_t column, float place, const Coordinates& others, std::span<const std::uint32_t> rows,
           std::vector<double>& surprises) const {
    for (std::size_t other = 0; other < rows.size(); ++other)
      surprises[other] += columns_[column].surprise(place, others.at(rows[other], column));
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
  const std::vector<Distribution> by_column = distributions(synthetic, pool);
  const std::size_t candidates = candidates_of(columns.size());
  const auto made_for = [&](std::size_t row) {
    const bool member = row < rows.members.size();
    const Neighbours& made = member ? rows.closest_to_members : rows.closest_to_others;
    const std::size_t place = member ? row : row - rows.members.size();
    return std::span(made.rows).subspan(place * made.each, std::min(made.each, candidates));
  };
  const Neighbours known = closest(tested, tested, candidates + 1, pool);
  const Scorer scorer(by_column, tested, synthetic);
  std::vector<double> scores(tested.rows());
  constexpr std::size_t k_chunk = 256;
  pool.run((scores.size() + k_chunk - 1) / k_chunk, [&](std::size_t chunk) {
    const std::size_t first = chunk * k_chunk;
    std::vector<Scorer::Compared> compared;
    for (std::size_t row = first; row < std::min(first + k_chunk, scores.size()); ++row)
      compared.push_back({made_for(row), std::span(known.rows).subspan(row * known.each, known.each)});
    scorer.score(first, compared, std::span(scores).subspan(first, compared.size()));
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
