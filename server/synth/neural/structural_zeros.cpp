#include "server/synth/neural/structural_zeros.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "common/errors/error.h"

namespace ctgan::synth::neural {
namespace {

using encoders::Block;
using encoders::EncodedTable;
using encoders::OutputLayout;
using Pair = StructuralZeros::Pair;

constexpr const char* k_tensor = "structural_zeros";
// Chance leaves 20 expected rows out once in 500 million pairs.
constexpr double k_least_expected = 20;
constexpr std::size_t k_most_positions = 2048;
constexpr std::size_t k_most_pairs = 50'000;
// Most pairs are seen among the first rows, and are done with.
constexpr std::size_t k_rows = 4096;
constexpr std::size_t k_words = k_rows / 64;

// Whether a row has a mode or category, or any other of its block: a deposit of any size, whatever its mode.
struct Position {
  std::uint32_t position = 0;
  std::uint32_t block = 0;
  bool any_other = false;
  std::size_t rows = 0;
};

struct Candidate {
  std::uint32_t a = 0, b = 0;  // among the positions, a before b
  std::uint64_t rows = 0;      // that have both
};

// The most frequent positions of modes and categories, and the others of those that many rows have, block by
// block.
std::vector<Position> frequent_positions(const EncodedTable& encoded) {
  constexpr double k_many = 0.1;
  std::vector<Position> found;
  const auto add = [&](std::size_t position, std::size_t block, bool any_other, std::size_t rows) {
    if (static_cast<double>(rows) >= k_least_expected)
      found.push_back(
          {static_cast<std::uint32_t>(position), static_cast<std::uint32_t>(block), any_other, rows});
  };
  for (std::size_t b = 0; b < encoded.layout.blocks.size(); ++b) {
    const Block& block = encoded.layout.blocks[b];
    if (block.kind == Block::Kind::scalar) continue;
    const std::vector<std::size_t> counts = count_rows(encoded, block);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      add(block.offset + i, b, false, counts[i]);
      if (block.width > 2 && static_cast<double>(counts[i]) >= k_many * static_cast<double>(encoded.rows))
        add(block.offset + i, b, true, encoded.rows - counts[i]);
    }
  }
  if (found.size() > k_most_positions) {
    std::stable_sort(found.begin(), found.end(),
                     [](const Position& a, const Position& b) { return a.rows > b.rows; });
    found.resize(k_most_positions);
    std::stable_sort(found.begin(), found.end(),
                     [](const Position& a, const Position& b) { return a.block < b.block; });
  }
  return found;
}

double expected(const Position& a, const Position& b, std::size_t rows) {
  return static_cast<double>(a.rows) * static_cast<double>(b.rows) / static_cast<double>(rows);
}

std::vector<Candidate> candidates(const EncodedTable& encoded, const std::vector<Position>& positions) {
  std::vector<Candidate> found;
  for (std::uint32_t a = 0; a < positions.size(); ++a)
    for (std::uint32_t b = a + 1; b < positions.size(); ++b)
      if (positions[a].block != positions[b].block &&
          expected(positions[a], positions[b], encoded.rows) >= k_least_expected)
        found.push_back({a, b, 0});
  return found;
}

std::uint32_t code_of(const EncodedTable& encoded, std::size_t column, std::size_t row) {
  if (const auto* continuous = std::get_if<encoders::EncodedContinuous>(&encoded.columns[column]))
    return continuous->mode[row];
  return std::get<codecs::Codes>(encoded.columns[column]).code(row);
}

// For each of the positions which of up to 4096 rows have it, a bit each.
class RowBits {
 public:
  RowBits(const EncodedTable& encoded, const std::vector<Position>& positions)
      : encoded_(encoded), positions_(positions), bits_(positions.size() * k_words) {
    for (std::size_t i = 0; i < positions.size(); ++i) {
      std::vector<std::uint32_t>& index = positions[i].any_other ? others_ : index_;
      index.resize(encoded.layout.width, k_none);
      index[positions[i].position] = static_cast<std::uint32_t>(i);
    }
    index_.resize(encoded.layout.width, k_none);
    others_.resize(encoded.layout.width, k_none);
  }

  void read(std::size_t first, std::size_t count) {
    // Every row has another value than a given one until it is seen to have that.
    for (std::size_t i = 0; i < positions_.size(); ++i)
      for (std::size_t row = 0; row < k_rows; row += 64)
        bits_[i * k_words + row / 64] = positions_[i].any_other ? ones(count, row) : 0;
    for (const Block& block : encoded_.layout.blocks) {
      if (block.kind == Block::Kind::scalar) continue;
      for (std::size_t i = 0; i < count; ++i) {
        const std::size_t position = block.offset + code_of(encoded_, block.column, first + i);
        const std::uint64_t bit = std::uint64_t{1} << (i % 64);
        if (index_[position] != k_none) bits_[index_[position] * k_words + i / 64] |= bit;
        if (others_[position] != k_none) bits_[others_[position] * k_words + i / 64] &= ~bit;
      }
    }
  }

