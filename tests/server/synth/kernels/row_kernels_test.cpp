// The loops over rows, batch norm and Adam against plain sums in double precision, for every set of instructions.
#include <algorithm>
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
using kernels::Kernels;

constexpr std::size_t k_lanes = kernels::k_panel_columns;

// A tile of numbers from -0.5 to 0.5.
AlignedBuffer<float> tile_of(std::size_t rows, std::uint64_t seed) {
  AlignedBuffer<float> tile(rows * k_lanes);
  random::Stream(seed, random::StreamId::latent).fill_uniform(tile.span());
  for (float& value : tile.span()) value -= 0.5F;
  return tile;
}

AlignedBuffer<float> copy_of(const AlignedBuffer<float>& from) {
  AlignedBuffer<float> copy(from.size());
  std::copy_n(from.data(), from.size(), copy.data());
  return copy;
}

// For every set, and numbers of rows on both sides of what a set takes together.
void for_each_tile(const std::function<void(const Kernels<float>&, std::size_t rows)>& check) {
  for (const kernels::Instructions instructions : kernels::available_instructions()) {
    for (const std::size_t rows : {1, 2, 3, 7, 8, 9, 32, 33}) {
      CAPTURE(kernels::name_of(instructions), rows);
      check(kernels::kernels<float>(instructions), rows);
    }
  }
}

using Exact = std::function<double(std::size_t row, std::size_t column)>;

void check_tile(const AlignedBuffer<float>& tile, std::size_t rows, const Exact& exact) {
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < k_lanes; ++c) {
      CAPTURE(r, c);
      REQUIRE(tile[r * k_lanes + c] == Approx(exact(r, c)).epsilon(1e-5).margin(1e-6));
    }
}

}  // namespace

TEST_CASE("rows are filled with one row, and nothing behind them is touched") {
  for_each_tile([](const Kernels<float>& k, std::size_t rows) {
    const auto row = tile_of(1, 1);
    AlignedBuffer<float> tile((rows + 1) * k_lanes);
    k.fill_rows(tile.data(), rows, row.data());
    check_tile(tile, rows, [&](std::size_t, std::size_t c) { return row[c]; });
    for (std::size_t c = 0; c < k_lanes; ++c) CHECK(tile[rows * k_lanes + c] == 0);
  });
}

TEST_CASE("rows of a table are added where they were chosen, and gathered back where they came from") {
  for_each_tile([](const Kernels<float>& k, std::size_t rows) {
    const auto table = tile_of(5, 2), before = tile_of(rows, 3);
    std::vector<std::uint32_t> which;
    for (std::size_t r = 0; r < rows; ++r) which.push_back(static_cast<std::uint32_t>(r * r % 5));
    auto tile = copy_of(before);
    k.add_rows(tile.data(), rows, table.data(), which.data());
    check_tile(tile, rows, [&](std::size_t r, std::size_t c) {
      return double{before[r * k_lanes + c]} + table[which[r] * k_lanes + c];
    });

    auto sums = copy_of(table);
    k.scatter_rows(sums.data(), rows, before.data(), which.data());
    check_tile(sums, 5, [&](std::size_t row, std::size_t c) {
      double sum = table[row * k_lanes + c];
      for (std::size_t r = 0; r < rows; ++r) sum += which[r] == row ? before[r * k_lanes + c] : 0;
      return sum;
    });
  });
}

TEST_CASE("sparse rows in groups add what their entries say, and scatter it back member by member") {
  constexpr std::size_t k_group = 3, k_entries = 4, k_table = 11;
  constexpr std::uint32_t k_first = 2;
  for_each_tile([&](const Kernels<float>& k, std::size_t rows) {
    const auto table = tile_of(k_table, 4), before = tile_of(rows, 5);
    std::vector<std::uint32_t> index;
    std::vector<float> value;
    for (std::size_t i = 0; i < rows * k_group * k_entries; ++i) {
      index.push_back(static_cast<std::uint32_t>(i * 7 % k_table));
      value.push_back(static_cast<float>(i % 5) - 1.5F);
    }
    auto tile = copy_of(before);
    k.add_sparse(tile.data(), rows, k_group, {index.data(), value.data(), k_entries}, table.data());
    check_tile(tile, rows, [&](std::size_t r, std::size_t c) {
      double sum = before[r * k_lanes + c];
      for (std::size_t i = r * k_group * k_entries; i < (r + 1) * k_group * k_entries; ++i)
        sum += double{value[i]} * table[index[i] * k_lanes + c];
      return sum;
    });

    // The table's first rows belong to something else.
    std::vector<std::uint32_t> shifted = index;
    for (std::uint32_t& column : shifted) column += k_first;
    constexpr std::size_t k_member = 1;
    auto sums = copy_of(table);
    k.scatter_sparse(sums.data(), rows, k_group, k_member, {shifted.data(), value.data(), k_entries}, k_first,
                     before.data());
    check_tile(sums, k_table, [&](std::size_t row, std::size_t c) {
      double sum = table[row * k_lanes + c];
      for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t i = (r * k_group + k_member) * k_entries, end = i + k_entries; i < end; ++i)
          sum += index[i] == row ? double{value[i]} * before[r * k_lanes + c] : 0;
      return sum;
    });
  });
}

