// 95 % intervals of shares.
#pragma once

#include <cstddef>
#include <span>

#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// The share of `successes` among `trials`, with Wilson's score interval (Wilson 1927); halves are allowed.
// REQUIRES: trials > 0, 0 <= successes <= trials.
Estimate share_of(double successes, double trials);

// What a number of independent guesses does not tell about an attack's interval.
struct Doubt {
  double design_effect = 1;     // variance of the successes, over that of independent guesses
  std::size_t comparisons = 1;  // intervals that hold together with 95 %, each with 1 - 0.05 / comparisons
};

// sum n^2 / sum n over the clusters' numbers of successes n, 1 when there are none. Clusters that come and go
// as wholes have the variance sum n^2 where as many successes by themselves had sum n (Kish 1965).
double design_effect(std::span<const double> successes);

// The rate of an attack as Anonymeter states it: the centre of Wilson's interval, and its ends. Doubt leaves
// the rate as it is, and its ends are those of 1 / design_effect as many guesses with the comparisons'
// (Bonferroni's) confidence. REQUIRES: design_effect >= 1, comparisons > 0.
Estimate attack_rate(double successes, double trials, const Doubt& doubt = {});

// (main - control) / (1 - control) of two attack_rates, held within 0 and 1 (Giomi et al. 2022, section 4);
// 0 to 1 when control is 1. Its ends come from those of the rates as of a ratio of failures (Donner, Zou
// 2012: MOVER-R), so that the lower one is above 0 exactly when the difference of the rates is: errors
// propagated to first order, as there, are too short where both rates are near 1.
Estimate attack_risk(const Estimate& main, const Estimate& control);

// first - second of independent estimates, its ends from theirs (Newcombe 1998, method 10).
Estimate difference(const Estimate& first, const Estimate& second);

// a / n - b / m of independent samples, with Newcombe's hybrid score interval (Newcombe 1998, method 10).
Estimate difference_of_shares(double a, double n, double b, double m);

}  // namespace ctgan::synth::evaluate
