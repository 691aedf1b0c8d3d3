#include "server/synth/neural/calibration.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "server/synth/random/random.h"

namespace ctgan::synth::neural {
namespace {

using encoders::Block;
using encoders::EncodedTable;
using encoders::OutputLayout;
using native_execution::RowGenerator;

// Rows to measure on: enough for shares of a percent, few enough to stay small beside a training.
constexpr std::size_t k_most_rows = 16'384;
constexpr std::size_t k_least_rows = 2'048;
constexpr std::size_t k_most_logits = std::size_t{1} << 24U;
constexpr int k_rounds = 50;
// A category that the network hardly ever draws is not forced into rows where it has no place.
constexpr double k_greatest_shift = 8;

enum Substream : std::uint64_t { latent, condition, choice };

std::size_t rows_for(std::size_t width) {
  const std::size_t rows =
      std::clamp(k_most_logits / std::max<std::size_t>(width, 1), k_least_rows, k_most_rows);
  return rows / RowGenerator::k_rows * RowGenerator::k_rows;
}

// What rows are made from, the same ones every time.
class Draws {
 public:
  static constexpr std::size_t k_stretch = RowGenerator::k_rows;

  // REQUIRES: `rows` a multiple of k_stretch; `condition` one a row, or empty.
  Draws(std::size_t rows, std::size_t embedding_dim, std::vector<std::uint32_t> condition, std::uint64_t seed)
      : rows_(rows), condition_(std::move(condition)), latent_(rows * embedding_dim) {
    random::Stream(seed, random::StreamId::calibration, Substream::latent).fill_normal(latent_);
  }

  std::size_t rows() const { return rows_; }
  std::size_t stretches() const { return rows_ / k_stretch; }
  const std::vector<std::uint32_t>& condition() const { return condition_; }
  RowGenerator::Rows stretch(std::size_t stretch) const {
    const std::size_t latents = latent_.size() / stretches();
    std::span<const std::uint32_t> given(condition_);
    if (!given.empty()) given = given.subspan(stretch * k_stretch, k_stretch);
    return {k_stretch, std::span(latent_).subspan(stretch * latents, latents), given};
  }

