#include "server/synth/neural/pair_fitting.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "server/synth/native_execution/factors.h"
#include "server/synth/native_execution/optimizer.h"
#include "server/synth/native_execution/output_blocks.h"
#include "server/synth/neural/calibration.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::neural {
namespace {

using encoders::EncodedTable;
using kernels::AlignedBuffer;
using kernels::k_panel_columns;
using kernels::Panels;
using kernels::panels_of;
using native_execution::columns_in;
using native_execution::columns_of;
using native_execution::RowGenerator;
using native_execution::rows_of;

constexpr std::size_t k_half = 1024;  // rows of each half of a batch
constexpr std::size_t k_rows = 2 * k_half;
// Moments of few rows are vague: fitted too well, they give the rare combinations of the very rows away.
constexpr std::size_t k_least_steps = 400;
constexpr std::size_t k_most_steps = 1000;
constexpr std::size_t k_rows_a_step = 16;
// Of short trainings, and of layouts whose steps take longer than a training's.
constexpr std::size_t k_fewest_steps = 40;
constexpr std::size_t k_most_features = 512;
constexpr std::uint32_t k_no_condition = UINT32_MAX;
// Ten times the learning rate of the training: gradients of moments have little noise.
constexpr networks::OptimizerOptions k_adam = {
    .learning_rate = 2e-3, .weight_decay = 0, .beta1 = 0.9, .beta2 = 0.99, .epsilon = 1e-8};

enum Substream : std::uint64_t { latent, condition };

std::size_t steps_for(const EncodedTable& encoded, std::size_t trained_steps) {
  const std::size_t steps =
      std::min(std::clamp(encoded.rows / k_rows_a_step, k_least_steps, k_most_steps), trained_steps);
  const std::size_t width = std::max(encoded.layout.width, k_most_features);
  return std::max(steps * k_most_features / width, k_fewest_steps);
}

// The numbers of a row whose moments are fitted: the probability of each mode and category, of each mode that
// has a width also its product with the scalar, whether the row was given a category, and one more that is
// always 1. A scalar alone has no moments of its own: it says nothing where an atom comes, and of each mode
// something else.
class Features {
 public:
  explicit Features(const EncodedTable& encoded);

  // A row's condition, and the probability of the category that it names.
  struct Given {
    std::size_t feature = 0;
    std::size_t category = 0;  // a feature too
    std::uint32_t condition = 0;
  };

  std::size_t size() const { return factors_.size() + given_.size() + 1; }
  std::size_t one() const { return factors_.size() + given_.size(); }
  const std::vector<Given>& given() const { return given_; }
  bool is_given(std::size_t feature) const { return feature >= factors_.size() && feature < one(); }
  // No column's with itself: what one column does alone is calibrate()'s affair.
  bool are_a_pair(std::size_t a, std::size_t b) const { return column_[a] != column_[b]; }
  std::size_t column(std::size_t feature) const { return column_[feature]; }
  // Writes rows of the layout, `rows` of them from row `row` on, into the same rows of `features`.
  // `conditions` of all rows, or empty.
  void gather(const Panels<float>& layout, std::span<const std::uint32_t> conditions, std::size_t row,
              std::size_t rows, Panels<float>& features) const;
  // The gradient by the numbers of a strip of rows of the layout, from that by its features; both turned, one
  // number of 32 rows after another. `gradient` starts as zeros.
  void spread(const Panels<float>& layout, std::size_t row, const float* by_features, float* gradient) const;

 private:
  static constexpr std::size_t k_no_scalar = SIZE_MAX;
  struct Factors {
    std::size_t position = 0;          // of a mode or category in the layout
    std::size_t scalar = k_no_scalar;  // and of the scalar that it is multiplied by, if any
  };

