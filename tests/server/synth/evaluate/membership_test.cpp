// Attacks on membership: what scores are worth, held against brute force and references, and leaks that were
// planted.
#include "server/synth/evaluate/membership.h"

#include <fmt/format.h>

#include <cmath>

#include "server/synth/evaluate/clopper_pearson.h"
#include "server/synth/evaluate/cross_fit.h"
#include "server/synth/evaluate/judgement.h"
#include "server/synth/evaluate/kernel_density.h"
#include "server/synth/evaluate/membership_judgement.h"
#include "server/synth/evaluate/membership_scores.h"
#include "server/synth/evaluate/near_copies.h"
#include "tests/catch.h"
#include "tests/server/synth/evaluate/small_tables.h"

using namespace ctgan;
using namespace ctgan::synth::evaluate;
using tests::compared;
using tests::households;

namespace {

// Scores in steps of 1 / `steps`, the members' higher by `shift`.
TestedScores scores_of(std::size_t members, std::size_t others, double steps, double shift,
                       std::uint64_t seed) {
  synth::random::Stream random(seed, synth::random::StreamId::rows);
  const auto draw = [&](std::size_t rows, double by) {
    std::vector<double> scores(rows);
    for (double& score : scores) score = std::floor((random.next_double() + by) * steps) / steps;
    return scores;
  };
  return {draw(members, shift), draw(others, 0)};
}

MembershipPower power_of(const TestedScores& scores, int threads = 2) {
  threads::ThreadPool pool(threads);
  return measure_power(scores, 1, pool);
}

double brute_auc(const TestedScores& scores) {
  double won = 0;
  for (const double member : scores.members) {
    for (const double other : scores.others) won += member > other ? 1 : member == other ? 0.5 : 0;
  }
  return won / static_cast<double>(scores.members.size() * scores.others.size());
}

const MembershipAttack& attack_of(const Membership& found, const std::string& name) {
  return *std::find_if(found.attacks.begin(), found.attacks.end(),
                       [&](const MembershipAttack& attack) { return attack.name == name; });
}

Membership attacked(const table::Table& original, const table::Table& held_out,
                    const table::Table& synthetic) {
  threads::ThreadPool pool(2);
  return *measure_membership(compared(original, &held_out, synthetic), {}, pool);
}

}  // namespace

TEST_CASE("The AUC of scores is the share of pairs in which the member's is higher, ties half") {
  for (const double steps : {5.0, 1e9}) {
    const TestedScores scores = scores_of(300, 170, steps, 0.1, 3);
    CHECK(power_of(scores).auc.value == Approx(brute_auc(scores)));
  }
}

TEST_CASE("Members found at 1 % and at 10 % false alarms are those of scikit-learn's ROC curve") {
  // The scores are i * 37 % 101 of member i, i * 53 % 97 of the other i, the members' 6 higher. Of
  // fpr, tpr, _ = sklearn.metrics.roc_curve(labels, scores, drop_intermediate=False): roc_auc_score, and
  // numpy.interp of 0.01 and 0.1.
  TestedScores scores;
  for (int i = 0; i < 250; ++i) scores.members.push_back(i * 37 % 101 + 6);
  for (int i = 0; i < 133; ++i) scores.others.push_back(i * 53 % 97);
  const MembershipPower power = power_of(scores);
  CHECK(power.auc.value == Approx(0.585894736842105).epsilon(1e-12));
  CHECK(power.tpr_at_1.value == Approx(0.11064).epsilon(1e-12));
  CHECK(power.tpr_at_10.value == Approx(0.1996).epsilon(1e-12));
}

TEST_CASE("Scores that tell everybody have AUC 1, scores that tell nobody 0.5") {
  const MembershipPower all = power_of({std::vector<double>(400, 1.0), std::vector<double>(400, 0.0)});
  CHECK(all.auc.value == 1);
  CHECK(all.auc.low == 1);
  CHECK(all.tpr_at_1.value == 1);
  // The first of nine thresholds: no other of 400, each with 0.025 / 9.
  CHECK(all.epsilon ==
        Approx(std::log(std::pow(0.025 / 9, 1 / 400.0) / (1 - std::pow(0.025 / 9, 1 / 400.0)))));
  const MembershipPower none = power_of({std::vector<double>(400, 1.0), std::vector<double>(400, 1.0)});
  CHECK(none.auc.value == 0.5);
  CHECK(none.tpr_at_1.value == Approx(0.01));
  CHECK(none.tpr_at_10.value == Approx(0.1));
  CHECK(none.epsilon == 0);
}