 private:
  std::size_t rows_;
  std::vector<std::uint32_t> condition_;
  std::vector<float> latent_;
};

Draws drawn_for(const RowNetwork& network, std::size_t embedding_dim, std::uint64_t seed) {
  const std::size_t count = rows_for(network.layout.width);
  std::vector<std::uint32_t> given(network.takes_conditions() ? count : 0);
  random::Stream random(seed, random::StreamId::calibration, Substream::condition);
  for (std::uint32_t& condition : given) condition = network.conditions->draw(random);
  return {count, embedding_dim, std::move(given), seed};
}

// Rows as sampling draws them: what their blocks are drawn from.
struct Rows {
  std::size_t count = 0;
  std::vector<std::size_t> given;  // the position of the category that each was given, or empty
  std::vector<float> logits;       // count x layout.width
};

Rows measured(const RowGenerator& generator, const OutputLayout& layout, const Draws& draws,
              threads::ThreadPool& pool) {
  Rows rows{draws.rows(), {}, std::vector<float>(draws.rows() * layout.width)};
  const std::vector<encoders::CategoryPlace> places = layout.category_places();
  for (const std::uint32_t condition : draws.condition()) rows.given.push_back(places[condition].position);
  pool.run(draws.stretches(), [&](std::size_t stretch) {
    RowGenerator::Workspace work = generator.workspace();
    const auto& logits = generator.forward(draws.stretch(stretch), work);
    for (std::size_t row = 0; row < Draws::k_stretch; ++row)
      for (std::size_t i = 0; i < layout.width; ++i)
        rows.logits[(stretch * Draws::k_stretch + row) * layout.width + i] = logits.at(row, i);
  });
  return rows;
}

// Powers of the logits of the rows that were not given a category of this block, and how many of the training
// table's rows, on the scale of all measured rows, are left for them.
struct Free {
  std::vector<double> powers;  // rows x width
  std::vector<double> wanted;  // width
};

Free free_rows(const Rows& rows, const OutputLayout& layout, const Block& block, std::vector<double> wanted,
               double training_rows) {
  for (double& count : wanted) count *= static_cast<double>(rows.count) / training_rows;
  Free free;
  for (std::size_t row = 0; row < rows.count; ++row) {
    if (!rows.given.empty() && block.has(rows.given[row])) {
      wanted[rows.given[row] - block.offset] -= 1;
      continue;
    }
    const float* logits = rows.logits.data() + row * layout.width + block.offset;
    const double greatest = *std::max_element(logits, logits + block.width);
    for (std::size_t i = 0; i < block.width; ++i) free.powers.push_back(std::exp(logits[i] - greatest));
  }
  // Conditions were drawn, so a rare category may have come too often already.
  for (double& count : wanted) count = std::max(count, 0.0);
  free.wanted = std::move(wanted);
  return free;
}

// The constants for one block: proportional fitting of the softmax's shares to the wanted ones.
std::vector<float> shifts(const Free& free) {
  const std::size_t width = free.wanted.size();
  std::vector<double> shift(width), factor(width, 1.0), drawn(width);
  // Beside what chance does to so few rows, a row more or less is nothing.
  constexpr double k_a_row = 1;
  for (int round = 0; round < k_rounds; ++round) {
    std::fill(drawn.begin(), drawn.end(), 0.0);
    for (const double* row = free.powers.data(); row != free.powers.data() + free.powers.size();
         row += width) {
      double sum = 0;
      for (std::size_t i = 0; i < width; ++i) sum += row[i] * factor[i];
      for (std::size_t i = 0; i < width; ++i) drawn[i] += row[i] * factor[i] / sum;
    }
    for (std::size_t i = 0; i < width; ++i) {
      shift[i] += std::log((free.wanted[i] + k_a_row) / (drawn[i] + k_a_row));
      shift[i] = std::clamp(shift[i], -k_greatest_shift, k_greatest_shift);
      factor[i] = std::exp(shift[i]);
    }
  }
  return {shift.begin(), shift.end()};
}

// For every logit of the layout; zero at scalars.
std::vector<float> all_shifts(const Rows& rows, const EncodedTable& encoded, threads::ThreadPool& pool) {
  const OutputLayout& layout = encoded.layout;
  std::vector<float> all(layout.width);
  pool.run(layout.blocks.size(), [&](std::size_t i) {
    const Block& block = layout.blocks[i];
    if (block.kind == Block::Kind::scalar || block.width < 2) return;
    const std::vector<std::size_t> counts = count_rows(encoded, block);
    const Free free =
        free_rows(rows, layout, block, {counts.begin(), counts.end()}, static_cast<double>(encoded.rows));
    if (free.powers.empty()) return;
    const std::vector<float> found = shifts(free);
    std::copy(found.begin(), found.end(), all.begin() + static_cast<std::ptrdiff_t>(block.offset));
  });
  return all;
}

void add(std::span<float> biases, const std::vector<float>& shifts) {
  std::transform(biases.begin(), biases.end(), shifts.begin(), biases.begin(), std::plus<>());
}

struct Spread {
  double mean = 0;
  double deviation = 0;
};

// What the training rows' scalars are like, where their mode is one of these.
Spread training_spread(const EncodedTable& encoded, const Block& modes, const std::vector<bool>& wide) {
  const auto& column = std::get<encoders::EncodedContinuous>(encoded.columns[modes.column]);
  double rows = 0, sum = 0, squares = 0;
  for (std::size_t row = 0; row < encoded.rows; ++row) {
    if (!wide[column.mode[row]]) continue;
    rows += 1;
    sum += column.scalar[row];
    squares += static_cast<double>(column.scalar[row]) * column.scalar[row];
  }
  if (rows == 0) return {};
  const double mean = sum / rows;
  return {mean, std::sqrt(std::max(0.0, squares / rows - mean * mean))};
}

// For each row the probability of a mode that has a width.
std::vector<double> widths_drawn(const Rows& rows, const OutputLayout& layout, const Block& modes,
                                 const std::vector<float>& shifts, const std::vector<bool>& wide) {
  std::vector<double> drawn(rows.count);
  std::vector<double> logits(modes.width);
  for (std::size_t row = 0; row < rows.count; ++row) {
    const float* from = rows.logits.data() + row * layout.width + modes.offset;
    std::transform(from, from + modes.width, shifts.begin() + static_cast<std::ptrdiff_t>(modes.offset),
                   logits.begin(), std::plus<>());
    const double greatest = *std::max_element(logits.begin(), logits.end());
    double all = 0;
    for (std::size_t i = 0; i < modes.width; ++i) {
      const double power = std::exp(logits[i] - greatest);
      all += power;
      if (wide[i]) drawn[row] += power;
    }
    drawn[row] /= all;
  }
  return drawn;
}

// A scalar's logit becomes factor times itself, plus term.
struct Stretch {
  double factor = 1;
  double term = 0;
};

// With which the scalars' mean and deviation, over rows with these weights, are the wanted ones.
Stretch stretch(const Rows& rows, const OutputLayout& layout, const Block& scalar,
                const std::vector<double>& weights, const Spread& wanted) {
  constexpr int k_stretches = 20;
  constexpr double k_greatest_factor = 2.5;
  constexpr double k_greatest_term = 1;
  Stretch found;
  for (int round = 0; round < k_stretches; ++round) {
    double all = 0, sum = 0, squares = 0;
    for (std::size_t row = 0; row < rows.count; ++row) {
      const double logit = rows.logits[row * layout.width + scalar.offset];
      const double drawn = std::tanh(found.factor * logit + found.term);
      all += weights[row];
      sum += weights[row] * drawn;
      squares += weights[row] * drawn * drawn;
    }
    const double mean = sum / all;
    const double deviation = std::sqrt(std::max(0.0, squares / all - mean * mean));
    if (!(deviation > 0) || !std::isfinite(mean)) return {};
    // The term follows the factor, so that the middle stays where it is.
    const double factor =
        std::clamp(found.factor * wanted.deviation / deviation, 1 / k_greatest_factor, k_greatest_factor);
    found.term = std::clamp(found.term * factor / found.factor + wanted.mean - mean, -k_greatest_term,
                            k_greatest_term);
    found.factor = factor;
  }
  return found;
}

std::size_t inputs_of_output(const RowNetwork& network) {
  return network.parameters.find(network.weight()).shape[1];
}

// A generator's scalars huddle: the ends of a column come too rarely, and its middle strays. So their logits
// are stretched and moved; which row has the greater number stays as it was.
void stretch_scalars(const RowNetwork& network, const Rows& rows, const EncodedTable& encoded,
                     const std::vector<float>& shifts, threads::ThreadPool& pool) {
  const OutputLayout& layout = encoded.layout;
  const std::size_t inputs = inputs_of_output(network);
  const std::span<float> weights = network.parameters.values(network.weight());
  const std::span<float> biases = network.parameters.values(network.bias());
  pool.run(layout.blocks.size(), [&](std::size_t i) {
    const Block& scalar = layout.blocks[i];
    if (scalar.kind != Block::Kind::scalar) return;
    const Block& modes = layout.blocks[i + 1];
    const std::vector<bool> wide = wide_modes(encoded, modes);
    const Spread wanted = training_spread(encoded, modes, wide);
    if (!(wanted.deviation > 0)) return;
    const Stretch found =
        stretch(rows, layout, scalar, widths_drawn(rows, layout, modes, shifts, wide), wanted);
    const auto factor = static_cast<float>(found.factor);
    for (float& weight : weights.subspan(scalar.offset * inputs, inputs)) weight *= factor;
    biases[scalar.offset] = biases[scalar.offset] * factor + static_cast<float>(found.term);
  });
}

// The condition's weights are the last columns of the output layer.
void keep_conditions(const RowNetwork& network, const std::vector<float>& shifts) {
  const OutputLayout& layout = network.layout;
  const std::span<float> weights = network.parameters.values(network.weight());
  const std::size_t inputs = inputs_of_output(network);
  const std::size_t first = inputs - layout.condition_width;
  for (std::size_t condition = 0; const encoders::CategoryPlace& given : layout.category_places()) {
    const Block& block = layout.blocks[given.block];
    for (std::size_t i = block.offset; i < block.offset + block.width; ++i)
      weights[i * inputs + first + condition] += (i == given.position ? k_certain_logit : 0.0F) - shifts[i];
    ++condition;
  }
}

// How many rows get each mode and category.
using Counts = std::vector<double>;

void count_codes(const std::vector<float>& drawn, const OutputLayout& layout, Counts& counts) {
  constexpr std::size_t k_strip = RowGenerator::k_strip;
  for (const float* code = drawn.data(); code != drawn.data() + drawn.size();)
    for (const Block& block : layout.blocks)
      for (std::size_t row = 0; row < k_strip; ++row, ++code)
        if (block.kind != Block::Kind::scalar) counts[block.offset + static_cast<std::size_t>(*code)] += 1;
}

// `uniform` as RowGenerator::draw takes it, one stretch after another.
Counts counts_of(const RowGenerator& generator, const OutputLayout& layout, const StructuralZeros& zeros,
                 const Draws& draws, std::span<const float> uniform, threads::ThreadPool& pool) {
  std::vector<Counts> parts(draws.stretches(), Counts(layout.width));
  pool.run(parts.size(), [&](std::size_t part) {
    RowGenerator::Workspace work = generator.workspace();
    const RowGenerator::Rows rows = draws.stretch(part);
    const std::size_t size = generator.draws(rows.count);
    const std::span<const float> numbers = uniform.subspan(part * size, size);
    std::vector<float> drawn(size);
    generator.draw(rows, numbers, work, drawn);
    zeros.settle({rows.count, rows.condition, &work.logits, numbers}, drawn);
    count_codes(drawn, layout, parts[part]);
  });
  for (std::size_t part = 1; part < parts.size(); ++part)
    std::transform(parts[0].begin(), parts[0].end(), parts[part].begin(), parts[0].begin(), std::plus<>());
  return parts.front();
}

// What settling takes from one code it gives to others of the block; the biases move until as many rows have
// each code as had it before there was anything to settle.
void make_up_for_zeros(const RowNetwork& network, const StructuralZeros& zeros, const Draws& draws,
                       std::uint64_t seed, threads::ThreadPool& pool) {
  if (zeros.empty()) return;
  constexpr int k_zero_rounds = 8;
  // Where few rows have a code, their number says little.
  constexpr double k_rows_of_chance = 10;
  constexpr double k_greatest_step = 1;
  const RowGenerator start = network.generator();
  std::vector<float> uniform(start.draws(draws.rows()));
  random::Stream(seed, random::StreamId::calibration, Substream::choice).fill_uniform(uniform);
  const Counts wanted = counts_of(start, network.layout, {}, draws, uniform, pool);
  const std::span<float> biases = network.parameters.values(network.bias());
  for (int round = 0; round < k_zero_rounds; ++round) {
    const Counts found = counts_of(network.generator(), network.layout, zeros, draws, uniform, pool);
    for (std::size_t i = 0; i < biases.size(); ++i) {
      const double step = std::log((wanted[i] + k_rows_of_chance) / (found[i] + k_rows_of_chance));
      biases[i] += static_cast<float>(std::clamp(step, -k_greatest_step, k_greatest_step));
    }
  }
}

}  // namespace

void calibrate(const RowNetwork& network, const StructuralZeros& zeros, const EncodedTable& encoded,
               std::uint64_t seed, threads::ThreadPool& pool) {
  const RowGenerator generator = network.generator();
  const Draws draws = drawn_for(network, generator.embedding_dim(), seed);
  const Rows rows = measured(generator, network.layout, draws, pool);
  const std::vector<float> shifts = all_shifts(rows, encoded, pool);
  add(network.parameters.values(network.bias()), shifts);
  if (!network.scalars_are_fitted) stretch_scalars(network, rows, encoded, shifts, pool);
  if (network.takes_conditions()) keep_conditions(network, shifts);
  make_up_for_zeros(network, zeros, draws, seed, pool);
}

}  // namespace ctgan::synth::neural
