#include "server/synth/kernels/kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <vector>

#include "server/synth/kernels/panels.h"
#include "server/synth/random/random.h"
#include "tests/catch.h"

namespace {

using namespace ctgan::synth;
using kernels::AlignedBuffer;
using kernels::k_panel_columns;
using kernels::Kernels;
using kernels::Panels;

AlignedBuffer<float> drawn(std::size_t size, std::uint64_t seed) {
  AlignedBuffer<float> buffer(size);
  random::Stream(seed, random::StreamId::latent).fill_uniform(buffer.span());
  for (float& value : buffer.span()) value -= 0.5F;
  return buffer;
}

void for_each_set(const std::function<void(const Kernels<float>&)>& check) {
  for (const kernels::Instructions instructions : kernels::available_instructions()) {
    CAPTURE(kernels::name_of(instructions));
    check(kernels::kernels<float>(instructions));
  }
}

double element(const kernels::LeftFactor<float>& left, std::size_t i, std::size_t k) {
  return left.data[i * left.row_stride + k / left.segment * left.segment_stride +
                   k % left.segment * left.depth_stride];
}

// To the nearest, ties to even, in the upper 16 bits.
double as_bf16(double value) {
  const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
  return std::bit_cast<float>((bits + 0x7FFFU + ((bits >> 16) & 1U)) & 0xFFFF0000U);
}

}  // namespace

TEST_CASE("a product equals the plain sums, for every number of rows and every way to read the left factor") {
  const std::size_t depth = 70;
  const auto left = drawn(4096 * 4, 1), right = drawn(depth * k_panel_columns, 2);
  const kernels::LeftFactor<float> panels{left.data(), 32, 1, 32, 50 * 32},
      turned{left.data(), 1, 32, depth, 0};
  for_each_set([&](const Kernels<float>& k) {
    for (std::size_t m = 1; m <= 32; ++m)
      for (const auto& factor : {panels, turned}) {
        AlignedBuffer<float> out(m * k_panel_columns);
        for (float& value : out.span()) value = 3;
        k.multiply(factor, m, depth, right.data(), out.data(), true);
        for (std::size_t i = 0; i < m; ++i)
          for (std::size_t c = 0; c < k_panel_columns; ++c) {
            double expected = 3;
            for (std::size_t d = 0; d < depth; ++d)
              expected += element(factor, i, d) * right[d * k_panel_columns + c];
            REQUIRE(out[i * k_panel_columns + c] == Approx(expected).epsilon(1e-5).margin(1e-5));
          }
      }
  });
}

TEST_CASE("a bf16 product is the plain sums of its rounded factors, however it is cut") {
  if (!kernels::bf16_available()) {
    WARN("this processor has no bf16 instructions: nothing to test");
    return;
  }
  for (const std::size_t depth : {1U, 2U, 31U, 33U, 256U, 257U, 600U}) {
    const std::size_t panel_stride = 50 * k_panel_columns;
    const auto left = drawn(40 * panel_stride, 1), right = drawn(depth * k_panel_columns, 2);
    const kernels::LeftFactor<float> panels{left.data(), 32, 1, 32, panel_stride},
        turned{left.data(), 1, 32, depth, 0}, spread{left.data(), 1, 64, depth, 0};
    for (const auto& factor : {panels, turned, spread})
      for (const std::size_t m : {1U, 5U, 14U, 15U, 28U, 32U}) {
        AlignedBuffer<float> out(m * k_panel_columns), part(k_panel_columns);
        for (float& value : out.span()) value = 3;
        kernels::bf16_kernels().multiply(factor, m, depth, right.data(), out.data(), true);
        for (std::size_t i = 0; i < m; ++i)
          for (std::size_t c = 0; c < k_panel_columns; ++c) {
            double expected = 3;
            for (std::size_t d = 0; d < depth; ++d)
              expected += as_bf16(element(factor, i, d)) * as_bf16(right[d * k_panel_columns + c]);
            REQUIRE(out[i * k_panel_columns + c] == Approx(expected).epsilon(1e-5).margin(1e-4));
          }
        auto last = factor;
        last.data += (m - 1) * factor.row_stride;
        for (float& value : part.span()) value = 3;
        if (factor.row_stride != 1) {
          kernels::bf16_kernels().multiply(last, 1, depth, right.data(), part.data(), true);
          CHECK(std::memcmp(part.data(), out.data() + (m - 1) * k_panel_columns, sizeof(float) * 32) == 0);
        }
      }
  }
}