  std::vector<Factors> factors_;
  std::vector<Given> given_;
  std::vector<std::size_t> column_;  // of each feature; the last has one of its own
};

Features::Features(const EncodedTable& encoded) {
  struct Candidate {
    Factors factors;
    std::size_t column;
    std::size_t rows;
  };
  std::vector<Candidate> candidates;
  for (const encoders::Block& block : encoded.layout.blocks) {
    if (block.kind == encoders::Block::Kind::scalar) continue;
    const std::vector<std::size_t> counts = count_rows(encoded, block);
    std::vector<bool> wide(block.width);
    if (block.kind == encoders::Block::Kind::modes) wide = wide_modes(encoded, block);
    for (std::size_t i = 0; i < block.width; ++i) {
      candidates.push_back({{block.offset + i}, block.column, counts[i]});
      if (wide[i]) candidates.push_back({{block.offset + i, block.offset - 1}, block.column, counts[i]});
    }
  }
  if (candidates.size() > k_most_features) {
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.rows > b.rows; });
    candidates.resize(k_most_features);
  }
  std::vector<std::uint32_t> condition(encoded.layout.width, k_no_condition);
  for (std::uint32_t number = 0; const encoders::CategoryPlace& given : encoded.layout.category_places())
    condition[given.position] = number++;
  for (const Candidate& candidate : candidates) {
    if (condition[candidate.factors.position] != k_no_condition && given_.size() < k_most_features / 2)
      given_.push_back({0, factors_.size(), condition[candidate.factors.position]});
    factors_.push_back(candidate.factors);
    column_.push_back(candidate.column);
  }
  for (Given& given : given_) {
    given.feature = column_.size();
    column_.push_back(column_[given.category]);
  }
  column_.push_back(encoded.columns.size());
}

void Features::gather(const Panels<float>& layout, std::span<const std::uint32_t> conditions, std::size_t row,
                      std::size_t rows, Panels<float>& features) const {
  for (std::size_t r = row; r < row + rows; ++r) {
    for (std::size_t f = 0; f < factors_.size(); ++f) {
      const Factors& factors = factors_[f];
      const float scalar = factors.scalar == k_no_scalar ? 1 : layout.at(r, factors.scalar);
      features.at(r, f) = layout.at(r, factors.position) * scalar;
    }
    for (const Given& given : given_)
      features.at(r, given.feature) = !conditions.empty() && conditions[r] == given.condition ? 1 : 0;
    features.at(r, one()) = 1;
  }
}

void Features::spread(const Panels<float>& layout, std::size_t row, const float* by_features,
                      float* gradient) const {
  // A condition does not come from the network.
  for (std::size_t f = 0; f < factors_.size(); ++f, by_features += k_panel_columns) {
    const Factors& factors = factors_[f];
    float* const by_position = gradient + factors.position * k_panel_columns;
    for (std::size_t r = 0; r < k_panel_columns; ++r) {
      if (factors.scalar == k_no_scalar) {
        by_position[r] += by_features[r];
      } else {
        by_position[r] += by_features[r] * layout.at(row + r, factors.scalar);
        gradient[factors.scalar * k_panel_columns + r] +=
            by_features[r] * layout.at(row + r, factors.position);
      }
    }
  }
}

// sums (features x features) = rows^T rows over `count` rows from row `first` on.
void sum_moments(const kernels::Kernels<float>& kernels, const Panels<float>& rows, std::size_t first,
                 std::size_t count, Panels<float>& sums, threads::ThreadPool& pool) {
  const std::size_t panels = rows.panels(), features = rows.columns();
  // The sums are symmetric: tiles above the diagonal are made, the others copied.
  pool.run(panels, [&](std::size_t i) {
    for (std::size_t j = i; j < panels; ++j) {
      const std::size_t up = i * k_panel_columns, left = j * k_panel_columns;
      kernels.multiply(columns_of(rows, i, first, count), columns_in(features, i), count,
                       rows.panel(j, first), sums.panel(j, up), false);
      for (std::size_t a = 0; j != i && a < columns_in(features, i); ++a)
        for (std::size_t b = 0; b < columns_in(features, j); ++b)
          sums.at(left + b, up + a) = sums.at(up + a, left + b);
    }
  });
}

// A feature that hardly any row has is not worth more than one of a thousand.
float weight_of(float moment, float other_moment) {
  constexpr float k_rare = 1e-3F;
  return 1 / (std::sqrt(moment * other_moment) + k_rare);
}

class PairFit {
 public:
  // Everything outlives it.
  PairFit(RowGenerator generator, native_execution::Linear<float> output, const EncodedTable& encoded,
          std::size_t trained_steps, std::uint64_t seed, const model::FitContext& context);

