// From scores to what they are worth: the one measure that every attack on membership is held by. An attack
// is a score for each tested row, higher where the row looks more like one that was trained on.
//
//   AUC          the probability that a member scores above another row, ties half (Mann-Whitney)
//   TPR at f     the share of the members above the threshold that a share f of the others is above, between
//                two scores by the straight line of the ROC curve; at chance it is about f
//   intervals    95 %, percentiles of k_resamples bootstrap samples of the members and of the others
//   epsilon      ln(TPR / FPR) with Clopper's and Pearson's bounds, as audits of differential privacy take it
//                (Jagielski, Ullman, Oprea 2020): whoever is differentially private with less, for pure
//                epsilon, gives these scores with a probability of at most 5 %. The thresholds are the
//                others' highest score, second, fourth, eighth, ... highest, each with its part of the 5 %: of
//                the k-th highest of n the true FPR has the distribution of which Clopper's and Pearson's upper
//                bound of k - 1 of n is a quantile, so that thresholds taken from the scores cheat nobody
#pragma once

#include <cstdint>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/membership_result.h"

namespace ctgan::synth::evaluate {

inline constexpr std::size_t k_resamples = 500;

struct TestedScores {
  std::vector<double> members;
  std::vector<double> others;
};

// The result does not depend on the number of threads. REQUIRES: members and others; scores are no NaN.
MembershipPower measure_power(const TestedScores& scores, std::uint64_t seed, threads::ThreadPool& pool);

}  // namespace ctgan::synth::evaluate
