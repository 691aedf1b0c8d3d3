#include "server/synth/marginal_methods/swift.h"

#include "server/synth/graphical/junction_tree.h"
#include "tests/catch.h"
#include "tests/server/synth/marginal_methods/paired_rows.h"

using namespace ctgan;
using namespace ctgan::synth;
using namespace ctgan::synth::marginal_methods;
using tests::PairedRows;
using tests::PrivateFit;

namespace {

PrivateFit fit(const PairedRows& table, double epsilon, const SwiftOptions& options = {}) {
  return tests::fit_privately(table, epsilon, [&](ConfidentialRows& rows, const model::FitContext& context) {
    return fit_swift(rows, options, context);
  });
}

bool spends_everything(const PrivateFit& fitted) {
  return fitted.spent <= fitted.total && fitted.spent >= fitted.total * (1 - 1e-6);
}

}  // namespace

TEST_CASE("swift measures one-way marginals, all errors at once and then marginals, and spends everything") {
  const PrivateFit fitted = fit(PairedRows(15, 3), 1);
  CHECK(spends_everything(fitted));
  CHECK(fitted.spendings_of("one-way marginals") == 15);
  CHECK(fitted.spendings_of("errors of all candidates") == 1);
  CHECK(fitted.spendings_of("marginals") + 16 == fitted.spendings.size());
  // sqrt(15 * 3 / (2 * 0.0149727)): a third of the rho of epsilon 1 and delta 1e-9.
  CHECK(fitted.spendings[0].scale == Approx(38.7646628).epsilon(1e-6));
  // 105 pairs, each of which a row changes by 1, at a tenth of it.
  const privacy::Spending& errors = fitted.spendings[15];
  CHECK(errors.stage == "errors of all candidates");
  CHECK(errors.sensitivity == Approx(std::sqrt(105.0)));
  CHECK(errors.cost == Approx(fitted.total / 10).epsilon(1e-6));
}

TEST_CASE("swift has the pairs right that depend on each other where there is little noise") {
  const PairedRows table(6);
  const PrivateFit fitted = fit(table, 1000);
  for (const marginals::Attribute a : {0U, 2U, 4U}) CHECK(fitted.distance(table, {a, a + 1}) < 30);
  CHECK(fitted.measured.model.total() == Approx(3000).epsilon(1e-3));
}

TEST_CASE("triples are measured where the workload has them") {
  const PairedRows table(5);
  const PrivateFit fitted = fit(table, 1000, {.degree = 3});
  CHECK(fitted.distance(table, {0, 1, 2}) < 300);
  CHECK(spends_everything(fitted));
}

TEST_CASE("a tree does not grow beyond what it may have") {
  const PairedRows table(6, 8);
  for (const std::uint64_t cells : {64U * 4, 64U * 8, 512U * 5}) {
    const PrivateFit fitted = fit(table, 1000, {.degree = 3, .most_megabytes = graphical::megabytes(cells)});
    CHECK(fitted.measured.model.tree().cells <= cells);
    CHECK(spends_everything(fitted));
  }
}

TEST_CASE("where all is noise, or nothing can be chosen, one-way marginals get what is left") {
  CHECK(spends_everything(fit(PairedRows(1), 1)));
  CHECK(spends_everything(fit(PairedRows(3, 4, 0), 1)));
  CHECK(spends_everything(fit(PairedRows(2, 5), 0.001)));
  // No pair fits into the tree.
  const PrivateFit narrow = fit(PairedRows(3), 1, {.most_megabytes = graphical::megabytes(5)});
  CHECK(spends_everything(narrow));
  CHECK(narrow.measured.model.tree().cells <= 12);
}

TEST_CASE("codes that one-way marginals cannot tell from noise are one") {
  PairedRows table(2, 6);
  for (std::size_t row = 0; row < 3000; ++row)
    if (row % 1000 != 0 && table.columns[0].code(row) > 2) table.columns[0].set(row, 0);
  const PrivateFit fitted = fit(table, 1);
  CHECK(fitted.measured.merged[0].size() == 4);
  CHECK(fitted.measured.merged[1].size() == 6);
}
