// Against finite differences, and against each row's gradient by itself.
#include "server/synth/private_gan/row_classifier.h"

#include <cmath>

#include "server/synth/native_execution/sparse_batch.h"
#include "server/synth/private_gan/coded_table.h"
#include "tests/catch.h"
#include "tests/raises.h"

using namespace ctgan;
using namespace ctgan::synth;
using private_gan::ClassifiedRows;
using private_gan::RowClassifier;

namespace {

constexpr std::size_t k_inputs = 45;  // of two panels

struct Network {
  explicit Network(std::vector<std::size_t> hidden = {40, 7}, double rate = 0)
      : start(3, random::StreamId::weights),
        classifier(k_inputs, hidden, start, {.learning_rate = rate, .weight_decay = 0}, pool) {}

  std::vector<double> clipped(const ClassifiedRows& rows, double bound) {
    std::vector<double> sum(classifier.parameters());
    classifier.add_clipped_gradient(rows, bound, sum);
    return sum;
  }

  threads::ThreadPool pool{2};
  random::Stream start;
  RowClassifier classifier;
};

// Rows of three one-hots of 15 codes each.
struct OneHots {
  explicit OneHots(std::size_t rows)
      : table(private_gan::coded_table(columns(rows), layout())), batch(table) {}

  static encoders::OutputLayout layout() {
    encoders::OutputLayout layout;
    for (int i = 0; i < 3; ++i) layout.add_discrete(15);
    return layout;
  }
  static std::vector<codecs::Codes> columns(std::size_t rows) {
    random::Stream random(5, random::StreamId::rows);
    std::vector<codecs::Codes> columns(3, codecs::Codes::sized(15, rows));
    for (codecs::Codes& column : columns)
      for (std::size_t row = 0; row < rows; ++row) column.set(row, random.next_below(15));
    return columns;
  }
  ClassifiedRows load(std::span<const std::uint32_t> rows) {
    const std::size_t pieces = batch.begin(rows);
    for (std::size_t i = 0; i < pieces; ++i) batch.load(i);
    return {.count = rows.size(), .sparse = batch.rows()};
  }

  encoders::EncodedTable table;
  native_execution::SparseBatch<double> batch;
};

kernels::Panels<double> dense(const OneHots& rows, std::span<const std::uint32_t> which) {
  kernels::Panels<double> panels(which.size(), k_inputs);
  std::vector<float> row(k_inputs);
  for (std::size_t i = 0; i < which.size(); ++i) {
    rows.table.write_dense(which[i], row);
    for (std::size_t c = 0; c < k_inputs; ++c) panels.at(i, c) = row[c];
  }
  return panels;
}

double length(const std::vector<double>& vector) {
  double sum = 0;
  for (const double x : vector) sum += x * x;
  return std::sqrt(sum);
}

std::vector<std::uint32_t> first_rows(std::uint32_t count) {
  std::vector<std::uint32_t> rows(count);
  for (std::uint32_t i = 0; i < count; ++i) rows[i] = i;
  return rows;
}

constexpr double k_no_bound = 1e9;

}  // namespace

TEST_CASE("a generator's loss has the gradient by its rows that finite differences have") {
  Network network;
  OneHots rows(37);
  const auto which = first_rows(37);
  kernels::Panels<double> at = dense(rows, which);
  network.classifier.judge(at);
  kernels::Panels<double> gradient(k_inputs, 37);
  for (std::size_t f = 0; f < k_inputs; ++f)
    for (std::size_t row = 0; row < 37; ++row)
      gradient.at(f, row) = network.classifier.input_gradient().at(f, row);
  constexpr double k_step = 1e-6;
  for (std::size_t f = 0; f < k_inputs; f += 4)
    for (const std::size_t row : {0U, 31U, 36U}) {
      const double before = at.at(row, f);
      at.at(row, f) = before + k_step;
      const double more = network.classifier.judge(at);
      at.at(row, f) = before - k_step;
      const double less = network.classifier.judge(at);
      at.at(row, f) = before;
      CHECK(gradient.at(f, row) == Approx((more - less) / (2 * k_step)).margin(1e-8));
    }
}

