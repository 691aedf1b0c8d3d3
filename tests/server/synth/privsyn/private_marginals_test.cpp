#include "server/synth/privsyn/private_marginals.h"

#include <cmath>
#include <numeric>

#include "tests/catch.h"
#include "tests/server/synth/marginal_methods/paired_rows.h"

using namespace ctgan;
using namespace ctgan::synth;
using namespace ctgan::synth::privsyn;
using marginals::AttributeSet;
using tests::PairedRows;

namespace {

struct Measured {
  PrivateMarginals marginals;
  std::vector<privacy::Spending> spendings;
  double spent, total;
};

Measured measure(const PairedRows& table, double epsilon) {
  tests::QuietFit quiet(2);
  privacy::Accountant accountant({.epsilon = epsilon, .delta = 1e-9}, privacy::Composition::concentrated);
  tests::CountedBits bits(11);
  privacy::Mechanisms mechanisms(accountant, bits);
  marginal_methods::ConfidentialRows rows(table.domain, table.columns, mechanisms, quiet.pool);
  PrivateMarginals marginals = measure_marginals(rows, 5000, quiet.context);
  return {std::move(marginals), accountant.spendings(), accountant.spent(), accountant.total()};
}

bool has(const PrivateMarginals& measured, const AttributeSet& set) {
  return std::any_of(measured.marginals.begin(), measured.marginals.end(),
                     [&](const marginals::Factor& one) { return one.attributes.contains(set); });
}

}  // namespace

TEST_CASE("a third goes to one-way marginals, a tenth to the dependence of pairs, the rest to marginals") {
  const Measured measured = measure(PairedRows(8, 3), 1);
  CHECK(measured.spent <= measured.total);
  CHECK(measured.spent >= measured.total * (1 - 1e-6));
  double one_way = 0, dependence = 0;
  for (const privacy::Spending& one : measured.spendings) {
    if (one.stage == "one-way marginals") one_way += one.cost;
    if (one.stage == "dependence of pairs") dependence += one.cost;
  }
  CHECK(one_way == Approx(measured.total / 3).epsilon(1e-6));
  CHECK(dependence == Approx(measured.total / 10).epsilon(1e-6));
}

TEST_CASE("pairs that depend on each other are measured, and all marginals have the rows") {
  const Measured measured = measure(PairedRows(6), 100);
  for (const AttributeSet& pair : {AttributeSet{0, 1}, AttributeSet{2, 3}, AttributeSet{4, 5}})
    CHECK(has(measured.marginals, pair));
  CHECK(measured.marginals.total == Approx(3000).epsilon(1e-2));
  for (const marginals::Factor& one : measured.marginals.marginals)
    CHECK(std::accumulate(one.cells.begin(), one.cells.end(), 0.0) == Approx(measured.marginals.total));
}

TEST_CASE("one attribute, no rows and nothing but noise have marginals that rows can be drawn from") {
  for (const Measured& measured :
       {measure(PairedRows(1), 1), measure(PairedRows(3, 4, 0), 1), measure(PairedRows(3), 0.001)}) {
    CHECK(measured.spent <= measured.total);
    CHECK(measured.spent >= measured.total * (1 - 1e-6));
    CHECK(measured.marginals.total >= 1);
    for (marginals::Attribute a = 0; a < measured.marginals.merged.size(); ++a)
      CHECK(has(measured.marginals, AttributeSet{a}));
  }
}
