#include "server/synth/marginal_methods/mwem.h"

#include "tests/catch.h"
#include "tests/server/synth/marginal_methods/paired_rows.h"

using namespace ctgan;
using namespace ctgan::synth;
using namespace ctgan::synth::marginal_methods;
using marginals::AttributeSet;
using tests::PairedRows;
using tests::PrivateFit;

namespace {

using Groups = std::vector<AttributeSet>;

PrivateFit fit(const PairedRows& table, double epsilon, const Groups& groups,
               const MwemOptions& options = {}) {
  return tests::fit_privately(table, {.epsilon = epsilon}, privacy::Composition::pure,
                              [&](ConfidentialRows& rows, const model::FitContext& context) {
                                return fit_mwem(rows, groups, options, context);
                              });
}

bool spends_everything(const PrivateFit& fitted) {
  return fitted.spent <= fitted.total && fitted.spent >= fitted.total * (1 - 1e-6);
}

}  // namespace

TEST_CASE("mwem counts rows, then chooses and measures in turn, and spends its epsilon") {
  const PrivateFit fitted = fit(PairedRows(4, 3), 1, {{0, 1}, {2, 3}}, {.iterations = 2});
  CHECK(fitted.total == 1);
  CHECK(spends_everything(fitted));
  CHECK(fitted.spendings_of("number of rows") == 1);
  CHECK(fitted.spendings_of("choices") == 4);
  CHECK(fitted.spendings_of("marginals") == 4);
  // A twentieth counts; four rounds share the rest, each half and half.
  CHECK(fitted.spendings[0].cost == Approx(0.05).epsilon(1e-6));
  for (std::size_t i = 1; i < fitted.spendings.size(); ++i) {
    CHECK(fitted.spendings[i].cost == Approx(0.95 / 8).epsilon(1e-6));
    CHECK(fitted.spendings[i].mechanism == (i % 2 == 1 ? "exponential" : "discrete Laplace"));
  }
}

TEST_CASE("a group's only marginal needs no choice, and gets all of its round") {
  const PrivateFit fitted = fit(PairedRows(2), 1, {{0}, {1}});
  CHECK(fitted.spendings_of("choices") == 0);
  CHECK(fitted.spendings_of("marginals") == 2);
  CHECK(spends_everything(fitted));
}

TEST_CASE("no more candidates are looked at than may be, those of one attribute first") {
  const PrivateFit fitted = fit(PairedRows(4, 3), 1, {{0, 1, 2, 3}}, {.candidates = 4});
  CHECK(fitted.spendings_of("marginals") == 4);
  // No pair was one of them.
  CHECK(fitted.spendings_of("choices") == 3);
}

TEST_CASE("with little noise a group's pair is right, and groups are independent") {
  const PairedRows table(4);
  const PrivateFit fitted = fit(table, 1000, {{0, 1}, {2, 3}}, {.passes = 500});
  CHECK(fitted.distance(table, {0, 1}) < 60);
  CHECK(fitted.distance(table, {2, 3}) < 60);
  CHECK(fitted.measured.model.total() == Approx(3000).epsilon(1e-3));
  CHECK(fitted.measured.model.tree().cells == 32);
  const PrivateFit apart = fit(table, 1000, {{0}, {1}, {2}, {3}});
  CHECK(apart.distance(table, {0, 1}) > 1000);
}

TEST_CASE("units of several rows have as many times the noise for the same epsilon") {
  const PrivateFit fitted = tests::fit_privately(
      PairedRows(2), {.epsilon = 1}, privacy::Composition::pure,
      [](ConfidentialRows& rows, const model::FitContext& context) {
        return fit_mwem(rows, {{0, 1}}, {.iterations = 1}, context);
      },
      3);
  CHECK(spends_everything(fitted));
  for (const privacy::Spending& one : fitted.spendings) {
    CHECK(one.sensitivity == 3);
    if (one.mechanism == "discrete Laplace") CHECK(one.cost == Approx(3 / one.scale));
  }
}

TEST_CASE("no rows, and noise beyond all counts, have a histogram too") {
  CHECK(spends_everything(fit(PairedRows(3, 4, 0), 1, {{0, 1, 2}})));
  const PrivateFit noise = fit(PairedRows(3, 4, 20), 0.001, {{0, 1, 2}});
  CHECK(spends_everything(noise));
  for (const double cell : noise.measured.model.marginal({0, 1, 2}).cells) CHECK(std::isfinite(cell));
}

TEST_CASE("groups have as many attributes, in their order, as their histogram may have cells") {
  const marginals::Domain domain({4, 5, 6, 7, 1000});
  CHECK(split_groups(domain, {0, 1, 2, 3}, 16, 120) == Groups{{0, 1, 2}, {3}});
  CHECK(split_groups(domain, {0, 1, 2, 3}, 2, 120) == Groups{{0, 1}, {2, 3}});
  CHECK(split_groups(domain, {3, 0, 4}, 16, 30) == Groups{{0, 3}, {4}});
  CHECK(split_groups(domain, {}, 16, 30).empty());
}
