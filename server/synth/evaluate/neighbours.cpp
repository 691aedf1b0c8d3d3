#include "server/synth/evaluate/neighbours.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>

#include "server/synth/evaluate/box_tree.h"

namespace ctgan::synth::evaluate {
namespace {

// Queries that share one load of a candidate.
constexpr std::size_t k_queries = 4;
// Blocks of candidates that stay in the nearest cache while a chunk of queries passes by.
constexpr std::size_t k_tile = 24;
constexpr std::size_t k_chunk = 64;
// Queries that tell whether boxes help: where they look at more than one in k_most_of_blocks they do not, since blocks
// out of order come from afar.
constexpr std::size_t k_first_queries = 32;
constexpr std::size_t k_most_of_blocks = 4;

// Apart from every number and every code, and equal to itself.
constexpr float k_missing = 1e30F;
constexpr float k_nowhere = std::numeric_limits<float>::infinity();

// Two codes differ by 2 or more, so that min(|a - b|, 1) is 1.
constexpr float k_code_step = 2.0F;

// Sums of min(|query - candidate|, 1) over the columns, by vectors of k_lanes numbers. `queries` is columns x
// k_queries, `sums` gets blocks x k_queries x k_block. The vectors are as wide as the processor's: of wider ones
// the compiler makes choices number by number, which took thirteen times as long.
template <std::size_t k_lanes>
[[gnu::always_inline]] inline void sum_by_lanes(const float* queries, const float* candidates,
                                                std::size_t blocks, std::size_t columns, float* sums) {
  // A typedef: of an alias g++ 12 drops the vector's size where it depends on the template.
  typedef float Lanes __attribute__((vector_size(k_lanes * sizeof(float)), aligned(4), may_alias));
  static_assert(sizeof(Lanes) == k_lanes * sizeof(float));
  const Lanes one = Lanes{} + 1.0F;
  for (std::size_t block = 0; block < blocks; ++block) {
    for (std::size_t part = 0; part < Coordinates::k_block; part += k_lanes) {
      Lanes totals[k_queries] = {};
      for (std::size_t column = 0; column < columns; ++column) {
        const Lanes candidate =
            *reinterpret_cast<const Lanes*>(candidates + column * Coordinates::k_block + part);
        for (std::size_t q = 0; q < k_queries; ++q) {
          const Lanes up = candidate - queries[column * k_queries + q];
          const Lanes distance = up > -up ? up : -up;
          totals[q] += distance < one ? distance : one;
        }
      }
      float* const out = sums + block * k_queries * Coordinates::k_block + part;
      for (std::size_t q = 0; q < k_queries; ++q) {
        *reinterpret_cast<Lanes*>(out + q * Coordinates::k_block) = totals[q];
      }
    }
    candidates += columns * Coordinates::k_block;
  }
}

using SumDistances = void (*)(const float* queries, const float* candidates, std::size_t blocks,
                              std::size_t columns, float* sums);

__attribute__((target("avx2"))) void sum_by_avx2(const float* queries, const float* candidates,
                                                 std::size_t blocks, std::size_t columns, float* sums) {
  sum_by_lanes<8>(queries, candidates, blocks, columns, sums);
}

__attribute__((target("avx512f"))) void sum_by_avx512(const float* queries, const float* candidates,
                                                      std::size_t blocks, std::size_t columns, float* sums) {
  sum_by_lanes<16>(queries, candidates, blocks, columns, sums);
}

void sum_by_any(const float* queries, const float* candidates, std::size_t blocks, std::size_t columns,
                float* sums) {
  sum_by_lanes<4>(queries, candidates, blocks, columns, sums);
}

// The widest that the processor has.
SumDistances widest_sum() {
  if (__builtin_cpu_supports("avx512f")) return sum_by_avx512;
  return __builtin_cpu_supports("avx2") ? sum_by_avx2 : sum_by_any;
}

float least_of(const float* sums) {
  float least = sums[0];
  for (std::size_t lane = 1; lane < Coordinates::k_block; ++lane)
    least = sums[lane] < least ? sums[lane] : least;
  return least;
}

// The closest so far of one query: `each` places, ascending, the lower row number first among equals.
class Closest {
 public:
  Closest(float* distances, std::uint32_t* rows, std::size_t each)
      : distances_(distances), rows_(rows), each_(each) {}

