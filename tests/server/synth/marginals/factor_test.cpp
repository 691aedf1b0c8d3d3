// Against the definition, for every pair of a set and one of its subsets.
#include "server/synth/marginals/factor.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "server/synth/marginals/embedding.h"
#include "server/synth/marginals/logarithms.h"
#include "server/synth/random/random.h"
#include "tests/catch.h"

namespace {

using namespace ctgan::synth;
using namespace ctgan::synth::marginals;

constexpr double k_nothing = -std::numeric_limits<double>::infinity();

std::vector<AttributeSet> subsets_of(const AttributeSet& set) {
  std::vector<AttributeSet> subsets;
  for (std::uint32_t bits = 0; bits < (1U << set.size()); ++bits) {
    std::vector<Attribute> attributes;
    for (std::size_t place = 0; place < set.size(); ++place)
      if ((bits >> place & 1U) != 0) attributes.push_back(set[place]);
    subsets.emplace_back(std::move(attributes));
  }
  return subsets;
}

// The small cell that a large one is part of.
std::size_t small_cell(const Domain& domain, const AttributeSet& large, const AttributeSet& small,
                       std::size_t cell) {
  std::size_t found = 0, stride = 1;
  for (std::size_t place = large.size(); place-- > 0;) {
    const std::size_t size = domain.size(large[place]);
    if (small.contains(large[place])) {
      found += cell % size * stride;
      stride *= size;
    }
    cell /= size;
  }
  return found;
}

std::vector<double> random_numbers(std::size_t count, std::uint64_t seed) {
  random::Stream random(seed, random::StreamId::rows);
  std::vector<double> numbers(count);
  for (double& number : numbers) number = 10 * random.next_double() - 5;
  return numbers;
}

const Domain& some_domain() {
  static const Domain domain({3, 1, 4, 17, 2, 5});
  return domain;
}

template <typename Check>
void for_each_pair(const Check& check) {
  for (const AttributeSet& large : subsets_of(some_domain().all()))
    for (const AttributeSet& small : subsets_of(large)) check(large, small);
}

}  // namespace

TEST_CASE("projections are sums, maxima and sums of exponentials over all other attributes") {
  const Domain& domain = some_domain();
  for_each_pair([&](const AttributeSet& large, const AttributeSet& small) {
    Factor factor(large, random_numbers(domain.cells(large), 1));
    for (std::size_t cell = 0; cell < factor.cells.size(); cell += 7) factor.cells[cell] = k_nothing;
    std::vector<double> powers(domain.cells(small)), maxima(powers.size(), k_nothing);
    for (std::size_t cell = 0; cell < factor.cells.size(); ++cell) {
      const std::size_t to = small_cell(domain, large, small, cell);
      powers[to] += std::exp(factor.cells[cell]);
      maxima[to] = std::max(maxima[to], factor.cells[cell]);
    }
    std::vector<double> found(maxima.size());
    Embedding(domain, large, small).project_maximum(factor.cells.data(), found.data());
    CHECK(found == maxima);
    const Factor logarithms = project_logsumexp(domain, factor, small);
    CHECK(logarithms.attributes == small);
    double worst = 0;
    for (std::size_t cell = 0; cell < powers.size(); ++cell)
      if (powers[cell] == 0)
        worst = logarithms.cells[cell] == k_nothing ? worst : INFINITY;
      else
        worst = std::max(worst, std::abs(logarithms.cells[cell] - std::log(powers[cell])));
    CHECK(worst < 1e-13);
  });
}

TEST_CASE("sums keep the mass of each cell") {
  const Domain& domain = some_domain();
  for_each_pair([&](const AttributeSet& large, const AttributeSet& small) {
    const Factor factor(large, random_numbers(domain.cells(large), 2));
    std::vector<double> sums(domain.cells(small));
    for (std::size_t cell = 0; cell < factor.cells.size(); ++cell)
      sums[small_cell(domain, large, small, cell)] += factor.cells[cell];
    CHECK(l1_distance(project_sum(domain, factor, small).cells, sums) < 1e-9);
  });
}

