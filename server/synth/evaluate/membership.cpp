#include "server/synth/evaluate/membership.h"

#include <algorithm>
#include <array>

#include "server/synth/evaluate/cross_fit.h"
#include "server/synth/evaluate/kernel_density.h"
#include "server/synth/evaluate/membership_scores.h"
#include "server/synth/evaluate/near_copies.h"
#include "server/synth/evaluate/neighbours.h"
#include "server/synth/evaluate/principal_components.h"
#include "server/synth/evaluate/row_sample.h"
#include "server/synth/evaluate/worst_affected.h"

namespace ctgan::synth::evaluate {
namespace {

using Rows = std::vector<std::uint32_t>;

// Rows that are attacked with the same reference, and where they are among all that are tested.
struct Fold {
  Rows members;
  Rows others;
  Rows reference;
  std::size_t first_member = 0;
  std::size_t first_other = 0;
};

std::array<Fold, 2> split(const Rows& members, const Rows& held_out) {
  const auto half = [](const Rows& rows, bool second) {
    const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2);
    return second ? Rows(middle, rows.end()) : Rows(rows.begin(), middle);
  };
  return {Fold{half(members, false), half(held_out, false), half(held_out, true), 0, 0},
          Fold{half(members, true), half(held_out, true), half(held_out, false), members.size() / 2,
               held_out.size() / 2}};
}

// The closest synthetic rows of all tested ones.
struct ClosestMade {
  Neighbours members;
  Neighbours others;
};

// What the attacker sees of one tested row.
struct Sight {
  double to_synthetic = 0;  // distances to the closest rows
  double to_reference = 0;
  double synthetic_share = 0;  // among the k_nearest of both
  double log_density_ratio = 0;
};

struct Sights {
  std::vector<Sight> members;
  std::vector<Sight> others;
};

// Equally near ones count by their shares among themselves.
double synthetic_share(const float* synthetic, std::size_t synthetic_rows, const float* reference,
                       std::size_t reference_rows) {
  std::array<float, 2 * k_nearest> both{};
  const auto end =
      std::copy_n(reference, reference_rows, std::copy_n(synthetic, synthetic_rows, both.begin()));
  const std::size_t wanted = std::min<std::size_t>(k_nearest, synthetic_rows + reference_rows);
  const auto last = both.begin() + static_cast<std::ptrdiff_t>(wanted - 1);
  std::nth_element(both.begin(), last, end);
  const auto nearer = [&](const float* of, std::size_t rows) {
    return static_cast<double>(std::lower_bound(of, of + rows, *last) - of);
  };
  const auto at_last = [&](const float* of, std::size_t rows) {
    const auto [low, high] = std::equal_range(of, of + rows, *last);
    return static_cast<double>(high - low);
  };
  const double sure = nearer(synthetic, synthetic_rows);
  const double places = static_cast<double>(wanted) - sure - nearer(reference, reference_rows);
  const double tied = at_last(synthetic, synthetic_rows);
  return (sure + places * tied / (tied + at_last(reference, reference_rows))) / static_cast<double>(wanted);
}

class Attacker {
 public:
  Attacker(const ComparedTables& tables, const Rows& synthetic, std::uint64_t seed, threads::ThreadPool& pool)
      : columns_(tables.used()),
        distance_(tables),
        synthetic_(distance_.coordinates(Side::synthetic, synthetic, columns_)),
        kernels_(first_of(synthetic, k_most_kernels)),
        components_(tables, Side::synthetic, kernels_, k_components, seed, pool),
        pool_(pool) {
    if (components_.width() > 0) density_.emplace(components_.points(Side::synthetic, kernels_, pool));
  }

  Neighbours closest_made(Side side, const Rows& rows) const {
    return closest(distance_.coordinates(side, rows, columns_), synthetic_, k_nearest, pool_);
  }

  void look(const Fold& fold, const ClosestMade& made, Sights& sights) const {
    const Reference reference{
        distance_.coordinates(Side::held_out, fold.reference, columns_),
        density_ ? std::optional<KernelDensity>(components_.points(Side::held_out, fold.reference, pool_))
                 : std::nullopt};
    append(Side::original, fold.members, made.members, fold.first_member, reference, sights.members);
    append(Side::held_out, fold.others, made.others, fold.first_other, reference, sights.others);
  }

 private:
  struct Reference {
    Coordinates rows;
    std::optional<KernelDensity> density;
  };

  static Rows first_of(const Rows& rows, std::size_t most) {
    return {rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(std::min(rows.size(), most))};
  }