  bool is_too_far(float sum, std::uint32_t row) const {
    const float last = distances_[each_ - 1];
    return sum > last || (sum == last && row > rows_[each_ - 1]);
  }

  void offer(const float* sums, std::span<const std::uint32_t> rows) {
    offer(sums, rows.size(), [rows](std::size_t lane) { return rows[lane]; });
  }
  // Those from `first` on.
  void offer(const float* sums, std::size_t rows, std::size_t first) {
    offer(sums, rows, [first](std::size_t lane) { return static_cast<std::uint32_t>(first + lane); });
  }

  std::size_t offers() const { return offers_; }

 private:
  template <typename RowOf>
  void offer(const float* sums, std::size_t rows, const RowOf& row_of) {
    ++offers_;
    if (least_of(sums) > distances_[each_ - 1]) return;
    for (std::size_t lane = 0; lane < rows; ++lane) {
      if (!is_too_far(sums[lane], row_of(lane))) insert(sums[lane], row_of(lane));
    }
  }

  void insert(float distance, std::uint32_t row) {
    std::size_t place = each_ - 1;
    for (; place > 0 && (distances_[place - 1] > distance ||
                         (distances_[place - 1] == distance && rows_[place - 1] > row));
         --place) {
      distances_[place] = distances_[place - 1];
      rows_[place] = rows_[place - 1];
    }
    distances_[place] = distance;
    rows_[place] = row;
  }

  float* distances_;
  std::uint32_t* rows_;
  std::size_t each_;
  std::size_t offers_ = 0;
};

float distance_in(const Coordinates& queries, std::size_t query, const Coordinates& candidates,
                  std::size_t candidate, std::size_t column) {
  return std::min(std::abs(candidates.at(candidate, column) - queries.at(query, column)), 1.0F);
}

// The closest so far of one query by all columns but one, for each column left out.
class ClosestWithout {
 public:
  ClosestWithout(const Coordinates& queries, std::size_t query, const Coordinates& candidates,
                 std::span<const std::size_t> left_out)
      : queries_(queries),
        query_(query),
        candidates_(candidates),
        left_out_(left_out),
        // What two sums of the same numbers in two orders differ by at most (Higham 2002, section 4.2).
        rounding_(2 * std::numeric_limits<float>::epsilon() *
                  static_cast<float>(queries.columns() * queries.columns())),
        sums_(left_out.size(), k_nowhere),
        rows_(left_out.size()) {}

  void offer(const float* sums, std::size_t first_row) {
    if (least_of(sums) >= farthest_ + 1 + rounding_) return;
    const std::size_t rows = std::min(Coordinates::k_block, candidates_.rows() - first_row);
    for (std::size_t lane = 0; lane < rows; ++lane) {
      if (sums[lane] < farthest_ + 1 + rounding_) offer(sums[lane], first_row + lane);
    }
  }

  std::uint32_t row(std::size_t choice) const { return rows_[choice]; }

 private:
  void offer(float sum, std::size_t candidate) {
    for (std::size_t choice = 0; choice < left_out_.size(); ++choice) {
      const float gone = distance_in(queries_, query_, candidates_, candidate, left_out_[choice]);
      if (sum - gone >= sums_[choice] + rounding_) continue;
      // As closest() would sum it.
      const float exact = sum_without(candidate, left_out_[choice]);
      if (exact >= sums_[choice]) continue;
      sums_[choice] = exact;
      rows_[choice] = static_cast<std::uint32_t>(candidate);
    }
    farthest_ = *std::max_element(sums_.begin(), sums_.end());
  }

  float sum_without(std::size_t candidate, std::size_t left_out) const {
    float sum = 0;
    for (std::size_t column = 0; column < queries_.columns(); ++column) {
      if (column != left_out) sum += distance_in(queries_, query_, candidates_, candidate, column);
    }
    return sum;
  }