  // `conditions` may be null: rows have no condition.
  void run(const ConditionSampler* conditions);
  const native_execution::Linear<float>& output() const { return output_; }

 private:
  void measure_table(const EncodedTable& encoded);
  void expect_of_given();
  void make_inputs(std::uint64_t step, const ConditionSampler* conditions);
  void make_rows();
  void find_differences();
  void backward();
  void update();
  kernels::OutputBlocks blocks() const { return {blocks_.data(), blocks_.size(), rows_.columns()}; }
  kernels::OutputStrip<float> strip(std::size_t first) const {
    return {.rows = k_panel_columns,
            .panel_stride = logits_.panel_stride(),
            .logits = logits_.panel(0, first),
            .gumbel = no_noise_.data(),
            .gumbel_stride = k_panel_columns};
  }

  const kernels::Kernels<float>& kernels_;
  threads::ThreadPool& pool_;
  model::Monitor& monitor_;
  std::uint64_t seed_;
  std::size_t steps_;
  RowGenerator generator_;
  native_execution::Linear<float> output_;
  native_execution::Adam<float> adam_;
  std::vector<kernels::OutputBlock> blocks_;
  std::size_t embedding_dim_;
  Features features_;
  AlignedBuffer<float> no_noise_;         // layout.width x 32
  std::vector<std::uint32_t> condition_;  // of each row, or empty
  std::vector<encoders::CategoryPlace> given_;
  Panels<float> inputs_, logits_, rows_, slopes_, fitted_;
  Panels<float> wanted_;                      // the table's moments
  Panels<float> weights_;                     // of each pair
  Panels<float> expected_;                    // of a feature in rows that are given a category
  std::array<Panels<float>, 2> differences_;  // of each half, weighted
};

PairFit::PairFit(RowGenerator generator, native_execution::Linear<float> output, const EncodedTable& encoded,
                 std::size_t trained_steps, std::uint64_t seed, const model::FitContext& context)
    : kernels_(kernels::kernels<float>(kernels::chosen_instructions())),
      pool_(context.pool),
      monitor_(context.monitor),
      seed_(seed),
      steps_(steps_for(encoded, trained_steps)),
      generator_(std::move(generator)),
      output_(std::move(output)),
      adam_(k_adam, kernels_),
      blocks_(native_execution::output_blocks(encoded.layout)),
      embedding_dim_(generator_.embedding_dim()),
      features_(encoded),
      no_noise_(encoded.layout.width * k_panel_columns),
      given_(encoded.layout.category_places()),
      inputs_(k_rows, generator_.output_inputs()),
      logits_(k_rows, encoded.layout.width),
      rows_(k_rows, encoded.layout.width),
      slopes_(k_rows, encoded.layout.width),
      fitted_(k_rows, features_.size()),
      wanted_(features_.size(), features_.size()),
      weights_(features_.size(), features_.size()),
      expected_(features_.size(), features_.size()),
      differences_{Panels<float>(features_.size(), features_.size()),
                   Panels<float>(features_.size(), features_.size())} {
  measure_table(encoded);
  output_.weight.start_moments();
  output_.bias.start_moments();
}

void PairFit::measure_table(const EncodedTable& encoded) {
  for (std::size_t first = 0; first < encoded.rows; first += k_rows) {
    const std::size_t count = std::min(k_rows, encoded.rows - first);
    pool_.run(panels_of(count), [&](std::size_t i) {
      std::vector<float> dense(encoded.layout.width);
      const std::size_t end = std::min(count, (i + 1) * k_panel_columns);
      for (std::size_t row = i * k_panel_columns; row < end; ++row) {
        encoded.write_dense(first + row, dense);
        for (std::size_t c = 0; c < dense.size(); ++c) rows_.at(row, c) = dense[c];
      }
      features_.gather(rows_, {}, i * k_panel_columns, end - i * k_panel_columns, fitted_);
    });
    // Sums of floats lose nothing here: each block's are small, and the moments are means over blocks.
    sum_moments(kernels_, fitted_, 0, count, differences_[0], pool_);
    const auto share = static_cast<float>(1.0 / static_cast<double>(encoded.rows));
    for (std::size_t a = 0; a < features_.size(); ++a)
      for (std::size_t b = 0; b < features_.size(); ++b) wanted_.at(a, b) += share * differences_[0].at(a, b);
  }
  for (std::size_t a = 0; a < features_.size(); ++a)
    for (std::size_t b = 0; b < features_.size(); ++b)
      if (features_.are_a_pair(a, b)) weights_.at(a, b) = weight_of(wanted_.at(a, a), wanted_.at(b, b));
  expect_of_given();
}

