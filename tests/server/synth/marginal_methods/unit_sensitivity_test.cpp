// By how much the rows of one unit move what methods measure and choose by: what ConfidentialRows scales noise with.
#include <algorithm>
#include <cmath>

#include "server/synth/marginal_methods/mst.h"
#include "tests/catch.h"
#include "tests/server/synth/marginal_methods/paired_rows.h"

using namespace ctgan;
using namespace ctgan::tests;

namespace {

using Rows = std::vector<std::vector<std::uint32_t>>;

marginals::Counts counts_of(const marginals::Domain& domain, const Rows& rows,
                            const marginals::AttributeSet& set) {
  std::vector<codecs::Codes> columns;
  for (std::size_t a = 0; a < domain.attributes(); ++a) {
    columns.push_back(codecs::Codes::sized(domain.size(a), rows.size()));
    for (std::size_t row = 0; row < rows.size(); ++row) columns[a].set(row, rows[row][a]);
  }
  threads::ThreadPool alone(1);
  return marginals::count_marginal(domain, columns, set, alone);
}

Rows random_rows(random::Stream& random, std::size_t count) {
  Rows rows;
  for (std::size_t i = 0; i < count; ++i) rows.push_back({random.next_below(2), random.next_below(3)});
  return rows;
}

}  // namespace

TEST_CASE(
    "the K rows of a unit move a marginal by K at most, as a length, and its distance from any other by K") {
  const marginals::Domain domain({2, 3});
  random::Stream random(5, random::StreamId::rows);
  for (const std::size_t unit : {1U, 2U, 3U}) {
    double longest = 0, furthest = 0;
    for (int trial = 0; trial < 400; ++trial) {
      const Rows without = random_rows(random, random.next_below(6));
      Rows with = without;
      // All of them alike, half of the time: the worst that a unit can do.
      const Rows own = random_rows(random, unit);
      for (const auto& row : own) with.push_back(trial % 2 == 0 ? own[0] : row);
      for (const marginals::AttributeSet& set :
           {marginals::AttributeSet{0}, marginals::AttributeSet{1}, marginals::AttributeSet{0, 1}}) {
        const auto before = marginals::as_doubles(counts_of(domain, without, set));
        const auto after = marginals::as_doubles(counts_of(domain, with, set));
        double squares = 0;
        std::vector<double> expected;
        for (std::size_t i = 0; i < before.size(); ++i) {
          squares += (after[i] - before[i]) * (after[i] - before[i]);
          expected.push_back(random.next_double() * 4);
        }
        longest = std::max(longest, std::sqrt(squares));
        furthest = std::max(furthest, std::abs(marginals::l1_distance(after, expected) -
                                               marginals::l1_distance(before, expected)));
      }
    }
    CHECK(longest == static_cast<double>(unit));
    CHECK(furthest <= static_cast<double>(unit) + 1e-12);
    CHECK(furthest > 0.99 * static_cast<double>(unit));
  }
}

TEST_CASE("units of several rows cost what single rows do, with as many times the noise") {
  const PairedRows table(5);
  QuietFit quiet(2);
  std::vector<privacy::Spending> of_rows, of_units;
  for (auto* spendings : {&of_rows, &of_units}) {
    privacy::Accountant accountant({.epsilon = 2, .delta = 1e-9}, privacy::Composition::concentrated);
    CountedBits bits(3);
    privacy::Mechanisms mechanisms(accountant, bits);
    synth::marginal_methods::ConfidentialRows rows(table.domain, table.columns, mechanisms, quiet.pool,
                                                   spendings == &of_units ? 6 : 1);
    synth::marginal_methods::fit_mst(rows, quiet.context);
    *spendings = accountant.spendings();
  }
  REQUIRE(of_rows.size() == of_units.size());
  for (std::size_t i = 0; i < of_rows.size(); ++i) {
    CHECK(of_units[i].cost == Approx(of_rows[i].cost));
    CHECK(of_units[i].sensitivity == 6 * of_rows[i].sensitivity);
    const bool is_noise = of_rows[i].mechanism == "discrete Gaussian";
    CHECK(of_units[i].scale == Approx((is_noise ? 6 : 1) * of_rows[i].scale));
  }
}