  const Coordinates& queries_;
  std::size_t query_;
  const Coordinates& candidates_;
  std::span<const std::size_t> left_out_;
  float rounding_;
  float farthest_ = k_nowhere;
  std::vector<float> sums_;
  std::vector<std::uint32_t> rows_;
};

// Four queries side by side; behind the last one stands the last again.
std::vector<float> gather(const Coordinates& queries, std::size_t first) {
  std::vector<float> gathered(queries.columns() * k_queries);
  for (std::size_t q = 0; q < k_queries; ++q) {
    const std::size_t row = std::min(first + q, queries.rows() - 1);
    for (std::size_t column = 0; column < queries.columns(); ++column) {
      gathered[column * k_queries + q] = queries.at(row, column);
    }
  }
  return gathered;
}

// Shows each query of [first, last) every candidate, ascending: visit(query, sums, first_candidate) with the sums
// of distances of k_block candidates, behind the last candidate those of rows that are far from everything.
template <typename Visit>
void search(const Coordinates& queries, std::size_t first, std::size_t last, const Coordinates& candidates,
            const Visit& visit) {
  std::vector<std::vector<float>> groups;
  for (std::size_t row = first; row < last; row += k_queries) groups.push_back(gather(queries, row));
  std::array<float, k_tile * k_queries * Coordinates::k_block> sums;
  const SumDistances sum_distances = widest_sum();
  for (std::size_t block = 0; block < candidates.blocks(); block += k_tile) {
    const std::size_t blocks = std::min(k_tile, candidates.blocks() - block);
    for (std::size_t group = 0; group < groups.size(); ++group) {
      sum_distances(groups[group].data(), candidates.block(block), blocks, candidates.columns(), sums.data());
      for (std::size_t q = 0; q < k_queries; ++q) {
        const std::size_t row = first + group * k_queries + q;
        if (row >= last) break;
        for (std::size_t b = 0; b < blocks; ++b) {
          visit(row, sums.data() + (b * k_queries + q) * Coordinates::k_block,
                (block + b) * Coordinates::k_block);
        }
      }
    }
  }
}

Closest closest_of(std::size_t query, Neighbours& found) {
  return {found.distances.data() + query * found.each, found.rows.data() + query * found.each, found.each};
}

// How many blocks of candidates were looked at.
std::size_t search_tree(const Coordinates& queries, std::size_t first, std::size_t last, const BoxTree& tree,
                        Neighbours& found) {
  std::vector<float> query(queries.columns());
  std::size_t offers = 0;
  for (std::size_t row = first; row < last; ++row) {
    for (std::size_t column = 0; column < query.size(); ++column) query[column] = queries.at(row, column);
    Closest nearest = closest_of(row, found);
    tree.search(query.data(), nearest);
    offers += nearest.offers();
  }
  return offers;
}

void search_all(const Coordinates& queries, std::size_t first, std::size_t last,
                const Coordinates& candidates, Neighbours& found) {
  search(queries, first, last, candidates, [&](std::size_t query, const float* sums, std::size_t row) {
    closest_of(query, found).offer(sums, std::min(Coordinates::k_block, candidates.rows() - row), row);
  });
}

// Of the numbers in their order, which they are put in no farther than it takes.
double quantile(std::vector<double>& numbers, double part) {
  const auto place =
      numbers.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(numbers.size() - 1));
  std::nth_element(numbers.begin(), place, numbers.end());
  return *place;
}

double scale_of(std::vector<double>& numbers) {
  const double middle = quantile(numbers, 0.99) - quantile(numbers, 0.01);
  if (middle > 0 && std::isfinite(middle)) return middle;
  const auto [least, greatest] = std::minmax_element(numbers.begin(), numbers.end());
  const double range = *greatest - *least;
  return range > 0 && std::isfinite(range) ? range : 1;
}

}  // namespace

Coordinates::Coordinates(std::size_t rows, std::size_t columns)
    : rows_(rows),
      columns_(columns),
      numbers_((rows + k_block - 1) / k_block * k_block * columns, k_nowhere) {}

MixedDistance::MixedDistance(const ComparedTables& tables)
    : tables_(tables), origins_(tables.columns.size()), scales_(tables.columns.size(), 1) {
  for (std::size_t place = 0; place < tables.columns.size(); ++place) {
    std::vector<double> numbers = tables.columns[place].of(Side::original).numbers;
    std::erase_if(numbers, [](double number) { return std::isnan(number); });
    if (numbers.empty()) continue;
    origins_[place] = quantile(numbers, 0.5);
    scales_[place] = scale_of(numbers);
  }
}

