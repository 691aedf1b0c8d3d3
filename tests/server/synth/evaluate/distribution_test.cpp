// Distributions that are small enough to draw: where the bins are cut and what becomes of every row.
#include "server/synth/evaluate/distribution.h"

#include <cmath>
#include <numeric>

#include "server/synth/random/random.h"
#include "tests/catch.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;

namespace {

double sum(const std::vector<double>& shares) {
  return std::accumulate(shares.begin(), shares.end(), 0.0);
}

std::vector<double> sorted(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values;
}

// What lies in a bin, its upper edge in the last one only, counted one by one.
std::vector<double> slow_shares(const std::vector<double>& values, const std::vector<double>& edges) {
  std::vector<double> shares(edges.size() - 1);
  for (const double value : values) {
    for (std::size_t bin = 0; bin + 1 < edges.size(); ++bin) {
      const bool last = bin + 2 == edges.size();
      if (value >= edges[bin] && (value < edges[bin + 1] || (last && value <= edges[bin + 1])))
        shares[bin] += 1.0 / static_cast<double>(values.size());
    }
  }
  return shares;
}

}  // namespace

TEST_CASE("Every number lies in one bin, of both tables, and each table's shares are its own") {
  synth::random::Stream random(1, synth::random::StreamId::rows);
  for (const bool whole : {false, true}) {
    for (int trial = 0; trial < 20; ++trial) {
      CAPTURE(whole, trial);
      std::vector<double> original(5 + random.next_below(60)), synthetic(5 + random.next_below(60));
      for (auto* values : {&original, &synthetic}) {
        for (double& value : *values)
          value = whole ? random.next_below(90) - 40.0 : random.next_double() * 7 - random.next_double() * 3;
        *values = sorted(*values);
      }
      const Distribution found = binned_distribution(original, synthetic);
      REQUIRE(found.edges.size() >= 2);
      CHECK(found.edges.size() <= k_most_bins + 1);
      CHECK(std::is_sorted(found.edges.begin(), found.edges.end()));
      CHECK(found.edges.front() <= std::min(original.front(), synthetic.front()));
      CHECK(found.edges.back() >= std::max(original.back(), synthetic.back()));
      const std::vector<double> of_original = slow_shares(original, found.edges);
      const std::vector<double> of_synthetic = slow_shares(synthetic, found.edges);
      REQUIRE(of_original.size() == found.original.size());
      for (std::size_t bin = 0; bin < of_original.size(); ++bin) {
        CHECK(found.original[bin] == Approx(of_original[bin]).margin(1e-12));
        CHECK(found.synthetic[bin] == Approx(of_synthetic[bin]).margin(1e-12));
      }
      CHECK(sum(found.original) == Approx(1));
      CHECK(sum(found.synthetic) == Approx(1));
    }
  }
}

TEST_CASE("Bins of whole numbers hold equally many of them, however many there are") {
  for (const int numbers : {1, 2, 29, 30, 31, 60, 61, 90, 1000}) {
    CAPTURE(numbers);
    std::vector<double> values(static_cast<std::size_t>(numbers));
    std::iota(values.begin(), values.end(), -3.0);
    const Distribution found = binned_distribution(values, values);
    const double width = found.edges[1] - found.edges[0];
    CHECK(width == std::ceil(numbers / static_cast<double>(k_most_bins)));
    for (std::size_t edge = 0; edge < found.edges.size(); ++edge) {
      // Between two whole numbers, so that none is on an edge.
      CHECK(found.edges[edge] == -3.5 + width * static_cast<double>(edge));
    }
    for (std::size_t bin = 0; bin + 1 < found.original.size(); ++bin)
      CHECK(found.original[bin] == Approx(width / numbers));
    CHECK(found.original.back() > 0);
  }
}