TEST_CASE("a product from a row is that row in every place, plus the product, to the last bit") {
  const std::size_t m = 45, depth = 600;
  Panels<float> left(m, depth);
  const auto numbers = drawn(m * left.panels() * k_panel_columns, 7),
             right = drawn(depth * k_panel_columns, 8), row = drawn(k_panel_columns, 9);
  std::copy_n(numbers.data(), numbers.size(), left.panel(0));
  const kernels::LeftFactor<float> factor{left.panel(0), k_panel_columns, 1, k_panel_columns,
                                          left.panel_stride()};
  const auto check = [&](const Kernels<float>& k) {
    AlignedBuffer<float> filled(m * k_panel_columns), from(m * k_panel_columns);
    k.fill_rows(filled.data(), m, row.data());
    k.multiply(factor, m, depth, right.data(), filled.data(), true);
    k.multiply_from(factor, m, depth, right.data(), row.data(), from.data());
    CHECK(std::memcmp(filled.data(), from.data(), filled.size() * sizeof(float)) == 0);
  };
  for_each_set(check);
  if (kernels::bf16_available()) check(kernels::bf16_kernels());
}

TEST_CASE("the bits of a product do not depend on how its rows are cut") {
  const auto left = drawn(50 * 64, 3), right = drawn(64 * k_panel_columns, 4);
  const kernels::LeftFactor<float> factor{left.data(), 32, 1, 32, 50 * 32};
  for_each_set([&](const Kernels<float>& k) {
    AlignedBuffer<float> whole(50 * k_panel_columns), cut(50 * k_panel_columns);
    k.multiply(factor, 50, 64, right.data(), whole.data(), false);
    for (std::size_t row = 0; row < 50; row += 7) {
      auto part = factor;
      part.data += row * 32;
      k.multiply(part, std::min<std::size_t>(7, 50 - row), 64, right.data(), cut.data() + row * 32, false);
    }
    CHECK(std::memcmp(whole.data(), cut.data(), whole.size() * sizeof(float)) == 0);
  });
}

TEST_CASE("a turned matrix has its rows as columns, and zeros beyond the last") {
  for_each_set([](const Kernels<float>& k) {
    constexpr std::size_t k_rows = 40;
    Panels<float> from(k_rows, 96);
    for (std::size_t r = 0; r < k_rows; ++r)
      for (std::size_t c = 0; c < 96; ++c) from.at(r, c) = static_cast<float>(100 * r + c + 1);
    for (const std::size_t rows : {1, 3, 4, 8, 15, 16, 20, 31, 32})
      for (const std::size_t columns : {1, 5, 8, 16, 29, 32, 33, 48, 96}) {
        CAPTURE(rows, columns);
        AlignedBuffer<float> out(columns * k_panel_columns + 1);
        std::fill(out.span().begin(), out.span().end(), -1.0F);
        k.transpose(from.panel(0, 3), from.panel_stride(), rows, columns, out.data());
        std::size_t wrong = 0;
        for (std::size_t c = 0; c < columns; ++c)
          for (std::size_t r = 0; r < k_panel_columns; ++r)
            wrong += out[c * k_panel_columns + r] != (r < rows ? from.at(3 + r, c) : 0.0F);
        CHECK(wrong == 0);
        CHECK(out[columns * k_panel_columns] == -1.0F);
      }
  });
}