TEST_CASE("a step against the gradient of the loss lowers it, and against its opposite raises it") {
  OneHots rows(64);
  const auto which = first_rows(64);
  const auto mean_score = [&](RowClassifier& classifier) {
    double sum = 0;
    for (const double score : classifier.scores(rows.load(which))) sum += score / 64;
    return sum;
  };
  for (const bool are_real : {true, false}) {
    Network network({40, 7}, 1e-3);
    const double before = mean_score(network.classifier);
    std::vector<double> gradient(network.classifier.parameters());
    network.classifier.add_gradient(rows.load(which), are_real, 1.0 / 64, gradient);
    network.classifier.step(gradient);
    CHECK((mean_score(network.classifier) > before) == are_real);
  }
}

TEST_CASE("whole rows and their non-zero numbers have the same scores and the same gradients") {
  Network network;
  OneHots rows(50);
  const std::vector<std::uint32_t> which = {4, 4, 17, 49, 0};
  const kernels::Panels<double> panels = dense(rows, which);
  const auto of_sparse = network.clipped(rows.load(which), k_no_bound);
  const auto of_whole = network.clipped({.count = which.size(), .whole = &panels}, k_no_bound);
  for (std::size_t i = 0; i < of_sparse.size(); ++i) CHECK(of_sparse[i] == Approx(of_whole[i]).margin(1e-14));
  CHECK(length(of_sparse) > 0);
}

TEST_CASE("the sum of clipped gradients is that of each row's own gradient, cut to the bound") {
  for (const double bound : {1e-3, 0.8, k_no_bound}) {
    Network network;
    OneHots rows(40);
    const auto which = first_rows(40);
    std::vector<double> expected(network.classifier.parameters());
    std::size_t cut = 0;
    for (const std::uint32_t row : which) {
      const auto own = network.clipped(rows.load(std::span(&row, 1)), k_no_bound);
      const double factor = std::min(1.0, bound / length(own));
      if (factor < 1) ++cut;
      for (std::size_t i = 0; i < own.size(); ++i) expected[i] += factor * own[i];
      // What one row can do.
      CHECK(length(network.clipped(rows.load(std::span(&row, 1)), bound)) <= bound);
    }
    const auto sum = network.clipped(rows.load(which), bound);
    for (std::size_t i = 0; i < sum.size(); ++i)
      CHECK(sum[i] == Approx(expected[i]).epsilon(1e-6).margin(1e-12));
    CHECK(cut == (bound < 0.5 ? 40 : bound > 1e6 ? 0 : cut));
  }
}

TEST_CASE("tables that differ by a row have sums that differ by its clipped gradient and no more") {
  constexpr double k_bound = 0.5;
  Network network;
  OneHots rows(700);
  const auto all = first_rows(700);
  for (const std::uint32_t gone : {0U, 333U, 699U}) {
    std::vector<std::uint32_t> others = all;
    others.erase(others.begin() + gone);
    auto difference = network.clipped(rows.load(all), k_bound);
    const auto without = network.clipped(rows.load(others), k_bound);
    for (std::size_t i = 0; i < difference.size(); ++i) difference[i] -= without[i];
    CHECK(length(difference) <= k_bound * (1 + 1e-9));
    CHECK(length(difference) > 0.1 * k_bound);
  }
}

TEST_CASE("no row leaves the gradient as it was") {
  Network network;
  OneHots rows(1);
  CHECK(length(network.clipped(rows.load({}), 1)) == 0);
}

TEST_CASE("weights beyond all bounds end the training instead of showing rows through noise") {
  Network network({40, 7}, 1);
  std::vector<double> gradient(network.classifier.parameters(), std::nan(""));
  const auto error = tests::raised([&] { network.classifier.step(gradient); });
  CHECK(error.kind() == errors::Kind::job_failed);
}
