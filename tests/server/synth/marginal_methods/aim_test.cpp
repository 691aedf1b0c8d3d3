#include "server/synth/marginal_methods/aim.h"

#include "server/synth/graphical/junction_tree.h"
#include "server/synth/marginal_methods/workload.h"
#include "tests/catch.h"
#include "tests/server/synth/marginal_methods/paired_rows.h"

using namespace ctgan;
using namespace ctgan::synth;
using namespace ctgan::synth::marginal_methods;
using marginals::AttributeSet;
using tests::PairedRows;
using tests::PrivateFit;

namespace {

PrivateFit fit(const PairedRows& table, double epsilon, const AimOptions& options = {}) {
  return tests::fit_privately(table, epsilon, [&](ConfidentialRows& rows, const model::FitContext& context) {
    return fit_aim(rows, options, context);
  });
}

}  // namespace

// The published method's constants for 15 attributes, of what a third for one-way marginals leaves.
TEST_CASE("aim begins with all one-way marginals, goes on in rounds, and spends everything") {
  const PrivateFit fitted = fit(PairedRows(15, 3), 1);
  for (std::size_t i = 0; i < 15; ++i) CHECK(fitted.spendings[i].scale == Approx(38.7646628).epsilon(1e-6));
  CHECK(fitted.spendings[15].mechanism == "exponential");
  CHECK(fitted.spendings[15].scale == Approx(0.00706471 * std::sqrt(2.0 / 3)).epsilon(1e-5));
  CHECK(fitted.spendings[16].scale == Approx(94.3656900 / std::sqrt(2.0 / 3)).epsilon(1e-6));
  CHECK(fitted.spent <= fitted.total);
  CHECK(fitted.spent >= fitted.total * (1 - 1e-6));
  // A choice, then a measurement, to the end.
  for (std::size_t i = 15; i < fitted.spendings.size(); ++i)
    CHECK(fitted.spendings[i].stage == (i % 2 == 1 ? "choices" : "marginals"));
}

TEST_CASE("aim has every pair of the workload right where there is little noise") {
  const PairedRows table(6);
  const PrivateFit fitted = fit(table, 1000);
  for (marginals::Attribute a = 0; a < 6; ++a)
    for (marginals::Attribute b = a + 1; b < 6; ++b) CHECK(fitted.distance(table, {a, b}) < 150);
  CHECK(fitted.distance(table, {0, 1}) < 30);
  CHECK(fitted.measured.model.total() == Approx(3000).epsilon(1e-3));
}

TEST_CASE("a model does not grow beyond what it may have") {
  const PairedRows table(6, 8);
  const double most = graphical::megabytes(6 * 64);
  const PrivateFit fitted = fit(table, 1000, {.degree = 3, .most_megabytes = most});
  CHECK(graphical::megabytes(fitted.measured.model.tree().cells) <= most);
  CHECK(fitted.spent >= fitted.total * (1 - 1e-6));
}

TEST_CASE("one attribute, no row, and noise beyond all counts have a model that has spent everything") {
  for (const PrivateFit& fitted :
       {fit(PairedRows(1), 1), fit(PairedRows(3, 4, 0), 1), fit(PairedRows(2, 5), 0.001)}) {
    CHECK(fitted.spent <= fitted.total);
    CHECK(fitted.spent >= fitted.total * 0.999);
    CHECK(fitted.measured.model.total() >= 1);
  }
  // Where noise is none there is no way to spend it.
  const PrivateFit exact = fit(PairedRows(3, 4, 50), 1e9);
  CHECK(exact.spent <= exact.total);
  CHECK(exact.measured.model.total() == Approx(50).epsilon(1e-6));
}

TEST_CASE("a workload's candidates are its sets and their subsets, each by what it has in common with them") {
  const marginals::Domain domain({2, 3, 5});
  const auto pairs = workload_candidates(domain, 2, 100);
  REQUIRE(pairs.size() == 6);
  CHECK(pairs[0].attributes == AttributeSet{0});
  // Of three pairs two have attribute 0; {0, 1} shares two, one and one with them.
  CHECK(pairs[0].weight == 2);
  CHECK(pairs[3].attributes == AttributeSet{0, 1});
  CHECK(pairs[3].weight == 4);
  CHECK(pairs[3].cells == 6);
  // Sets with too many cells cannot be measured; one-way ones always can.
  CHECK(workload_candidates(domain, 2, 4).size() == 3);
  CHECK(workload_candidates(domain, 3, 30).size() == 7);
  CHECK(workload_candidates(domain, 4, 30).size() == 7);
}