TEST_CASE("Where few values reach far the axis is cut, and a bin beyond each end holds them") {
  for (const bool whole : {false, true}) {
    CAPTURE(whole);
    std::vector<double> values(1000);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i) + (whole ? 0 : 0.25);
    std::vector<double> far = values;
    far.back() = 100'000;
    const Distribution found = binned_distribution(far, values);
    CHECK_FALSE(found.tail_below);
    REQUIRE(found.tail_above);
    CHECK(found.edges.size() <= k_most_bins + 1);
    CHECK(found.edges.back() >= 100'000);
    CHECK(found.edges[found.edges.size() - 2] < 1'100);
    const std::vector<double> slow = slow_shares(far, found.edges);
    for (std::size_t bin = 0; bin < slow.size(); ++bin)
      CHECK(found.original[bin] == Approx(slow[bin]).margin(1e-12));
    CHECK(sum(found.synthetic) == Approx(1));
    CHECK(found.greatest.original == Approx(0.001));
    CHECK(found.greatest.synthetic == 0);
    CHECK(found.least.synthetic == Approx(0.001));
    const Distribution even = binned_distribution(values, values);
    CHECK_FALSE(even.tail_above);
  }
}

TEST_CASE("One fraction in either table makes the bins even ones over the range") {
  const Distribution found = binned_distribution(std::vector<double>{0, 30}, std::vector<double>{7.5, 15});
  REQUIRE(found.edges.size() == k_most_bins + 1);
  for (std::size_t edge = 0; edge <= k_most_bins; ++edge)
    CHECK(found.edges[edge] == Approx(static_cast<double>(edge)));
  // The greatest value is in the last bin, not beyond it.
  CHECK(found.original.back() == 0.5);
}

TEST_CASE("A constant is one bin: around a whole number, at a fraction") {
  const Distribution whole = binned_distribution(std::vector<double>{5, 5}, std::vector<double>{5});
  CHECK(whole.edges == std::vector<double>{4.5, 5.5});
  CHECK(whole.original == std::vector<double>{1});
  const Distribution fraction =
      binned_distribution(std::vector<double>{0.25, 0.25}, std::vector<double>{0.25});
  CHECK(fraction.edges == std::vector<double>{0.25, 0.25});
  CHECK(fraction.original == std::vector<double>{1});
  CHECK(fraction.synthetic == std::vector<double>{1});
}

TEST_CASE("A range too small or too large to be cut is one bin, and none without numbers") {
  const double next = std::nextafter(1e10 + 0.5, 2e10);
  const Distribution narrow =
      binned_distribution(std::vector<double>{1e10 + 0.5, next}, std::vector<double>{next});
  CHECK(narrow.edges == std::vector<double>{1e10 + 0.5, next});
  CHECK(sum(narrow.original) == Approx(1));
  const double most = std::numeric_limits<double>::max();
  const Distribution wide = binned_distribution(std::vector<double>{-most, most}, std::vector<double>{0.5});
  CHECK(wide.edges.front() == -most);
  CHECK(wide.edges.back() == most);
  CHECK(std::is_sorted(wide.edges.begin(), wide.edges.end()));
  CHECK(sum(wide.original) == Approx(1));
  CHECK(binned_distribution({}, {}).edges.empty());
}

TEST_CASE("A table without numbers has shares of nothing over the other's bins") {
  const Distribution found = binned_distribution({}, std::vector<double>{1, 2, 2});
  CHECK(found.edges == std::vector<double>{0.5, 1.5, 2.5});
  CHECK(found.original == std::vector<double>{0, 0});
  CHECK(found.synthetic[1] == Approx(2.0 / 3));
  CHECK(binned_distribution(std::vector<double>{1}, {}).synthetic == std::vector<double>{0});
}

TEST_CASE("Categories stand by their rows in the original, then in the synthetic table, then as they came") {
  const Distribution found = category_distribution(
      {"a", "b", "c", "d", "e"}, std::vector<double>{1, 5, 1, 0, 0}, std::vector<double>{1, 0, 2, 3, 3});
  CHECK(found.labels == std::vector<std::string>{"b", "c", "a", "d", "e"});
  CHECK_FALSE(found.rest);
  CHECK(found.categories == 5);
  CHECK(found.original[0] == Approx(5.0 / 7));
  CHECK(found.synthetic[1] == Approx(2.0 / 9));
  CHECK(sum(found.original) == Approx(1));
  CHECK(sum(found.synthetic) == Approx(1));
}

TEST_CASE("Beyond twenty categories the rarest are one, with what is left of each table") {
  for (const std::size_t categories : {k_most_labels, k_most_labels + 1, std::size_t{500}}) {
    CAPTURE(categories);
    std::vector<std::string> labels;
    std::vector<double> original, synthetic;
    for (std::size_t code = 0; code < categories; ++code) {
      labels.push_back("c" + std::to_string(code));
      original.push_back(static_cast<double>(categories - code));
      synthetic.push_back(1);
    }
    const Distribution found = category_distribution(labels, original, synthetic);
    CHECK(found.labels.size() == k_most_labels);
    CHECK(found.rest == (categories > k_most_labels));
    CHECK(found.categories == categories);
    CHECK(sum(found.original) == Approx(1));
    CHECK(sum(found.synthetic) == Approx(1));
    if (found.rest) {
      CHECK(found.labels.back() == "other");
      CHECK(found.synthetic.back() ==
            Approx(static_cast<double>(categories - k_most_labels + 1) / static_cast<double>(categories)));
    }
  }
}

TEST_CASE("Categories of a table that holds none have shares of nothing") {
  const Distribution found =
      category_distribution({"a", "b"}, std::vector<double>{0, 0}, std::vector<double>{1, 3});
  CHECK(found.labels == std::vector<std::string>{"b", "a"});
  CHECK(found.original == std::vector<double>{0, 0});
  CHECK(found.synthetic == std::vector<double>{0.75, 0.25});
  CHECK(category_distribution({}, {}, {}).labels.empty());
}