TEST_CASE("the float softmax follows the exact one from logits near zero to far apart") {
  constexpr std::size_t k_width = 7;
  const kernels::OutputBlock block{kernels::OutputBlock::Kind::modes, 0, k_width, 0};
  for_each_set([&](const Kernels<float>& k) {
    for (const float spread : {0.01F, 1.0F, 30.0F, 2000.0F}) {
      Panels<float> logits(20, k_width), out(20, k_width);
      const auto numbers = drawn(20 * k_width, 5);
      for (std::size_t i = 0; i < numbers.size(); ++i)
        logits.at(i / k_width, i % k_width) = spread * numbers[i];
      const std::vector<float> noise(k_width * 20);
      AlignedBuffer<float> scratch(k_width * k_panel_columns);
      k.activate({&block, 1, k_width},
                 {.rows = 20,
                  .panel_stride = logits.panel_stride(),
                  .logits = logits.panel(0),
                  .gumbel = noise.data(),
                  .gumbel_stride = 20,
                  .temperature = 0.2F},
                 scratch.data(), out.panel(0));
      for (std::size_t row = 0; row < 20; ++row) {
        double sum = 0, greatest = -1e30;
        for (std::size_t f = 0; f < k_width; ++f) greatest = std::max(greatest, logits.at(row, f) / 0.2);
        for (std::size_t f = 0; f < k_width; ++f) sum += std::exp(logits.at(row, f) / 0.2 - greatest);
        for (std::size_t f = 0; f < k_width; ++f)
          REQUIRE(out.at(row, f) ==
                  Approx(std::exp(logits.at(row, f) / 0.2 - greatest) / sum).epsilon(2e-3).margin(1e-7));
      }
    }
  });
}

TEST_CASE("the columns beyond the last stay zero through batch norm and dropout") {
  for_each_set([&](const Kernels<float>& k) {
    AlignedBuffer<float> tile(8 * 32), activated(8 * 32), zeros(32), variance(32), mean(32), inverse(32),
        slope(8 * 32);
    const std::vector<float> dropout(8 * 3, 2.0F);
    k.normalise(tile.data(), 8,
                {zeros.data(), zeros.data(), mean.data(), variance.data(), inverse.data(), 0.1F, 1e-5F},
                activated.data());
    k.leaky_dropout(activated.data(), slope.data(), 8, 0.2F, dropout.data(), 3, 3);
    for (std::size_t i = 0; i < activated.size(); ++i) {
      REQUIRE(activated[i] == 0);
      if (i % 32 >= 3) REQUIRE(slope[i] == 0);
    }
  });
}

TEST_CASE("a draw is the tanh of a scalar, and each category comes as often as its softmax says") {
  constexpr std::size_t k_rows = 20, k_width = 5, k_rounds = 20'000;
  const std::vector<kernels::OutputBlock> blocks{{kernels::OutputBlock::Kind::scalar, 0, 1, 0},
                                                 {kernels::OutputBlock::Kind::categories, 1, 4, 0}};
  const std::vector<float> logits{0.5F, 1.0F, -2.0F, 0.0F, 2.0F};
  for_each_set([&](const Kernels<float>& k) {
    Panels<float> output(k_rows, k_width);
    for (std::size_t row = 0; row < k_rows; ++row)
      for (std::size_t f = 0; f < k_width; ++f) output.at(row, f) = logits[f];
    AlignedBuffer<float> uniform(2 * 32), scratch(k_width * 32), drawn(2 * 32);
    random::Stream random(5, random::StreamId::sampling);
    std::vector<double> seen(4), expected(4);
    for (std::size_t round = 0; round < k_rounds; ++round) {
      random.fill_uniform(uniform.span());
      k.draw({blocks.data(), blocks.size(), k_width},
             {.rows = k_rows, .panel_stride = output.panel_stride(), .logits = output.panel(0)},
             uniform.data(), scratch.data(), drawn.data());
      REQUIRE(drawn[k_rows - 1] == Approx(std::tanh(0.5)).epsilon(1e-5));
      for (std::size_t row = 0; row < k_rows; ++row) ++seen.at(static_cast<std::size_t>(drawn[32 + row]));
    }
    double sum = 0;
    for (std::size_t c = 0; c < 4; ++c) sum += expected[c] = std::exp(logits[1 + c]);
    for (std::size_t c = 0; c < 4; ++c)
      CHECK(seen[c] / (k_rows * k_rounds) == Approx(expected[c] / sum).margin(0.003));
  });
}