  void append(Side side, const Rows& rows, const Neighbours& made, std::size_t first,
              const Reference& reference, std::vector<Sight>& sights) const {
    const Neighbours known =
        closest(distance_.coordinates(side, rows, columns_), reference.rows, k_nearest, pool_);
    const std::vector<double> ratios = log_density_ratios(side, rows, reference);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const float* to_made = made.distances.data() + (first + row) * made.each;
      const float* to_known = known.distances.data() + row * known.each;
      sights.push_back(
          {*to_made, *to_known, synthetic_share(to_made, made.each, to_known, known.each), ratios[row]});
    }
  }

  // 0 where the synthetic table does not vary.
  std::vector<double> log_density_ratios(Side side, const Rows& rows, const Reference& reference) const {
    if (!density_) return std::vector<double>(rows.size());
    const Points points = components_.points(side, rows, pool_);
    std::vector<double> ratios = density_->log_density(points, pool_);
    const std::vector<double> known = reference.density->log_density(points, pool_);
    for (std::size_t row = 0; row < rows.size(); ++row) ratios[row] -= known[row];
    return ratios;
  }

  std::vector<std::size_t> columns_;
  MixedDistance distance_;
  Coordinates synthetic_;
  Rows kernels_;
  PrincipalComponents components_;
  std::optional<KernelDensity> density_;
  threads::ThreadPool& pool_;
};

using Score = double (*)(const Sight&);

TestedScores scored(const Sights& sights, Score score) {
  const auto of = [&](const std::vector<Sight>& rows) {
    std::vector<double> scores(rows.size());
    std::transform(rows.begin(), rows.end(), scores.begin(), score);
    return scores;
  };
  return {of(sights.members), of(sights.others)};
}

struct NamedScore {
  const char* name;
  const char* sentence;
  Score score;
};

constexpr NamedScore k_scores[] = {
    {"closest record", "goes by the distance to the closest synthetic row",
     [](const Sight& sight) { return -sight.to_synthetic; }},
    {"difference",
     "goes by how much closer the closest synthetic row is than the closest row of the reference",
     [](const Sight& sight) { return sight.to_reference - sight.to_synthetic; }},
    {"nearest neighbours",
     "goes by the share of synthetic rows among the 20 closest of them and the reference",
     [](const Sight& sight) { return sight.synthetic_share; }},
    {"density ratio",
     "goes by how much denser the synthetic rows are at the record than the reference is (DOMIAS)",
     [](const Sight& sight) { return sight.log_density_ratio; }},
};

constexpr std::size_t k_difference = 1;  // place in k_scores

}  // namespace

std::optional<Membership> measure_membership(const ComparedTables& tables, const PrivacyOptions& options,
                                             threads::ThreadPool& pool) {
  const auto drawn = [&](Side side, std::size_t wanted, Purpose purpose) {
    return draw_rows(tables.rows(side), wanted, stream_for(options.seed, purpose));
  };
  const Rows members = drawn(Side::original, options.rows_limit, Purpose::membership_members);
  const Rows held_out = drawn(Side::held_out, options.rows_limit, Purpose::membership_held_out);
  const Rows synthetic = drawn(Side::synthetic, k_most_membership_candidates, Purpose::membership_synthetic);
  if (std::min(members.size(), held_out.size()) < k_least_others) return std::nullopt;

  Sights sights;
  const Attacker attacker(tables, synthetic, options.seed, pool);
  const ClosestMade made{attacker.closest_made(Side::original, members),
                         attacker.closest_made(Side::held_out, held_out)};
  for (const Fold& fold : split(members, held_out)) attacker.look(fold, made, sights);

  Membership found;
  found.members = members.size();
  found.others = held_out.size();
  found.reference_rows = held_out.size() / 2;
  found.synthetic_rows = synthetic.size();
  std::vector<TestedScores> all;
  const auto add = [&](const char* name, const char* sentence, const TestedScores& scores) {
    found.attacks.push_back({name, sentence, measure_power(scores, options.seed, pool)});
  };
  for (const NamedScore& attack : k_scores) {
    all.push_back(scored(sights, attack.score));
    add(attack.name, attack.sentence, all.back());
  }
  add("combination", "weighs all of these, as it learnt from people of whom it knew the answer",
      cross_fitted(all, options.seed));
  found.attainable = measure_power(scored(sights, [](const Sight& sight) { return -sight.to_reference; }),
                                   options.seed, pool);
  found.worst_affected =
      measure_worst_affected(tables, {members, held_out, all[k_difference]}, options.seed, pool);
  found.near_copies =
      measure_near_copies(tables, {members, held_out, synthetic, made.members, made.others}, pool);
  return found;
}

}  // namespace ctgan::synth::evaluate