TEST_CASE("Intervals hold what they say of scores at chance, and epsilon is above 0 in few") {
  constexpr int k_repeats = 200;
  int auc_missed = 0, tail_missed = 0, tenth_missed = 0, leaking = 0;
  for (int repeat = 0; repeat < k_repeats; ++repeat) {
    const MembershipPower power =
        power_of(scores_of(700, 350, 1e9, 0, 100 + static_cast<std::uint64_t>(repeat)));
    auc_missed += power.auc.low > 0.5 || power.auc.high < 0.5;
    tail_missed += power.tpr_at_1.low > 0.01;
    tenth_missed += power.tpr_at_10.low > 0.1 || power.tpr_at_10.high < 0.1;
    leaking += power.epsilon > 0;
  }
  // Of 200, each with 5 %: more than 20 has a probability of 0.1 %.
  CHECK(auc_missed <= 20);
  CHECK(tail_missed <= 20);
  CHECK(tenth_missed <= 20);
  CHECK(leaking <= 20);
  WARN("missed: AUC " << auc_missed << ", 1 % " << tail_missed << ", 10 % " << tenth_missed << ", epsilon "
                      << leaking);
}

TEST_CASE("What scores are worth does not depend on the number of threads") {
  const TestedScores scores = scores_of(500, 200, 40, 0.05, 9);
  const MembershipPower one = power_of(scores, 1);
  const MembershipPower three = power_of(scores, 3);
  CHECK(one.auc.low == three.auc.low);
  CHECK(one.tpr_at_1.high == three.tpr_at_1.high);
}

TEST_CASE("Exact bounds of a share are scipy's") {
  // scipy.stats.beta.ppf(error, k, n - k + 1), scipy.stats.beta.ppf(1 - error, k + 1, n - k)
  CHECK(share_at_least(1, 10, 0.025) == Approx(0.00252857854446).epsilon(1e-9));
  CHECK(share_at_most(1, 10, 0.025) == Approx(0.445016117028).epsilon(1e-9));
  CHECK(share_at_least(3, 400, 0.003) == Approx(0.000704030590402).epsilon(1e-9));
  CHECK(share_at_most(3, 400, 0.003) == Approx(0.0288114806882).epsilon(1e-9));
  CHECK(share_at_least(0, 250, 0.0125) == Approx(0).epsilon(1e-9));
  CHECK(share_at_most(0, 250, 0.0125) == Approx(0.0173753828999).epsilon(1e-9));
  CHECK(share_at_least(120, 5000, 0.002) == Approx(0.0182289542681).epsilon(1e-9));
  CHECK(share_at_most(120, 5000, 0.002) == Approx(0.0309096773559).epsilon(1e-9));
  CHECK(share_at_least(9990, 10000, 0.025) == Approx(0.998161735866).epsilon(1e-9));
  CHECK(share_at_most(9990, 10000, 0.025) == Approx(0.999520360276).epsilon(1e-9));
  CHECK(share_at_least(7, 8, 0.1) == Approx(0.593754506279).epsilon(1e-9));
  CHECK(share_at_most(7, 8, 0.1) == Approx(0.986916281366).epsilon(1e-9));
  CHECK(share_at_least(3000, 10000, 0.0003) == Approx(0.284393331097).epsilon(1e-9));
  CHECK(share_at_most(3000, 10000, 0.0003) == Approx(0.31593538875).epsilon(1e-9));
  CHECK(share_at_least(0, 10, 0.01) == 0);
  CHECK(share_at_most(10, 10, 0.01) == 1);
}

