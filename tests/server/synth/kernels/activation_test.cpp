// The generator's activation and its way back: what must hold of every row, and slopes by moving one number.
#include <cmath>
#include <functional>
#include <vector>

#include "server/synth/kernels/kernels.h"
#include "server/synth/kernels/panels.h"
#include "server/synth/random/random.h"
#include "tests/catch.h"

namespace {

using namespace ctgan::synth;
using kernels::AlignedBuffer;
using kernels::k_panel_columns;
using kernels::OutputBlock;
using kernels::Panels;

constexpr std::size_t k_rows = 11, k_width = 40;
// One feature after the other, across the panel's end; the conditions of the second categories are behind the first's.
const std::vector<OutputBlock> k_blocks{{OutputBlock::Kind::scalar, 0, 1, 0},
                                        {OutputBlock::Kind::modes, 1, 4, 0},
                                        {OutputBlock::Kind::categories, 5, 30, 0},
                                        {OutputBlock::Kind::scalar, 35, 1, 0},
                                        {OutputBlock::Kind::categories, 36, 4, 30}};
const kernels::OutputBlocks k_all{k_blocks.data(), k_blocks.size(), k_width};

std::vector<float> noise() {
  std::vector<float> numbers(k_width * k_rows);
  random::Stream(3, random::StreamId::latent).fill_uniform(numbers);
  return numbers;
}

template <typename T>
Panels<T> some_logits(T spread) {
  std::vector<float> numbers(k_rows * k_width);
  random::Stream(4, random::StreamId::latent).fill_uniform(numbers);
  Panels<T> logits(k_rows, k_width);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    logits.at(i / k_width, i % k_width) = spread * (static_cast<T>(numbers[i]) - static_cast<T>(0.5));
  return logits;
}

// Of the rows from `first` on.
template <typename T>
void activate(const kernels::Kernels<T>& k, const Panels<T>& logits, T temperature, std::size_t first,
              std::size_t rows, Panels<T>& output) {
  const std::vector<float> gumbel = noise();
  AlignedBuffer<T> scratch(k_width * k_panel_columns);
  k.activate(k_all,
             {.rows = rows,
              .panel_stride = logits.panel_stride(),
              .logits = logits.panel(0) + first * k_panel_columns,
              .gumbel = gumbel.data() + first,
              .gumbel_stride = k_rows,
              .temperature = temperature},
             scratch.data(), output.panel(0) + first * k_panel_columns);
}

void for_each_set(const std::function<void(kernels::Instructions)>& check) {
  for (const kernels::Instructions instructions : kernels::available_instructions()) {
    CAPTURE(kernels::name_of(instructions));
    check(instructions);
  }
}

// What the gradient is taken of: each output with a factor of its own, and the cross-entropy of the conditions.
double factor(std::size_t row, std::size_t feature) {
  return std::sin(static_cast<double>(row * k_width + feature));
}

const std::vector<std::uint32_t> k_conditions{0, 3, 29, 30, 31, 33, 12, 30, 7, 33, 1};
constexpr double k_scale = 0.7, k_temperature = 0.9;

double exact_cross_entropy(const Panels<double>& logits) {
  double loss = 0;
  for (std::size_t row = 0; row < k_rows; ++row) {
    const OutputBlock& block = k_blocks[k_conditions[row] < 30 ? 2 : 4];
    double sum = 0;
    for (std::size_t f = 0; f < block.width; ++f) sum += std::exp(logits.at(row, block.offset + f));
    loss += std::log(sum) - logits.at(row, block.offset + k_conditions[row] - block.condition_offset);
  }
  return loss;
}

double exact_objective(const Panels<double>& logits) {
  const std::vector<float> gumbel = noise();
  double sum = k_scale * exact_cross_entropy(logits);
  for (std::size_t row = 0; row < k_rows; ++row) {
    for (const OutputBlock& block : k_blocks) {
      if (block.kind == OutputBlock::Kind::scalar) {
        sum += factor(row, block.offset) * std::tanh(logits.at(row, block.offset));
        continue;
      }
      double total = 0, weighted = 0;
      for (std::size_t f = block.offset; f < block.offset + block.width; ++f) {
        const double power = std::exp((logits.at(row, f) + double{gumbel[f * k_rows + row]}) / k_temperature);
        total += power;
        weighted += factor(row, f) * power;
      }
      sum += weighted / total;
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("activated scalars lie in -1 to 1, and every block of modes or categories sums to 1") {
  for_each_set([](kernels::Instructions instructions) {
    for (const float spread : {0.1F, 5.0F, 500.0F}) {
      const Panels<float> logits = some_logits(spread);
      Panels<float> output(k_rows, k_width);
      activate(kernels::kernels<float>(instructions), logits, 0.2F, 0, k_rows, output);
      for (std::size_t row = 0; row < k_rows; ++row) {
        for (const OutputBlock& block : k_blocks) {
          double sum = 0;
          for (std::size_t f = block.offset; f < block.offset + block.width; ++f) {
            const float value = output.at(row, f);
            REQUIRE(value <= 1);
            REQUIRE(value >= (block.kind == OutputBlock::Kind::scalar ? -1 : 0));
            sum += value;
          }
          if (block.kind != OutputBlock::Kind::scalar) REQUIRE(sum == Approx(1).epsilon(1e-5));
        }
      }
    }
  });
}

TEST_CASE("a row is activated to the same bits whatever rows stand beside it") {
  for_each_set([](kernels::Instructions instructions) {
    const auto& k = kernels::kernels<float>(instructions);
    const Panels<float> logits = some_logits(6.0F);
    Panels<float> whole(k_rows, k_width), cut(k_rows, k_width);
    activate(k, logits, 0.2F, 0, k_rows, whole);
    activate(k, logits, 0.2F, 0, 4, cut);
    activate(k, logits, 0.2F, 4, 1, cut);
    activate(k, logits, 0.2F, 5, k_rows - 5, cut);
    for (std::size_t row = 0; row < k_rows; ++row)
      for (std::size_t f = 0; f < k_width; ++f) REQUIRE(whole.at(row, f) == cut.at(row, f));
  });
}

TEST_CASE(
    "a low temperature leaves nearly all to the greatest of logit and noise, a high one gives all the same") {
  for_each_set([](kernels::Instructions instructions) {
    const auto& k = kernels::kernels<float>(instructions);
    const Panels<float> logits = some_logits(4.0F);
    const std::vector<float> gumbel = noise();
    Panels<float> cold(k_rows, k_width), hot(k_rows, k_width);
    activate(k, logits, 0.001F, 0, k_rows, cold);
    activate(k, logits, 1e6F, 0, k_rows, hot);
    const OutputBlock& modes = k_blocks[1];
    for (std::size_t row = 0; row < k_rows; ++row) {
      std::size_t greatest = modes.offset;
      const auto disturbed = [&](std::size_t f) { return logits.at(row, f) + gumbel[f * k_rows + row]; };
      for (std::size_t f = modes.offset; f < modes.offset + modes.width; ++f)
        if (disturbed(f) > disturbed(greatest)) greatest = f;
      CHECK(cold.at(row, greatest) > 0.9F);
      CHECK(hot.at(row, greatest) == Approx(0.25).epsilon(1e-4));
    }
  });
}

TEST_CASE(
    "the way back through the activation is the slope of the way there, the cross-entropy's along with it") {
  for_each_set([](kernels::Instructions instructions) {
    const auto& k = kernels::kernels<double>(instructions);
    Panels<double> logits = some_logits(3.0);
    Panels<double> output(k_rows, k_width), by_logits(k_rows, k_width);
    activate(k, logits, k_temperature, 0, k_rows, output);
    // As the gradient stands: a row of numbers for each row, 32 apart.
    std::vector<double> by_output(k_rows + k_width * k_panel_columns);
    std::vector<std::size_t> offsets(k_rows);
    for (std::size_t row = 0; row < k_rows; ++row) {
      offsets[row] = row;
      for (std::size_t f = 0; f < k_width; ++f) by_output[row + f * k_panel_columns] = factor(row, f);
    }
    AlignedBuffer<double> scratch(2 * k_width * k_panel_columns);
    const double loss = k.activate_backward(k_all,
                                            {.rows = k_rows,
                                             .panel_stride = logits.panel_stride(),
                                             .logits = logits.panel(0),
                                             .condition = k_conditions.data(),
                                             .temperature = k_temperature},
                                            output.panel(0), {by_output.data(), offsets.data()}, k_scale,
                                            scratch.data(), by_logits.panel(0));
    CHECK(loss == Approx(exact_cross_entropy(logits)).epsilon(1e-10));
    constexpr double k_step = 1e-5;
    for (std::size_t row = 0; row < k_rows; ++row) {
      for (std::size_t f = 0; f < k_width; ++f) {
        CAPTURE(row, f);
        const double before = logits.at(row, f);
        logits.at(row, f) = before + k_step;
        const double above = exact_objective(logits);
        logits.at(row, f) = before - k_step;
        const double below = exact_objective(logits);
        logits.at(row, f) = before;
        REQUIRE(by_logits.at(row, f) == Approx((above - below) / (2 * k_step)).margin(1e-7));
      }
    }
  });
}