TEST_CASE("the last category is drawn at the end of the range, the first at its beginning") {
  const kernels::OutputBlock block{kernels::OutputBlock::Kind::modes, 0, 3, 0};
  for_each_set([&](const Kernels<float>& k) {
    const Panels<float> output(2, 3);
    AlignedBuffer<float> uniform(32), scratch(3 * 32), drawn(32);
    uniform[1] = 0x1.fffffep-1F;
    k.draw({&block, 1, 3}, {.rows = 2, .panel_stride = output.panel_stride(), .logits = output.panel(0)},
           uniform.data(), scratch.data(), drawn.data());
    CHECK(drawn[0] == 0);
    CHECK(drawn[1] == 2);
  });
}

TEST_CASE("the likeliest of every block is the first of its greatest, and the tanh of a scalar") {
  constexpr std::size_t k_rows = 35, k_width = 46;
  const std::vector<kernels::OutputBlock> blocks{{kernels::OutputBlock::Kind::categories, 0, 40, 0},
                                                 {kernels::OutputBlock::Kind::scalar, 40, 1, 0},
                                                 {kernels::OutputBlock::Kind::modes, 41, 5, 0}};
  Panels<float> output(k_rows, k_width);
  const auto numbers = drawn(k_rows * k_width, 8);
  for (std::size_t i = 0; i < numbers.size(); ++i) output.at(i / k_width, i % k_width) = 40 * numbers[i];
  output.at(1, 7) = output.at(1, 9) = 100;
  for_each_set([&](const Kernels<float>& k) {
    for (const std::size_t first : {0U, 32U}) {
      const std::size_t rows = std::min<std::size_t>(32, k_rows - first);
      AlignedBuffer<float> scratch(k_width * 32), chosen(3 * 32);
      k.choose({blocks.data(), blocks.size(), k_width},
               {.rows = rows, .panel_stride = output.panel_stride(), .logits = output.panel(0, first)},
               scratch.data(), chosen.data());
      for (std::size_t row = 0; row < rows; ++row) {
        const auto greatest = [&](std::size_t offset, std::size_t width) {
          std::size_t best = 0;
          for (std::size_t f = 1; f < width; ++f)
            if (output.at(first + row, offset + f) > output.at(first + row, offset + best)) best = f;
          return static_cast<float>(best);
        };
        REQUIRE(chosen[row] == greatest(0, 40));
        REQUIRE(chosen[32 + row] == Approx(std::tanh(output.at(first + row, 40))).margin(1e-6));
        REQUIRE(chosen[64 + row] == greatest(41, 5));
      }
    }
  });
}

namespace {

// One strip of logits against targets, by the kernels for T.
template <typename T>
struct Compared {
  static constexpr std::size_t k_rows = 20, k_width = 6;