TEST_CASE("Nobody's membership shows in fresh rows") {
  const Membership found = attacked(households(1800, 1), households(600, 2), households(1800, 3));
  CHECK(found.members == 1800);
  CHECK(found.others == 600);
  CHECK(found.reference_rows == 300);
  for (const MembershipAttack& attack : found.attacks) {
    INFO(attack.name);
    CHECK(attack.power.auc.low < 0.51);
    CHECK(attack.power.auc.high > 0.49);
    CHECK(attack.power.tpr_at_1.low < 0.02);
    CHECK(attack.power.epsilon < 0.5);
  }
  CHECK(found.attainable.auc.low < 0.51);
  CHECK(found.attainable.auc.high > 0.49);
}

TEST_CASE("Rows that were copied are found by every attack, and by the closest record without a doubt") {
  const table::Table original = households(1800, 1);
  const Membership found = attacked(original, households(600, 2), original);
  for (const MembershipAttack& attack : found.attacks) {
    INFO(attack.name);
    CHECK(attack.power.auc.low > 0.5);
  }
  CHECK(attack_of(found, "closest record").power.tpr_at_1.low > 0.9);
  CHECK(attack_of(found, "combination").power.auc.low > 0.9);
  CHECK(attack_of(found, "closest record").power.epsilon > 3);
}

TEST_CASE("Fewer than a hundred held-out rows are too few for false alarms of 1 %") {
  threads::ThreadPool pool(1);
  const table::Table held_out = households(99, 2);
  CHECK_FALSE(measure_membership(compared(households(300, 1), &held_out, households(300, 3)), {}, pool));
}

namespace {

// Numbers moved by a thousandth of their spread, categories as they are.
table::Table jittered(const table::Table& table, std::uint64_t seed) {
  synth::random::Stream random(seed, synth::random::StreamId::rows);
  std::vector<table::Column> columns;
  for (const table::Column& column : table.columns()) {
    if (column.dtype == table::Dtype::text) {
      columns.push_back(column);
      continue;
    }
    std::vector<std::optional<double>> numbers;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      numbers.emplace_back(column.number(row) * (1 + 0.002 * (random.next_double() - 0.5)));
    }
    columns.push_back(tests::number_column(column.name, numbers));
  }
  return table::Table(std::move(columns));
}

// The rows of `fresh`, of which the last are replaced by the first `leaked` of `original`.
table::Table with_leak(const table::Table& fresh, const table::Table& original, std::size_t leaked) {
  const table::Table some = tests::part(original, 0, leaked);
  const table::Table others = tests::part(fresh, 0, fresh.rows() - leaked);
  std::vector<table::Column> columns;
  for (std::size_t place = 0; place < others.columns().size(); ++place) {
    const table::Column& first = others.columns()[place];
    const table::Column& second = some.columns()[place];
    std::vector<std::optional<double>> numbers;
    std::vector<std::string> texts;
    for (const table::Column* column : {&first, &second}) {
      for (std::size_t row = 0; row < column->rows(); ++row) {
        if (column->dtype == table::Dtype::text) {
          texts.push_back(column->categories().dictionary[column->categories().codes[row]]);
        } else {
          numbers.emplace_back(column->number(row));
        }
      }
    }
    columns.push_back(first.dtype == table::Dtype::text ? tests::text_column(first.name, texts)
                                                        : tests::number_column(first.name, numbers));
  }
  return table::Table(std::move(columns));
}

std::string words(const Membership& found) {
  std::string text;
  for (const MembershipAttack& attack : found.attacks) {
    const MembershipPower& power = attack.power;
    text +=
        fmt::format("{}: AUC {:.3f} ({:.3f} to {:.3f}), {:.4f} ({:.4f} to {:.4f}) at 1 %, epsilon {:.2f}\n",
                    attack.name, power.auc.value, power.auc.low, power.auc.high, power.tpr_at_1.value,
                    power.tpr_at_1.low, power.tpr_at_1.high, power.epsilon);
  }
  if (!found.worst_affected) return text;
  const WorstAffected& worst = *found.worst_affected;
  return text + fmt::format("worst {} and {}: AUC {:.3f} ({:.3f} to {:.3f}), copied {:.3f} and {:.3f}\n",
                            worst.members, worst.others, worst.auc.value, worst.auc.low, worst.auc.high,
                            worst.copied, worst.others_copied);
}

