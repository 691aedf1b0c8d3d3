#include "server/synth/marginal_methods/mst.h"

#include <cmath>
#include <set>
#include <vector>

#include "tests/catch.h"
#include "tests/server/synth/marginal_methods/paired_rows.h"

using namespace ctgan;
using namespace ctgan::synth;
using namespace ctgan::synth::marginal_methods;
using marginals::AttributeSet;
using tests::PairedRows;
using tests::PrivateFit;

namespace {

PrivateFit fit(const PairedRows& table, double epsilon) {
  return tests::fit_privately(table, epsilon, fit_mst);
}

}  // namespace

// The constants of the published method for 15 attributes at epsilon 1, delta 1e-9.
TEST_CASE("mst spends a third each on one-way marginals, choices and two-way marginals, and all of it") {
  const PrivateFit fitted = fit(PairedRows(15, 3), 1);
  CHECK(fitted.spendings_of("one-way marginals") == 15);
  CHECK(fitted.spendings_of("choice of pairs") == 14);
  CHECK(fitted.spendings_of("two-way marginals") == 14);
  for (const privacy::Spending& one : fitted.spendings) {
    if (one.stage == "one-way marginals") CHECK(one.scale == Approx(38.7646628).epsilon(1e-6));
    if (one.stage == "choice of pairs") CHECK(one.scale == Approx(0.0534042).epsilon(1e-5));
    if (one.stage == "two-way marginals") CHECK(one.scale == Approx(37.4502222).epsilon(1e-6));
  }
  CHECK(fitted.spent <= fitted.total);
  CHECK(fitted.spent >= fitted.total * (1 - 1e-6));
}

TEST_CASE("with little noise mst finds the pairs that depend on each other, and has their marginals") {
  const PairedRows table(6);
  const PrivateFit fitted = fit(table, 1000);
  std::set<AttributeSet> pairs;
  for (const auto& potential : fitted.measured.model.potentials())
    if (potential.attributes.size() == 2) pairs.insert(potential.attributes);
  CHECK(pairs.size() == 5);
  for (const AttributeSet& pair : {AttributeSet{0, 1}, AttributeSet{2, 3}, AttributeSet{4, 5}}) {
    CHECK(pairs.contains(pair));
    CHECK(fitted.distance(table, pair) < 30);
  }
  CHECK(fitted.measured.model.total() == Approx(3000).epsilon(1e-3));
}

TEST_CASE("one attribute spends everything on its marginal; an empty table has a model too") {
  const PrivateFit one = fit(PairedRows(1), 1);
  CHECK(one.spendings.size() == 1);
  CHECK(one.spent >= one.total * (1 - 1e-6));
  CHECK(one.measured.model.total() == Approx(3000).epsilon(0.1));
  const PrivateFit empty = fit(PairedRows(3, 4, 0), 1);
  CHECK(empty.measured.model.total() >= 1);
  CHECK(empty.spendings.size() == 3 + 2 + 2);
}

TEST_CASE("codes below three standard deviations are merged, come back evenly, and none is lost") {
  const std::vector<double> counts{100, 1, 50, -3, 29, 30};
  const MergedCodes merged(counts, 30);
  CHECK(merged.merged() == std::vector<std::uint32_t>{0, 3, 1, 3, 3, 2});
  CHECK(merged.size() == 4);
  CHECK(MergedCodes(std::vector<double>{9, 1, 8}, 5).merged() == std::vector<std::uint32_t>{0, 1, 2});
  CHECK(MergedCodes(std::vector<double>{1, 1}, 5).size() == 1);
  codecs::Codes codes = codecs::Codes::sized(4, 9000);
  for (std::size_t row = 0; row < 9000; ++row) codes.set(row, row % 4 == 3 ? 3 : 2);
  const codecs::Codes back = merged.split(codes, random::Stream(1, random::StreamId::decode));
  std::vector<int> seen(6);
  for (std::size_t row = 0; row < 9000; ++row) ++seen[back.code(row)];
  CHECK(seen[5] == 6750);
  // 750 each of 2,250, within five standard deviations.
  for (const std::size_t code : {1, 3, 4}) CHECK(std::abs(seen[code] - 750) < 5 * std::sqrt(500));
  CHECK(merged.merge(back).codes == codes.codes);
}

TEST_CASE("columns whose pair cannot be measured stay apart") {
  const PairedRows table(3, 3000, 20'000);
  const PrivateFit fitted = fit(table, 1e6);
  for (const auto& potential : fitted.measured.model.potentials()) CHECK(potential.attributes.size() == 1);
  CHECK(fitted.spent <= fitted.total);
}