TEST_CASE("rows are mixed by their shares, scaled by their factors, multiplied number by number") {
  for_each_tile([](const Kernels<float>& k, std::size_t rows) {
    const auto a = tile_of(rows, 6), b = tile_of(rows, 7);
    std::vector<float> share;
    for (std::size_t r = 0; r < rows; ++r) share.push_back(static_cast<float>(r % 4) / 3);
    AlignedBuffer<float> mixed(rows * k_lanes);
    k.mix_rows(mixed.data(), rows, share.data(), a.data(), b.data());
    check_tile(mixed, rows, [&](std::size_t r, std::size_t c) {
      const std::size_t i = r * k_lanes + c;
      return double{share[r]} * a[i] + (1 - double{share[r]}) * b[i];
    });

    auto scaled = copy_of(a);
    k.scale_rows(scaled.data(), rows, share.data());
    check_tile(scaled, rows,
               [&](std::size_t r, std::size_t c) { return double{share[r]} * a[r * k_lanes + c]; });

    auto product = copy_of(a);
    k.multiply_elements(product.data(), rows, b.data());
    check_tile(product, rows,
               [&](std::size_t r, std::size_t c) { return double{a[r * k_lanes + c]} * b[r * k_lanes + c]; });
  });
}

TEST_CASE("sums of rows are of all rows; squares are added to what was there") {
  for_each_tile([](const Kernels<float>& k, std::size_t rows) {
    const auto tile = tile_of(rows, 8);
    AlignedBuffer<float> sums(k_lanes), squares(k_lanes);
    std::fill(sums.span().begin(), sums.span().end(), 7.0F);
    std::fill(squares.span().begin(), squares.span().end(), 7.0F);
    k.sum_rows(tile.data(), rows, sums.data());
    k.sum_squares(tile.data(), rows, squares.data());
    for (std::size_t c = 0; c < k_lanes; ++c) {
      double sum = 0, square = 7;
      for (std::size_t r = 0; r < rows; ++r) {
        sum += tile[r * k_lanes + c];
        square += double{tile[r * k_lanes + c]} * tile[r * k_lanes + c];
      }
      REQUIRE(sums[c] == Approx(sum).epsilon(1e-5).margin(1e-5));
      REQUIRE(squares[c] == Approx(square).epsilon(1e-5));
    }
  });
}

TEST_CASE("what is below zero becomes zero, and so does its gradient") {
  for_each_tile([](const Kernels<float>& k, std::size_t rows) {
    const auto before = tile_of(rows, 9), gradient_before = tile_of(rows, 10);
    auto tile = copy_of(before), gradient = copy_of(gradient_before);
    k.rectify(tile.data(), rows);
    k.rectify_backward(gradient.data(), rows, tile.data());
    check_tile(tile, rows,
               [&](std::size_t r, std::size_t c) { return std::max(before[r * k_lanes + c], 0.0F); });
    check_tile(gradient, rows, [&](std::size_t r, std::size_t c) {
      const std::size_t i = r * k_lanes + c;
      return before[i] > 0 ? gradient_before[i] : 0;
    });
  });
}

TEST_CASE("a leaky layer with dropout keeps its slope for the way back") {
  constexpr std::size_t k_columns = 5, k_stride = 9;
  for_each_tile([&](const Kernels<float>& k, std::size_t rows) {
    const auto before = tile_of(rows, 11);
    std::vector<float> kept(rows * k_stride);
    for (std::size_t i = 0; i < kept.size(); ++i) kept[i] = i % 3 == 0 ? 0.0F : 2.0F;
    auto sums = copy_of(before);
    AlignedBuffer<float> slope(rows * k_lanes);
    k.leaky_dropout(sums.data(), slope.data(), rows, 0.2F, kept.data(), k_stride, k_columns);
    const auto expected = [&](std::size_t r, std::size_t c) -> double {
      if (c >= k_columns) return 0;
      return double{kept[r * k_stride + c]} * (before[r * k_lanes + c] > 0 ? 1 : 0.2);
    };
    check_tile(slope, rows, expected);
    check_tile(sums, rows,
               [&](std::size_t r, std::size_t c) { return expected(r, c) * before[r * k_lanes + c]; });
  });
}