Coordinates MixedDistance::coordinates(Side side, std::span<const std::uint32_t> rows,
                                       std::span<const std::size_t> columns) const {
  Coordinates coordinates(rows.size(), columns.size());
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const Cells& cells = tables_.columns[columns[c]].of(side);
    const bool numeric = tables_.columns[columns[c]].shape == ColumnShape::numeric;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (numeric) {
        const double number = cells.numbers[rows[i]];
        const auto scaled = static_cast<float>((number - origins_[columns[c]]) / scales_[columns[c]]);
        coordinates.at(i, c) = std::isnan(number) ? k_missing : std::clamp(scaled, -1e20F, 1e20F);
      } else {
        const std::uint32_t code = cells.codes[rows[i]];
        coordinates.at(i, c) = code == k_missing_code ? k_missing : k_code_step * static_cast<float>(code);
      }
    }
  }
  return coordinates;
}

Neighbours closest(const Coordinates& queries, const Coordinates& candidates, std::size_t wanted,
                   threads::ThreadPool& pool) {
  Neighbours found;
  found.each = std::min(wanted, candidates.rows());
  found.distances.assign(queries.rows() * found.each, k_nowhere);
  found.rows.assign(queries.rows() * found.each, 0);
  if (found.distances.empty()) return found;
  const BoxTree tree(candidates);
  // Many columns that have little to do with one another leave no box empty of what is near: then to look at all
  // candidates in their order is faster. The first queries tell.
  const std::size_t asked = std::min(queries.rows(), k_first_queries);
  const std::size_t offers = search_tree(queries, 0, asked, tree, found);
  const bool boxes_help = offers <= asked * candidates.blocks() / k_most_of_blocks;
  pool.run((queries.rows() - asked + k_chunk - 1) / k_chunk, [&](std::size_t chunk) {
    const std::size_t first = asked + chunk * k_chunk;
    const std::size_t last = std::min(first + k_chunk, queries.rows());
    if (boxes_help) {
      search_tree(queries, first, last, tree, found);
    } else {
      search_all(queries, first, last, candidates, found);
    }
  });
  for (float& distance : found.distances) distance /= static_cast<float>(queries.columns());
  return found;
}

std::vector<std::vector<std::uint32_t>> closest_without(const Coordinates& queries,
                                                        const Coordinates& candidates,
                                                        std::span<const std::size_t> left_out,
                                                        threads::ThreadPool& pool) {
  std::vector<std::vector<std::uint32_t>> found(left_out.size(), std::vector<std::uint32_t>(queries.rows()));
  pool.run((queries.rows() + k_chunk - 1) / k_chunk, [&](std::size_t chunk) {
    const std::size_t first = chunk * k_chunk;
    const std::size_t last = std::min(first + k_chunk, queries.rows());
    std::vector<ClosestWithout> best;
    for (std::size_t query = first; query < last; ++query)
      best.emplace_back(queries, query, candidates, left_out);
    search(queries, first, last, candidates, [&](std::size_t query, const float* sums, std::size_t row) {
      best[query - first].offer(sums, row);
    });
    for (std::size_t choice = 0; choice < left_out.size(); ++choice) {
      for (std::size_t query = first; query < last; ++query)
        found[choice][query] = best[query - first].row(choice);
    }
  });
  return found;
}

Reach reach_of(const Coordinates& centres, std::span<const float> radii, const Coordinates& points,
               threads::ThreadPool& pool) {
  Reach reach{std::vector<std::uint32_t>(centres.rows()), std::vector<std::uint32_t>(centres.rows()),
              std::vector<std::uint32_t>(points.rows())};
  const auto columns = static_cast<float>(centres.columns());
  pool.run((centres.rows() + k_chunk - 1) / k_chunk, [&](std::size_t chunk) {
    const std::size_t first = chunk * k_chunk;
    search(centres, first, std::min(first + k_chunk, centres.rows()), points,
           [&](std::size_t centre, const float* sums, std::size_t first_row) {
             // By the quotient, as closest() has it, so that a distance lies within itself.
             if (least_of(sums) / columns > radii[centre]) return;
             const std::size_t rows = std::min(Coordinates::k_block, points.rows() - first_row);
             for (std::size_t lane = 0; lane < rows; ++lane) {
               if (sums[lane] / columns > radii[centre]) continue;
               ++reach.of_centres[centre];
               reach.last_points[centre] = static_cast<std::uint32_t>(first_row + lane);
               std::atomic_ref(reach.of_points[first_row + lane]).fetch_add(1, std::memory_order_relaxed);
             }
           });
  });
  return reach;
}

}  // namespace ctgan::synth::evaluate
