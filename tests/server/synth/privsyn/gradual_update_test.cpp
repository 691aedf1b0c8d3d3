#include "server/synth/privsyn/gradual_update.h"

#include <cmath>
#include <numeric>

#include "common/threads/thread_pool.h"
#include "server/synth/marginals/counting.h"
#include "tests/catch.h"

using namespace ctgan;
using namespace ctgan::synth;
using namespace ctgan::synth::privsyn;
using marginals::AttributeSet;
using marginals::Domain;
using marginals::Factor;

namespace {

random::Stream numbers(std::uint64_t seed) {
  return {seed, random::StreamId::rows};
}

// How many of the rows lie elsewhere than the marginal says, twice, as a part of all.
double distance(const Domain& domain, const std::vector<codecs::Codes>& rows, const Factor& marginal) {
  threads::ThreadPool pool(1);
  const auto counts =
      marginals::as_doubles(marginals::count_marginal(domain, rows, marginal.attributes, pool));
  const double total = std::accumulate(marginal.cells.begin(), marginal.cells.end(), 0.0);
  const auto all = static_cast<double>(rows.front().rows());
  double sum = 0;
  for (std::size_t cell = 0; cell < counts.size(); ++cell)
    sum += std::abs(counts[cell] / all - marginal.cells[cell] / total);
  return sum;
}

// A loop of pairs, each of which mostly has equal codes: no tree has them.
std::vector<Factor> loop_of_pairs(const Domain& domain) {
  std::vector<Factor> marginals;
  for (const AttributeSet& pair :
       {AttributeSet{0, 1}, AttributeSet{1, 2}, AttributeSet{2, 3}, AttributeSet{0, 3}}) {
    Factor marginal(domain, pair, 1);
    for (std::size_t code = 0; code < 4; ++code) marginal.cells[5 * code] = 30;
    marginals.push_back(std::move(marginal));
  }
  return marginals;
}

}  // namespace

TEST_CASE("rows have all marginals, however these overlap") {
  const Domain domain({4, 4, 4, 4});
  const std::vector<Factor> marginals = loop_of_pairs(domain);
  const GradualUpdate update(domain, marginals, 50);
  const auto rows = update.rows(10'000, numbers(1));
  REQUIRE(rows.size() == 4);
  for (const Factor& marginal : marginals) CHECK(distance(domain, rows, marginal) < 0.02);
}

TEST_CASE("without rounds attributes are independent, and each is as its marginal has it to a row") {
  const Domain domain({4, 4, 4, 4});
  const std::vector<Factor> marginals = loop_of_pairs(domain);
  const auto rows = GradualUpdate(domain, marginals, 0).rows(10'000, numbers(1));
  CHECK(distance(domain, rows, marginals[0]) > 0.5);
  for (marginals::Attribute a = 0; a < 4; ++a) {
    const Factor one_way(AttributeSet{a}, {1, 1, 1, 1});
    CHECK(distance(domain, rows, one_way) < 4.0 / 10'000);
  }
}

TEST_CASE("the same numbers make the same rows, others others") {
  const Domain domain({4, 4, 4, 4});
  const GradualUpdate update(domain, loop_of_pairs(domain), 10);
  const auto text = [](const std::vector<codecs::Codes>& rows) {
    std::vector<std::uint32_t> all;
    for (const codecs::Codes& column : rows)
      for (std::size_t row = 0; row < column.rows(); ++row) all.push_back(column.code(row));
    return all;
  };
  CHECK(text(update.rows(500, numbers(1))) == text(update.rows(500, numbers(1))));
  CHECK(text(update.rows(500, numbers(1))) != text(update.rows(500, numbers(2))));
}

TEST_CASE("cells without rows stay empty; one attribute, one row and one code are enough") {
  const Domain domain({3, 3});
  Factor diagonal(domain, {0, 1}, 0);
  for (std::size_t code = 0; code < 3; ++code) diagonal.cells[4 * code] = 5;
  CHECK(distance(domain, GradualUpdate(domain, {diagonal}, 50).rows(3000, numbers(3)), diagonal) < 0.02);
  const Domain single({2});
  const Factor rare(AttributeSet{0}, {1e-9, 1});
  CHECK(GradualUpdate(single, {rare}, 50).rows(1, numbers(4))[0].code(0) == 1);
  const Domain constant({1});
  CHECK(GradualUpdate(constant, {Factor(AttributeSet{0}, {7})}, 5).rows(3, numbers(5))[0].rows() == 3);
}