// Rows that are given a category have the means of the training rows that have it.
void PairFit::expect_of_given() {
  std::set<std::size_t> columns;
  for (const Features::Given& given : features_.given()) columns.insert(features_.column(given.category));
  for (const Features::Given& given : features_.given()) {
    const float share = wanted_.at(given.category, given.category);
    const float given_share = share / static_cast<float>(columns.size());
    for (std::size_t f = 0; f < features_.size(); ++f) {
      const bool counts = features_.are_a_pair(given.feature, f) && !features_.is_given(f) &&
                          f != features_.one() && share > 0;
      const float weight = counts ? weight_of(given_share, wanted_.at(f, f)) : 0;
      weights_.at(given.feature, f) = weights_.at(f, given.feature) = weight;
      expected_.at(given.feature, f) = expected_.at(f, given.feature) =
          counts ? wanted_.at(given.category, f) / share : 0;
    }
  }
}

void PairFit::make_inputs(std::uint64_t step, const ConditionSampler* conditions) {
  if (conditions != nullptr) {
    random::Stream random(seed_, random::StreamId::pairs, 2 * step + condition);
    condition_.resize(k_rows);
    for (std::uint32_t& position : condition_) position = conditions->draw(random);
  }
  std::vector<float> latents(k_rows * embedding_dim_);
  random::Stream(seed_, random::StreamId::pairs, 2 * step + latent).fill_normal(latents);
  constexpr std::size_t k_stretch = RowGenerator::k_rows;
  pool_.run(k_rows / k_stretch, [&](std::size_t stretch) {
    RowGenerator::Workspace work = generator_.workspace();
    const std::size_t first = stretch * k_stretch;
    std::span<const std::uint32_t> given(condition_);
    if (!given.empty()) given = given.subspan(first, k_stretch);
    generator_.output_inputs(
        {k_stretch, std::span(latents).subspan(first * embedding_dim_, k_stretch * embedding_dim_), given},
        work, inputs_, first);
  });
}

// Logits, and from them probabilities and scalars.
void PairFit::make_rows() {
  pool_.run(panels_of(k_rows), [&](std::size_t i) {
    const std::size_t first = i * k_panel_columns;
    for (std::size_t panel = 0; panel < logits_.panels(); ++panel) {
      float* const tile = logits_.panel(panel, first);
      kernels_.fill_rows(tile, k_panel_columns, output_.bias.values.panel(panel));
      kernels_.multiply(rows_of(inputs_, first), k_panel_columns, inputs_.columns(),
                        output_.weight.values.panel(panel), tile, true);
      if (!condition_.empty())
        kernels_.add_rows(tile, k_panel_columns, output_.weight.values.panel(panel, inputs_.columns()),
                          condition_.data() + first);
    }
    if (!condition_.empty())
      for (std::size_t row = first; row < first + k_panel_columns; ++row)
        logits_.at(row, given_[condition_[row]].position) += k_certain_logit;
    AlignedBuffer<float> scratch(rows_.columns() * k_panel_columns);
    kernels_.activate(blocks(), strip(first), scratch.data(), rows_.panel(0, first));
    features_.gather(rows_, condition_, first, k_panel_columns, fitted_);
  });
}