namespace {

// A tile through batch norm, there and back.
struct Norm {
  static constexpr float k_momentum = 0.1F, k_epsilon = 1e-3F;

  explicit Norm(std::size_t rows)
      : sums(tile_of(rows, 12)),
        normalised(copy_of(sums)),
        activated(rows * k_lanes),
        weight(tile_of(1, 13)),
        bias(tile_of(1, 14)),
        mean(tile_of(1, 15)),
        variance(k_lanes),
        inverse(k_lanes) {}

  kernels::NormTile<float> tile() {
    return {weight.data(), bias.data(), mean.data(), variance.data(), inverse.data(), k_momentum, k_epsilon};
  }
  double mean_of(std::size_t rows, std::size_t c) const {
    double sum = 0;
    for (std::size_t r = 0; r < rows; ++r) sum += sums[r * k_lanes + c];
    return sum / static_cast<double>(rows);
  }
  double squares_of(std::size_t rows, std::size_t c) const {
    double sum = 0;
    for (std::size_t r = 0; r < rows; ++r) sum += std::pow(sums[r * k_lanes + c] - mean_of(rows, c), 2);
    return sum;
  }

  AlignedBuffer<float> sums, normalised, activated, weight, bias, mean, variance, inverse;
};

}  // namespace

TEST_CASE("batch norm has the batch's mean and variance, and moves the running ones by the momentum") {
  for_each_tile([](const Kernels<float>& k, std::size_t rows) {
    if (rows < 2) return;  // the variance of one row is no number
    Norm norm(rows);
    const auto mean_before = copy_of(norm.mean);
    k.normalise(norm.normalised.data(), rows, norm.tile(), norm.activated.data());
    const auto n = static_cast<double>(rows);
    const auto exact = [&](std::size_t r, std::size_t c) {
      return (norm.sums[r * k_lanes + c] - norm.mean_of(rows, c)) /
             std::sqrt(norm.squares_of(rows, c) / n + Norm::k_epsilon);
    };
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < k_lanes; ++c) {
        const std::size_t i = r * k_lanes + c;
        REQUIRE(norm.normalised[i] == Approx(exact(r, c)).epsilon(1e-4).margin(1e-4));
        REQUIRE(
            norm.activated[i] ==
            Approx(std::max(0.0, norm.weight[c] * exact(r, c) + norm.bias[c])).epsilon(1e-4).margin(1e-4));
      }
    for (std::size_t c = 0; c < k_lanes; ++c) {
      CHECK(norm.mean[c] == Approx(0.9 * mean_before[c] + 0.1 * norm.mean_of(rows, c)).margin(1e-5));
      // As PyTorch keeps it: without the bias of a sample.
      CHECK(norm.variance[c] == Approx(0.1 * norm.squares_of(rows, c) / (n - 1)).epsilon(1e-4).margin(1e-6));
    }
  });
}