  // Counts on from `rows` until there are `enough`.
  std::uint64_t count(const Candidate& pair, std::uint64_t enough) const {
    std::uint64_t rows = pair.rows;
    const std::uint64_t* const a = bits_.data() + pair.a * k_words;
    const std::uint64_t* const b = bits_.data() + pair.b * k_words;
    for (std::size_t i = 0; i < k_words && rows < enough; ++i)
      rows += static_cast<std::uint64_t>(std::popcount(a[i] & b[i]));
    return rows;
  }

 private:
  static constexpr std::uint32_t k_none = UINT32_MAX;
  // Of the 64 rows from row `first` on those that are among the first `count`.
  static std::uint64_t ones(std::size_t count, std::size_t first) {
    if (count >= first + 64) return ~std::uint64_t{0};
    return count <= first ? 0 : (std::uint64_t{1} << (count - first)) - 1;
  }

  const EncodedTable& encoded_;
  const std::vector<Position>& positions_;
  std::vector<std::uint32_t> index_, others_;  // of each position of the layout, and of any other
  std::vector<std::uint64_t> bits_;
};

// Those that fewer than `least_rows` rows have.
void sift(const EncodedTable& encoded, const std::vector<Position>& positions, std::uint64_t least_rows,
          std::vector<Candidate>& pairs, threads::ThreadPool& pool) {
  constexpr std::size_t k_pairs_a_task = 4096;
  RowBits bits(encoded, positions);
  for (std::size_t first = 0; first < encoded.rows && !pairs.empty(); first += k_rows) {
    bits.read(first, std::min(k_rows, encoded.rows - first));
    pool.run((pairs.size() + k_pairs_a_task - 1) / k_pairs_a_task, [&](std::size_t task) {
      const std::size_t end = std::min(pairs.size(), (task + 1) * k_pairs_a_task);
      for (std::size_t i = task * k_pairs_a_task; i < end; ++i)
        pairs[i].rows = bits.count(pairs[i], least_rows);
    });
    std::erase_if(pairs, [&](const Candidate& pair) { return pair.rows >= least_rows; });
  }
}

std::vector<std::uint32_t> members(const Position& position, const OutputLayout& layout) {
  if (!position.any_other) return {position.position};
  const Block& block = layout.blocks[position.block];
  std::vector<std::uint32_t> others;
  for (std::size_t i = block.offset; i < block.offset + block.width; ++i)
    if (i != position.position) others.push_back(static_cast<std::uint32_t>(i));
  return others;
}

[[noreturn]] void refuse() {
  throw errors::Error(errors::Kind::bad_data,
                      "the model file is damaged: 'structural_zeros' holds no pairs of the model's values");
}

// Which block each position belongs to; none at scalars.
std::vector<std::optional<std::size_t>> blocks_of_positions(const OutputLayout& layout) {
  std::vector<std::optional<std::size_t>> found(layout.width);
  for (std::size_t block = 0; block < layout.blocks.size(); ++block)
    if (layout.blocks[block].kind != Block::Kind::scalar)
      std::fill_n(found.begin() + static_cast<std::ptrdiff_t>(layout.blocks[block].offset),
                  layout.blocks[block].width, block);
  return found;
}

// Powers of a row's logits in one block, over the greatest.
std::vector<double> powers_of(const kernels::Panels<float>& logits, std::size_t row, const Block& block) {
  std::vector<double> powers(block.width);
  double greatest = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < block.width; ++i) {
    powers[i] = logits.at(row, block.offset + i);
    greatest = std::max(greatest, powers[i]);
  }
  for (double& power : powers) power = std::exp(power - greatest);
  return powers;
}

// Within the stretch of [0, 1) that stands for `code` a uniform number is uniform again.
double left_of(double uniform, const std::vector<double>& powers, std::size_t code) {
  double sum = 0, below = 0;
  for (std::size_t i = 0; i < powers.size(); ++i) {
    if (i < code) below += powers[i];
    sum += powers[i];
  }
  if (!(powers[code] > 0)) return uniform;
  return std::clamp((uniform * sum - below) / powers[code], 0.0, 1.0);
}

std::size_t drawn_among(const std::vector<double>& powers, double uniform, std::size_t otherwise) {
  double sum = 0;
  for (const double power : powers) sum += power;
  double left = uniform * sum;
  std::size_t last = otherwise;
  for (std::size_t i = 0; i < powers.size(); ++i) {
    if (!(powers[i] > 0)) continue;
    last = i;
    left -= powers[i];
    if (left < 0) break;
  }
  return last;
}

}  // namespace

