#include "server/synth/neural/conditional_sampler.h"

#include <cmath>
#include <numeric>
#include <set>

#include "tests/catch.h"

namespace {

using namespace ctgan::synth;
using neural::ConditionSampler;
using neural::Frequency;
using neural::RowSampler;

constexpr std::size_t k_draws = 200'000;

codecs::CategoryRows own(std::vector<std::uint64_t> counts) {
  return {std::move(counts), true};
}

std::vector<double> shares(const ConditionSampler& sampler, std::size_t width) {
  random::Stream random(3, random::StreamId::condition);
  std::vector<double> counts(width);
  for (std::size_t i = 0; i < k_draws; ++i) counts.at(sampler.draw(random)) += 1.0 / k_draws;
  return counts;
}

// Pearson's statistic over its degrees of freedom: near 1 when the draws follow `expected`.
double misfit(const std::vector<double>& observed, const std::vector<double>& expected) {
  double sum = 0;
  for (std::size_t i = 0; i < expected.size(); ++i)
    sum += k_draws * (observed[i] - expected[i]) * (observed[i] - expected[i]) / expected[i];
  return sum / static_cast<double>(expected.size() - 1);
}

// Two discrete columns round a continuous one.
encoders::EncodedTable table_of(const std::vector<std::uint32_t>& first, std::size_t first_categories,
                                const std::vector<std::uint32_t>& second, std::size_t second_categories) {
  encoders::EncodedTable table;
  const auto add = [&table](const std::vector<std::uint32_t>& codes, std::size_t categories) {
    table.layout.add_discrete(categories);
    auto column = codecs::Codes::sized(categories, codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i) column.set(i, codes[i]);
    table.columns.emplace_back(std::move(column));
  };
  table.rows = first.size();
  add(first, first_categories);
  table.layout.add_continuous(1);
  table.columns.emplace_back(
      encoders::EncodedContinuous{std::vector<std::uint8_t>(table.rows), std::vector<float>(table.rows)});
  add(second, second_categories);
  return table;
}

}  // namespace

TEST_CASE("with log frequency the majority of 950, 25 and 25 is drawn 0.5128 of the time") {
  const ConditionSampler sampler({own({950, 25, 25})}, Frequency::log);
  const double sum = std::log(951.0) + 2 * std::log(26.0);
  const std::vector<double> expected = {std::log(951.0) / sum, std::log(26.0) / sum, std::log(26.0) / sum};
  CHECK(expected[0] == Approx(0.5128).margin(5e-5));
  CHECK(misfit(shares(sampler, 3), expected) < 7);
}

TEST_CASE("with the original frequency it is drawn as often as it stands in the data") {
  const ConditionSampler sampler({own({950, 25, 25})}, Frequency::original);
  CHECK(misfit(shares(sampler, 3), {0.95, 0.025, 0.025}) < 7);
}

TEST_CASE("which cells are missing is never drawn more often than in the data") {
  const ConditionSampler sampler({own({95, 5}), {.counts = {950, 50}, .own = false}}, Frequency::log);
  const double sum = std::log(96.0) + std::log(6.0);
  const std::vector<double> expected = {std::log(96.0) / sum / 2, std::log(6.0) / sum / 2, 0.475, 0.025};
  CHECK(misfit(shares(sampler, 4), expected) < 5);
}

TEST_CASE("every column is drawn equally often, however many categories it has") {
  const ConditionSampler sampler({own({1, 1, 1, 1}), own({8}), own({3, 1})}, Frequency::original);
  const std::vector<double> expected = {1 / 12.0, 1 / 12.0, 1 / 12.0, 1 / 12.0, 1 / 3.0, 0.25, 1 / 12.0};
  CHECK(misfit(shares(sampler, 7), expected) < 4);
}

TEST_CASE("a category without rows is never drawn") {
  const ConditionSampler sampler({own({0, 5, 0, 5, 0})}, Frequency::log);
  const auto drawn = shares(sampler, 5);
  CHECK(drawn[0] == 0);
  CHECK(drawn[2] == 0);
  CHECK(drawn[4] == 0);
}

TEST_CASE("a single category is always drawn, and without columns there is nothing to draw") {
  CHECK(shares(ConditionSampler({own({7})}, Frequency::log), 1)[0] == Approx(1));
  CHECK(ConditionSampler({}, Frequency::log).empty());
  CHECK_FALSE(ConditionSampler({own({7})}, Frequency::log).empty());
}

TEST_CASE("the row drawn for a condition always has that category, and each such row comes equally often") {
  const std::vector<std::uint32_t> first = {0, 1, 2, 1, 0, 1, 1, 2}, second = {1, 1, 0, 1, 1, 0, 1, 1};
  const RowSampler rows(table_of(first, 3, second, 2));
  random::Stream random(4, random::StreamId::rows);
  for (std::uint32_t condition = 0; condition < 5; ++condition) {
    CAPTURE(condition);
    const bool in_first = condition < 3;
    const auto& column = in_first ? first : second;
    const std::uint32_t code = in_first ? condition : condition - 3;
    std::vector<double> drawn(first.size());
    for (std::size_t i = 0; i < k_draws / 10; ++i) drawn.at(rows.draw(condition, random)) += 1;
    const auto holders = static_cast<double>(std::count(column.begin(), column.end(), code));
    for (std::size_t row = 0; row < column.size(); ++row)
      CHECK(drawn[row] == Approx(column[row] == code ? k_draws / 10.0 / holders : 0.0).margin(450));
  }
}

TEST_CASE("without a condition any row may come") {
  const RowSampler rows(table_of({0, 0, 0}, 1, {0, 0, 0}, 1));
  random::Stream random(4, random::StreamId::rows);
  std::set<std::uint32_t> drawn;
  for (int i = 0; i < 100; ++i) drawn.insert(rows.draw_any(random));
  CHECK(drawn == std::set<std::uint32_t>{0, 1, 2});
}