Verdict verdict_of(const Membership& found) {
  Verdict worst = Verdict::skipped;
  for (const Finding& finding : judge(found)) worst = worse(worst, finding.verdict);
  return worst;
}

}  // namespace

TEST_CASE("Rows whose numbers were jittered are found though none is a copy, and called bad") {
  const table::Table original = households(1800, 1);
  const Membership found = attacked(original, households(600, 2), jittered(original, 4));
  INFO(words(found));
  CHECK(attack_of(found, "closest record").power.tpr_at_1.low > 0.05);
  CHECK(attack_of(found, "combination").power.auc.low > 0.7);
  CHECK(found.worst_affected->auc.low > 0.75);
  CHECK(found.worst_affected->copied == 0);
  CHECK(verdict_of(found) == Verdict::bad);
}

TEST_CASE("One leaked row in a hundred is found among ten thousand by the tail, not by the mean") {
  const table::Table original = households(9000, 11);
  const table::Table held_out = households(3000, 12);
  const table::Table fresh = households(9000, 13);
  const Membership clean = attacked(original, held_out, fresh);
  INFO(words(clean));
  CHECK(verdict_of(clean) == Verdict::good);
  const Membership leaking =
      attacked(original, held_out, with_leak(fresh, jittered(original, 14), original.rows() / 100));
  INFO(words(leaking));
  CHECK(attack_of(leaking, "closest record").power.auc.low < 0.52);
  CHECK(worse(verdict_of(leaking), Verdict::doubtful) == verdict_of(leaking));
}

TEST_CASE("A leak of the people who are apart from all others is found where the mean hides it") {
  // Two in a hundred earn a million or more, each at a place of his own; the synthetic table has these as they are.
  const auto with_rich = [](std::size_t rows, std::uint64_t seed) {
    table::Table table = households(rows, seed);
    synth::random::Stream random(seed + 1000, synth::random::StreamId::rows);
    std::vector<table::Column> columns = table.columns();
    for (table::Column& column : columns) {
      auto* numbers = std::get_if<std::vector<double>>(&column.cells);
      if (numbers == nullptr) continue;
      for (std::size_t row = 0; row < rows / 50; ++row) (*numbers)[row] = 1e6 * (1 + random.next_double());
    }
    return table::Table(std::move(columns));
  };
  const table::Table original = with_rich(5000, 21);
  const table::Table fresh = with_rich(5000, 23);
  const Membership clean = attacked(original, with_rich(2000, 22), fresh);
  INFO(words(clean));
  CHECK(clean.worst_affected->auc.low < 0.6);
  CHECK(verdict_of(clean) == Verdict::good);
  CHECK(clean.worst_affected->copied == 0);
  // The leaked rows come last in the synthetic table.
  const Membership leaking = attacked(original, with_rich(2000, 22), with_leak(fresh, original, 100));
  INFO(words(leaking));
  CHECK(leaking.worst_affected->share < 0.05);
  CHECK(leaking.worst_affected->copied > 0.7);
  CHECK(leaking.worst_affected->others_copied == 0);
  CHECK(leaking.worst_affected->auc.low > 0.65);
  CHECK(verdict_of(leaking) == Verdict::bad);
  CHECK(attack_of(leaking, "closest record").power.auc.low < 0.52);
}

TEST_CASE("The density of a sample is that of scipy's gaussian_kde") {
  // Points (i * 37 % 101 / 101, i * 53 % 97 / 97 + x), i below 60; scipy.stats.gaussian_kde(points).logpdf.
  Points sample{2, {}};
  for (int i = 0; i < 60; ++i) {
    const double x = i * 37 % 101 / 101.0;
    sample.cells.insert(sample.cells.end(), {x, i * 53 % 97 / 97.0 + x});
  }
  threads::ThreadPool pool(2);
  const Points asked{2, {0.5, 1.0, 0.0, 0.0, 2.0, -1.0, 30.0, 30.0}};
  const std::vector<double> found = KernelDensity(sample).log_density(asked, pool);
  const std::vector<double> expected{0.006650244284, -0.4218444111, -284.4036618, -19866.55444};
  for (std::size_t i = 0; i < found.size(); ++i)
    CHECK(found[i] == Approx(expected[i]).epsilon(1e-4).margin(1e-3));
}