StructuralZeros StructuralZeros::find(const EncodedTable& encoded, std::uint64_t least_rows,
                                      threads::ThreadPool& pool) {
  const std::vector<Position> positions = frequent_positions(encoded);
  std::vector<Candidate> pairs = candidates(encoded, positions);
  sift(encoded, positions, least_rows, pairs, pool);
  std::stable_sort(pairs.begin(), pairs.end(), [&](const Candidate& a, const Candidate& b) {
    return expected(positions[a.a], positions[a.b], encoded.rows) >
           expected(positions[b.a], positions[b.b], encoded.rows);
  });
  std::set<Pair> found;
  for (const Candidate& pair : pairs) {
    const auto as = members(positions[pair.a], encoded.layout),
               bs = members(positions[pair.b], encoded.layout);
    if (found.size() + as.size() * bs.size() > k_most_pairs) continue;
    for (const std::uint32_t a : as)
      for (const std::uint32_t b : bs) found.emplace(a, b);
  }
  return {{found.begin(), found.end()}, encoded.layout};
}

StructuralZeros::StructuralZeros(std::vector<Pair> pairs, const OutputLayout& layout)
    : pairs_(std::move(pairs)),
      layout_(layout),
      places_(layout.category_places()),
      words_((layout.width + k_bits - 1) / k_bits) {
  if (pairs_.empty()) return;
  row_.assign(layout.width, k_none);
  std::uint32_t rows = 0;
  for (const auto& [a, b] : pairs_)
    for (const std::uint32_t position : {a, b})
      if (row_[position] == k_none) row_[position] = rows++;
  partners_.resize(rows * words_);
  const auto set = [&](std::uint32_t a, std::uint32_t b) {
    partners_[row_[a] * words_ + b / k_bits] |= Word{1} << (b % k_bits);
  };
  for (const auto& [a, b] : pairs_) {
    set(a, b);
    set(b, a);
  }
}

StructuralZeros StructuralZeros::load(const archive::Archive& archive, const OutputLayout& layout) {
  const archive::Tensor* const tensor = archive.find(k_tensor);
  if (tensor == nullptr) return {};
  const std::vector<std::int64_t> positions = archive::integers(*tensor);
  if (tensor->shape.size() != 2 || tensor->shape[1] != 2 || positions.empty() ||
      positions.size() > 2 * k_most_pairs)
    refuse();
  const std::vector<std::optional<std::size_t>> blocks = blocks_of_positions(layout);
  for (const std::int64_t position : positions)
    if (position < 0 || static_cast<std::uint64_t>(position) >= layout.width ||
        !blocks[static_cast<std::size_t>(position)])
      refuse();
  std::vector<Pair> pairs(positions.size() / 2);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i] = {static_cast<std::uint32_t>(positions[2 * i]),
                static_cast<std::uint32_t>(positions[2 * i + 1])};
    if (pairs[i].first >= pairs[i].second || blocks[pairs[i].first] == blocks[pairs[i].second] ||
        (i > 0 && pairs[i] <= pairs[i - 1]))
      refuse();
  }
  return {std::move(pairs), layout};
}

void StructuralZeros::add_to(archive::Archive& archive) const {
  if (empty()) return;
  std::vector<std::int64_t> positions;
  positions.reserve(2 * pairs_.size());
  for (const auto& [a, b] : pairs_) positions.insert(positions.end(), {a, b});
  archive.tensors.push_back(archive::tensor_from_integers(k_tensor, {pairs_.size(), 2}, positions.data()));
}

std::size_t StructuralZeros::redrawn(const Draws& draws, std::size_t row, const Block& block, float uniform,
                                     std::size_t code, const Positions& barred) {
  std::vector<double> powers = powers_of(*draws.logits, row, block);
  const double left = left_of(uniform, powers, code);
  for (std::size_t i = 0; i < powers.size(); ++i)
    if (barred.has(block.offset + i)) powers[i] = 0;
  return drawn_among(powers, left, code);
}

void StructuralZeros::settle(const Draws& draws, std::span<float> drawn) const {
  if (empty()) return;
  constexpr std::size_t k_strip = native_execution::RowGenerator::k_strip;
  const std::vector<Block>& blocks = layout_.blocks;
  Positions barred(words_);
  for (std::size_t row = 0; row < draws.count; ++row) {
    const auto place = [&](std::size_t block) {
      return (row / k_strip * blocks.size() + block) * k_strip + row % k_strip;
    };
    const auto position = [&](std::size_t block) {
      return blocks[block].offset + static_cast<std::size_t>(drawn[place(block)]);
    };
    barred.clear();
    const std::size_t given = draws.condition.empty() ? blocks.size() : places_[draws.condition[row]].block;
    if (given < blocks.size()) barred.add(partners(position(given)));
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      if (b == given || blocks[b].kind == Block::Kind::scalar) continue;
      if (barred.has(position(b)))
        drawn[place(b)] = static_cast<float>(
            redrawn(draws, row, blocks[b], draws.uniform[place(b)], position(b) - blocks[b].offset, barred));
      barred.add(partners(position(b)));
    }
  }
}

}  // namespace ctgan::synth::neural