TEST_CASE("the way back through batch norm is the slope of the way there") {
  // A sum of all activations, each with a factor of its own, changes by its gradient when one number is moved.
  constexpr std::size_t k_rows = 6;
  const auto instructions = kernels::available_instructions();
  const Kernels<double>& k = kernels::kernels<double>(instructions.front());
  AlignedBuffer<double> sums(k_rows * k_lanes), factor(k_rows * k_lanes), weight(k_lanes), bias(k_lanes);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    sums[i] = std::sin(static_cast<double>(i) * 1.7);
    factor[i] = std::cos(static_cast<double>(i) * 0.9);
  }
  for (std::size_t c = 0; c < k_lanes; ++c) {
    weight[c] = 0.5 + 0.1 * static_cast<double>(c % 7);
    bias[c] = 0.3;
  }
  AlignedBuffer<double> normalised(sums.size()), activated(sums.size()), inverse(k_lanes),
      ignored(2 * k_lanes);
  const auto forward = [&] {
    std::copy_n(sums.data(), sums.size(), normalised.data());
    const kernels::NormTile<double> tile{
        weight.data(), bias.data(), ignored.data(), ignored.data() + k_lanes, inverse.data(), 0.1, 1e-3};
    k.normalise(normalised.data(), k_rows, tile, activated.data());
    double total = 0;
    for (std::size_t i = 0; i < activated.size(); ++i) total += factor[i] * activated[i];
    return total;
  };
  forward();
  AlignedBuffer<double> gradient(sums.size()), by_weight(k_lanes), by_bias(k_lanes);
  std::copy_n(factor.data(), factor.size(), gradient.data());
  const kernels::NormTile<double> tile{
      weight.data(), bias.data(), ignored.data(), ignored.data() + k_lanes, inverse.data(), 0.1, 1e-3};
  k.normalise_backward(gradient.data(), k_rows, tile, normalised.data(), activated.data(),
                       {by_weight.data(), by_bias.data()});
  constexpr double k_step = 1e-6;
  const auto slope = [&](double& number) {
    const double before = number;
    number = before + k_step;
    const double above = forward();
    number = before - k_step;
    const double below = forward();
    number = before;
    return (above - below) / (2 * k_step);
  };
  for (const std::size_t i : {0U, 5U, 40U, 100U, 191U})
    CHECK(slope(sums[i]) == Approx(gradient[i]).epsilon(1e-5).margin(1e-7));
  for (const std::size_t c : {0U, 3U, 31U}) {
    CHECK(slope(weight[c]) == Approx(by_weight[c]).epsilon(1e-5).margin(1e-7));
    CHECK(slope(bias[c]) == Approx(by_bias[c]).epsilon(1e-5).margin(1e-7));
  }
}

TEST_CASE("the way back through a latent draw carries the divergence's slope along") {
  constexpr std::size_t k_columns = 4, k_stride = 6;
  for_each_tile([&](const Kernels<float>& k, std::size_t rows) {
    const auto mean = tile_of(rows, 16), before = tile_of(rows, 17);
    AlignedBuffer<float> deviation(rows * k_lanes), by_log_variance(rows * k_lanes);
    for (float& value : deviation.span()) value = 1.25F;
    std::vector<float> noise(rows * k_stride);
    for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<float>(i % 7) - 3;
    auto gradient = copy_of(before);
    constexpr float k_scale = 0.5F;
    k.latent_backward({mean.data(), deviation.data(), noise.data(), k_stride, k_columns}, rows, k_scale,
                      gradient.data(), by_log_variance.data());
    check_tile(gradient, rows, [&](std::size_t r, std::size_t c) {
      return before[r * k_lanes + c] + k_scale * double{mean[r * k_lanes + c]};
    });
    check_tile(by_log_variance, rows, [&](std::size_t r, std::size_t c) {
      const double drawn = c < k_columns ? noise[r * k_stride + c] : 0;
      return (before[r * k_lanes + c] * drawn * 1.25 + k_scale * (1.25 * 1.25 - 1)) / 2;
    });
  });
}

TEST_CASE("a step of Adam is that of its paper, for any number of values") {
  for (const kernels::Instructions instructions : kernels::available_instructions()) {
    const Kernels<float>& k = kernels::kernels<float>(instructions);
    const kernels::AdamStep<float> step{.rate = 0.01F,
                                        .root_scale = 1.5F,
                                        .beta1 = 0.5F,
                                        .beta2 = 0.9F,
                                        .epsilon = 1e-3F,
                                        .weight_decay = 0.1F};
    for (const std::size_t count : {1, 15, 16, 17, 100}) {
      CAPTURE(kernels::name_of(instructions), count);
      const auto gradient = tile_of(4, 18), values_before = tile_of(4, 19), mean_before = tile_of(4, 20);
      auto values = copy_of(values_before), mean = copy_of(mean_before);
      AlignedBuffer<float> square(4 * k_lanes);
      for (float& value : square.span()) value = 0.3F;
      k.adam(step, count, gradient.data(), values.data(), mean.data(), square.data());
      for (std::size_t i = 0; i < count; ++i) {
        const double slope = gradient[i] + 0.1 * values_before[i];
        const double first = 0.5 * mean_before[i] + 0.5 * slope, second = 0.9 * 0.3 + 0.1 * slope * slope;
        REQUIRE(mean[i] == Approx(first).epsilon(1e-5).margin(1e-6));
        REQUIRE(square[i] == Approx(second).epsilon(1e-5));
        REQUIRE(values[i] == Approx(values_before[i] - 0.01 * first / (std::sqrt(second) * 1.5 + 1e-3))
                                 .epsilon(1e-5)
                                 .margin(1e-6));
      }
      // What lies behind the last value stays.
      REQUIRE(values[count] == values_before[count]);
      REQUIRE(square[count] == 0.3F);
    }
  }
}