TEST_CASE("Principal components span the directions of most variance, categories among them") {
  // b is a and noise, c is apart from them, t goes with c: of two directions one is along a and b, one along c.
  synth::random::Stream random(5, synth::random::StreamId::rows);
  std::vector<std::optional<double>> a, b, c;
  std::vector<std::string> t;
  for (int row = 0; row < 2000; ++row) {
    const double x = random.next_double();
    const double y = random.next_double();
    a.emplace_back(x);
    b.emplace_back(5 * x + 0.01 * random.next_double());
    c.emplace_back(y);
    t.emplace_back(y > 0.5 ? "up" : "down");
  }
  const table::Table table({tests::number_column("a", a), tests::number_column("b", b),
                            tests::number_column("c", c), tests::text_column("t", t)});
  const ComparedTables tables = compared(table, &table, table);
  std::vector<std::uint32_t> rows(2000);
  std::iota(rows.begin(), rows.end(), 0U);
  threads::ThreadPool pool(2);
  const PrincipalComponents components(tables, Side::synthetic, rows, 2, 1, pool);
  REQUIRE(components.width() == 2);
  const Points points = components.points(Side::synthetic, rows, pool);
  double squares = 0;
  for (const double cell : points.cells) squares += cell * cell / 2000;
  // a and b: variance 2 along their sum. c and t, whose variance is 1 + 2 * 1/8 * 2 / 2: numpy.linalg.eigvalsh of
  // the covariance of the encoded rows gives 2.000 and 1.198.
  CHECK(squares == Approx(3.1979).epsilon(0.02));
  CHECK(PrincipalComponents(tables, Side::synthetic, rows, 9, 1, pool).width() <= 5);
}

TEST_CASE(
    "A cross-fitted score tells classes that differ in the sum of two inputs, and no classes that do not "
    "differ") {
  const auto inputs = [](double shift, std::uint64_t seed) {
    return std::vector<TestedScores>{scores_of(2000, 500, 1e9, shift, seed),
                                     scores_of(2000, 500, 1e9, shift, seed + 1)};
  };
  const std::vector<TestedScores> apart = inputs(0.3, 31);
  const double one = power_of(apart[0]).auc.value;
  const double both = power_of(cross_fitted(apart, 1)).auc.value;
  CHECK(both > one + 0.03);
  for (std::uint64_t seed = 50; seed < 60; ++seed) {
    const MembershipPower none = power_of(cross_fitted(inputs(0, 2 * seed), 1));
    CHECK(none.auc.low < 0.51);
    CHECK(none.epsilon < 0.3);
  }
}

TEST_CASE("The share of synthetic rows among the nearest counts equally near ones by their number") {
  // Every distance ties: 20 places are shared by 20 synthetic and 20 reference rows.
  const table::Table same({tests::text_column("t", std::vector<std::string>(200, "a"))});
  const Membership found = attacked(same, same, same);
  CHECK(attack_of(found, "nearest neighbours").power.auc.value == 0.5);
  CHECK(attack_of(found, "combination").power.auc.value == 0.5);
  CHECK_FALSE(found.worst_affected.has_value());
}