void PairFit::find_differences() {
  for (std::size_t half = 0; half < 2; ++half)
    sum_moments(kernels_, fitted_, half * k_half, k_half, differences_[half], pool_);
  constexpr float k_share = 1.0F / k_half;
  std::array<std::vector<float>, 2> given_rows;
  for (std::size_t half = 0; half < 2; ++half)
    for (const Features::Given& given : features_.given())
      given_rows[half].push_back(differences_[half].at(given.feature, features_.one()));
  pool_.run(wanted_.panels(), [&](std::size_t panel) {
    for (Panels<float>& difference : differences_) {
      float* const values = difference.panel(panel);
      for (std::size_t i = 0; i < difference.panel_stride(); ++i)
        values[i] = weights_.panel(panel)[i] * (k_share * values[i] - wanted_.panel(panel)[i]);
    }
  });
  // How many rows of a half are given a category is chance, and no affair of the network.
  for (std::size_t half = 0; half < 2; ++half)
    for (std::size_t i = 0; i < features_.given().size(); ++i) {
      const std::size_t given = features_.given()[i].feature;
      for (std::size_t f = 0; f < features_.size(); ++f) {
        const float sum = weights_.at(given, f) * k_share * given_rows[half][i] * expected_.at(given, f);
        differences_[half].at(given, f) -= sum;
        differences_[half].at(f, given) -= sum;
      }
    }
}

// The gradient by the logits: that of one half's rows comes from the other half's differences.
void PairFit::backward() {
  const std::size_t features = features_.size();
  pool_.run(panels_of(k_rows), [&](std::size_t i) {
    const std::size_t first = i * k_panel_columns;
    const Panels<float>& difference = differences_[first < k_half ? 1 : 0];
    AlignedBuffer<float> turned(features * k_panel_columns);
    kernels_.transpose(fitted_.panel(0, first), fitted_.panel_stride(), k_panel_columns, features,
                       turned.data());
    AlignedBuffer<float> product(features * k_panel_columns);
    kernels_.multiply(rows_of(difference, 0), features, features, turned.data(), product.data(), false);
    // Each row's share of both places of a pair.
    constexpr float k_scale = 2.0F / k_half;
    for (std::size_t n = 0; n < features * k_panel_columns; ++n) product[n] *= k_scale;
    AlignedBuffer<float> gradient(rows_.columns() * k_panel_columns);
    features_.spread(rows_, first, product.data(), gradient.data());
    std::array<std::size_t, k_panel_columns> offsets{};
    std::iota(offsets.begin(), offsets.end(), std::size_t{0});
    AlignedBuffer<float> scratch(2 * rows_.columns() * k_panel_columns);
    kernels_.activate_backward(blocks(), strip(first), rows_.panel(0, first),
                               {gradient.data(), offsets.data()}, 0, scratch.data(), slopes_.panel(0, first));
  });
}

void PairFit::update() {
  const std::size_t parts = inputs_.panels() + 1;
  pool_.run(slopes_.panels() * parts, [&](std::size_t task) {
    const std::size_t panel = task / parts, part = task % parts;
    AlignedBuffer<float> gradient(k_panel_columns * k_panel_columns);
    if (part == inputs_.panels()) {
      kernels_.sum_rows(slopes_.panel(panel), k_rows, gradient.data());
      adam_.apply(output_.bias, panel, 0, 1, gradient.data());
      return;
    }
    const std::size_t rows = columns_in(inputs_.columns(), part);
    kernels_.multiply(columns_of(inputs_, part, 0, k_rows), rows, k_rows, slopes_.panel(panel),
                      gradient.data(), false);
    adam_.apply(output_.weight, panel, part * k_panel_columns, rows, gradient.data());
  });
}

void PairFit::run(const ConditionSampler* conditions) {
  for (std::size_t step = 0; step < steps_; ++step) {
    monitor_.check_stop();
    make_inputs(step, conditions);
    make_rows();
    find_differences();
    backward();
    // From the whole rate down to none along a cosine (Loshchilov and Hutter 2017, equation 5).
    adam_.begin_step(
        (1 + std::cos(std::numbers::pi * static_cast<double>(step) / static_cast<double>(steps_))) / 2);
    update();
    monitor_.report({"fitting pairs of columns", "step", step + 1, steps_});
  }
}

}  // namespace

void fit_pairs(const RowNetwork& network, const EncodedTable& encoded, std::size_t trained_steps,
               std::uint64_t seed, const model::FitContext& context) {
  PairFit fit(network.generator(), {network.parameters, network.output}, encoded, trained_steps, seed,
              context);
  fit.run(network.takes_conditions() ? network.conditions : nullptr);
  fit.output().store(network.parameters, network.output);
}

}  // namespace ctgan::synth::neural