TEST_CASE("a smaller factor is added to and multiplied into every cell that has its codes") {
  const Domain& domain = some_domain();
  for_each_pair([&](const AttributeSet& large, const AttributeSet& small) {
    Factor factor(large, random_numbers(domain.cells(large), 3));
    std::vector<double> sums = factor.cells, products = factor.cells, scaled = factor.cells;
    const Factor added(small, random_numbers(domain.cells(small), 4));
    for (std::size_t cell = 0; cell < sums.size(); ++cell) {
      const double own = added.cells[small_cell(domain, large, small, cell)];
      sums[cell] += own;
      products[cell] *= own;
      scaled[cell] += -0.5 * own;
    }
    const Embedding embedding(domain, large, small);
    std::vector<double> cells = factor.cells;
    embedding.broadcast_multiply(added.cells.data(), cells.data());
    CHECK(cells == products);
    cells = factor.cells;
    embedding.broadcast_add_scaled(added.cells.data(), -0.5, cells.data());
    CHECK(cells == scaled);
    add(domain, added, factor);
    CHECK(factor.cells == sums);
    embedding.broadcast_subtract(added.cells.data(), factor.cells.data());
    CHECK(l1_distance(factor.cells, random_numbers(factor.cells.size(), 3)) < 1e-9);
  });
}

TEST_CASE("cells are put in another order of their attributes, and back") {
  const Domain domain({2, 3, 2});
  const std::vector<double> cells = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  const std::vector<Attribute> sorted = {0, 1, 2}, other = {2, 0, 1};
  const std::vector<double> moved = rearranged(domain, cells, sorted, other);
  CHECK(moved == std::vector<double>{0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11});
  CHECK(rearranged(domain, moved, other, sorted) == cells);
  CHECK(rearranged(domain, std::vector<double>{7}, {}, {}) == std::vector<double>{7});
}

TEST_CASE("attributes of few codes are summed as exactly as others") {
  // Short rows take ways of their own.
  for (std::size_t size = 1; size <= 17; ++size) {
    const Domain domain({50, size, 3});
    const Factor factor({0, 1, 2}, random_numbers(domain.cells({0, 1, 2}), size));
    for (const AttributeSet& small : subsets_of(factor.attributes)) {
      std::vector<double> sums(domain.cells(small));
      for (std::size_t cell = 0; cell < factor.cells.size(); ++cell)
        sums[small_cell(domain, factor.attributes, small, cell)] += factor.cells[cell];
      CHECK(l1_distance(project_sum(domain, factor, small).cells, sums) < 1e-9);
    }
  }
}

TEST_CASE("logarithms of sums neither overflow nor lose what is small beside the rest") {
  const Domain domain({2, 3});
  const Factor factor({0, 1}, {5000, 5000, k_nothing, -90'000, -90'001, k_nothing});
  const Factor sums = project_logsumexp(domain, factor, {0});
  CHECK(sums.cells[0] == Approx(5000 + std::log(2.0)).epsilon(1e-15));
  CHECK(sums.cells[1] == Approx(-90'000 + std::log1p(std::exp(-1.0))).epsilon(1e-15));
  CHECK(project_logsumexp(domain, Factor(domain, {0, 1}, k_nothing), {}).cells[0] == k_nothing);
}

TEST_CASE("exponentials are those of the library to the last digits, and 0 far below") {
  std::vector<double> numbers = {0, -1, -0.25, -699.5, -700.5, k_nothing, -1e300, 3};
  const std::vector<double> arguments = numbers;
  exponentiate(numbers);
  for (const std::size_t exact : {0U, 1U, 2U, 3U, 7U})
    CHECK(numbers[exact] == Approx(std::exp(arguments[exact])).epsilon(1e-15));
  for (const std::size_t zero : {4U, 5U, 6U}) CHECK(numbers[zero] == 0);
}