namespace {

// Everybody one year older or younger; all else as it is.
table::Table a_year_off(const table::Table& table, std::uint64_t seed) {
  synth::random::Stream random(seed, synth::random::StreamId::rows);
  std::vector<table::Column> columns = table.columns();
  for (double& age : std::get<std::vector<double>>(columns[0].cells))
    age += random.next_below(2) == 0 ? 1 : -1;
  return table::Table(std::move(columns));
}

std::vector<std::uint32_t> all_rows(std::size_t rows) {
  std::vector<std::uint32_t> all(rows);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

std::optional<NearCopies> near_copies_of(const table::Table& original, const table::Table& held_out,
                                         const table::Table& synthetic, int threads = 2) {
  threads::ThreadPool pool(threads);
  const std::vector<std::uint32_t> members = all_rows(original.rows());
  const std::vector<std::uint32_t> others = all_rows(held_out.rows());
  const std::vector<std::uint32_t> made = all_rows(synthetic.rows());
  const ComparedTables tables = compared(original, &held_out, synthetic);
  const MixedDistance distance(tables);
  const Coordinates candidates = distance.coordinates(Side::synthetic, made, tables.used());
  const auto closest_to = [&](Side side, const std::vector<std::uint32_t>& rows) {
    return closest(distance.coordinates(side, rows, tables.used()), candidates, k_nearest, pool);
  };
  return measure_near_copies(
      tables,
      {members, others, made, closest_to(Side::original, members), closest_to(Side::held_out, others)}, pool);
}

Verdict verdict_of(const NearCopies& near) {
  Membership membership;
  membership.attacks.resize(1);
  membership.near_copies = near;
  return judge(membership).back().verdict;
}

}  // namespace

TEST_CASE("One training row in a hundred that was repeated with one number moved is never called good") {
  const table::Table original = households(6000, 31);
  const table::Table held_out = households(2000, 32);
  const table::Table fresh = households(6000, 33);
  const NearCopies clean = *near_copies_of(original, held_out, fresh);
  CHECK(clean.certain == 0);
  CHECK(verdict_of(clean) == Verdict::good);
  const table::Table moved = a_year_off(original, 34);
  const NearCopies once = *near_copies_of(original, held_out, with_leak(fresh, moved, 60));
  INFO(once.members << " training and " << once.others << " held-out rows, certain " << once.certain);
  CHECK(once.certain > 0.001);
  CHECK(once.certain < 0.01);
  CHECK(worse(verdict_of(once), Verdict::doubtful) == verdict_of(once));
  // Its twins are no company that would make a repeated row usual.
  table::Table often = with_leak(fresh, moved, 60);
  for (int time = 1; time < 4; ++time)
    often = with_leak(often, a_year_off(original, 40 + time), 60 * (time + 1));
  CHECK(near_copies_of(original, held_out, with_leak(often, moved, 60))->certain > 0);
  // And a tenth of them is bad.
  CHECK(verdict_of(*near_copies_of(original, held_out, with_leak(fresh, moved, 600))) == Verdict::bad);
}

TEST_CASE("Rows that leak nothing hardly ever have near copies for certain") {
  std::size_t alarms = 0;
  std::size_t tables = 0;
  for (std::uint64_t seed = 100; seed < 250; ++seed) {
    const table::Table all = households(900, seed);
    const auto found =
        near_copies_of(tests::part(all, 0, 400), tests::part(all, 400, 150), tests::part(all, 550, 350));
    if (!found) continue;
    ++tables;
    if (found->share.low > 0) ++alarms;
  }
  CHECK(tables == 150);
  // 2.5 % of 150 are 4, and 10 or more of them are a matter of 1 in 160.
  CHECK(alarms < 10);
}

TEST_CASE("Near copies are what the definition says, whatever the number of threads") {
  const table::Table original = households(500, 51);
  const table::Table held_out = households(200, 52);
  const table::Table leaking = with_leak(households(400, 53), a_year_off(original, 54), 50);
  const NearCopies one = *near_copies_of(original, held_out, leaking, 1);
  const NearCopies three = *near_copies_of(original, held_out, leaking, 3);
  CHECK(one.members == three.members);
  CHECK(one.certain == three.certain);
  CHECK(one.certain > 0);
  CHECK(one.certain <= one.share.low);
  CHECK(one.share.low <= one.share.value);
  CHECK(one.share.value == Approx(one.members / 500.0 - one.others / 200.0));
  // By Clopper and Pearson, of the tail that was taken: what is more than the others' odds explain.
  const double least =
      share_at_least(static_cast<double>(one.members), static_cast<double>(one.members + one.others),
                     k_limits.alarm_error / k_tails);
  CHECK(one.certain == Approx((one.members - one.members * 500.0 / 200.0 * (1 - least) / least) / 500));
}

TEST_CASE("Near copies are not told of where nothing could be certain") {
  const table::Table original = households(300, 61);
  CHECK_FALSE(near_copies_of(original, households(5, 62), households(300, 63)).has_value());
  const table::Table same({tests::text_column("t", std::vector<std::string>(400, "a"))});
  CHECK_FALSE(near_copies_of(same, same, same).has_value());
}