  Compared(kernels::Instructions instructions, double spread) : gradient(k_rows, k_width) {
    const std::vector<kernels::OutputBlock> blocks{{kernels::OutputBlock::Kind::scalar, 0, 1, 0},
                                                   {kernels::OutputBlock::Kind::categories, 1, 5, 0}};
    const auto numbers = drawn(k_rows * k_width, 9);
    Panels<T> logits(k_rows, k_width);
    for (std::size_t i = 0; i < numbers.size(); ++i)
      logits.at(i / k_width, i % k_width) = static_cast<T>(spread * numbers[i]);
    std::vector<std::uint32_t> index;
    std::vector<T> value;
    for (std::uint32_t row = 0; row < k_rows; ++row) {
      index.insert(index.end(), {0, 1 + row % 5});
      value.insert(value.end(), {static_cast<T>(0.09F * static_cast<float>(row) - 0.9F), T{1}});
    }
    AlignedBuffer<T> scratch(k_width * 32), deviation(32);
    deviation[0] = T{0.25};
    loss =
        kernels::kernels<T>(instructions)
            .reconstruct({blocks.data(), blocks.size(), k_width},
                         {.rows = k_rows, .panel_stride = logits.panel_stride(), .logits = logits.panel(0)},
                         {{index.data(), value.data(), 2}, deviation.data(), T{0.5}, by_deviation},
                         scratch.data(), gradient.panel(0));
  }

  double loss = 0;
  T by_deviation[k_width] = {};
  Panels<T> gradient;
};

}  // namespace

TEST_CASE("the float likelihood and its gradient follow the exact ones, from logits near zero to far apart") {
  for (const kernels::Instructions instructions : kernels::available_instructions()) {
    CAPTURE(kernels::name_of(instructions));
    for (const double spread : {0.01, 1.0, 30.0, 500.0}) {
      const Compared<float> found(instructions, spread);
      const Compared<double> exact(instructions, spread);
      CHECK(found.loss == Approx(exact.loss).epsilon(1e-5));
      CHECK(found.by_deviation[0] == Approx(exact.by_deviation[0]).epsilon(1e-5));
      for (std::size_t row = 0; row < 20; ++row)
        for (std::size_t f = 0; f < 6; ++f)
          REQUIRE(found.gradient.at(row, f) == Approx(exact.gradient.at(row, f)).epsilon(1e-4).margin(2e-6));
    }
  }
}

TEST_CASE("latent numbers are mean and deviation times noise, and their divergence is the exact one") {
  for_each_set([&](const Kernels<float>& k) {
    constexpr std::size_t k_rows = 7, k_columns = 5;
    const auto numbers = drawn(2 * k_rows * 32, 10);
    AlignedBuffer<float> mean(k_rows * 32), deviation(k_rows * 32), latent(k_rows * 32);
    std::vector<float> noise(k_rows * 9);
    random::Stream(3, random::StreamId::latent).fill_normal(std::span(noise).first(62));
    double expected = 0;
    for (std::size_t r = 0; r < k_rows; ++r)
      for (std::size_t c = 0; c < k_columns; ++c) {
        const std::size_t i = r * 32 + c;
        mean[i] = 4 * numbers[i];
        deviation[i] = 12 * numbers[k_rows * 32 + i];
        expected += (mean[i] * mean[i] + std::exp(deviation[i]) - 1 - deviation[i]) / 2;
      }
    const auto log_variance = std::vector<float>(deviation.data(), deviation.data() + deviation.size());
    const double divergence =
        k.draw_latent({mean.data(), deviation.data(), noise.data(), 9, k_columns}, k_rows, latent.data());
    CHECK(divergence == Approx(expected).epsilon(1e-5));
    for (std::size_t r = 0; r < k_rows; ++r)
      for (std::size_t c = 0; c < 32; ++c) {
        const std::size_t i = r * 32 + c;
        if (c >= k_columns)
          REQUIRE(latent[i] == 0);
        else
          REQUIRE(
              latent[i] ==
              Approx(mean[i] + std::exp(log_variance[i] / 2) * noise[r * 9 + c]).epsilon(1e-5).margin(1e-6));
      }
  });
}

TEST_CASE("a variance beyond what a float holds is infinite, never a small number") {
  for_each_set([&](const Kernels<float>& k) {
    AlignedBuffer<float> mean(32), deviation(32), latent(32);
    const std::vector<float> noise(32, 1.0F);
    deviation[0] = 400;
    CHECK_FALSE(std::isfinite(
        k.draw_latent({mean.data(), deviation.data(), noise.data(), 32, 32}, 1, latent.data())));
  });
}
