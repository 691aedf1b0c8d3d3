// Membership inference: given a person's record, was it among the rows that the model was trained on? The
// attacker has the record, the synthetic table and other rows of the same origin (the reference); he knows
// nothing of the model. Training rows are the members, held-out rows the others; at chance they look alike.
//
//   "closest record"       the closer a synthetic row, the more a member (Chen, Yu, Zhang, Fritz: "GAN-Leaks",
//                          CCS 2020)
//   "difference"           ... and the farther the closest reference row, which tells the crowded places from
//                          the learnt ones (the calibrated attack, there)
//   "nearest neighbours"   the share of synthetic ones among the k_nearest rows of synthetic and reference ones
//
//   "density ratio"        log p_S - log p_R: how much denser the synthetic rows are at the record than the reference
//                          is, by Gaussian kernels on k_components principal components of the synthetic table
//                          (DOMIAS: van Breugel, Sun, Qian, van der Schaar: "Membership Inference Attacks against
//                          Synthetic Data through Overfitting Detection", AISTATS 2023)
//   "combination"          all of them, weighed by cross-fitted logistic regression (cross_fit.h): what somebody
//                          could do who knows of some people whether they are members
//
// The distance is that of neighbours.h. Half of the held-out rows are the reference while the other half is
// under attack, and the other way round; each half of the members is attacked with one of the references. So
// every held-out row is under attack once, no row is ever in the reference that it is compared with, and
// members and others see the same.
//
// What is attainable: "closest record" with the reference in the place of the synthetic table, of which nobody
// was a member.
#pragma once

#include <cstdint>
#include <optional>

#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/columns.h"
#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/privacy.h"

namespace ctgan::synth::evaluate {

inline constexpr std::size_t k_nearest = 20;
inline constexpr std::size_t k_components = 5;
inline constexpr std::size_t k_most_kernels = 10'000;  // synthetic rows in their density
// Below this 1 % of the others is no row.
inline constexpr std::size_t k_least_others = 100;
inline constexpr std::size_t k_most_membership_candidates = 40'000;  // synthetic rows

// Of training and of held-out rows at most options.rows_limit, drawn by seed. std::nullopt with fewer than
// k_least_others of either. The result does not depend on the number of threads. REQUIRES: held-out rows.
std::optional<Membership> measure_membership(const ComparedTables& tables, const PrivacyOptions& options,
                                             threads::ThreadPool& pool);

}  // namespace ctgan::synth::evaluate
