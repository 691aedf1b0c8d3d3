// 95 % intervals of shares.
#pragma once

#include <cstddef>

#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

// The share of `successes` among `trials`, with Wilson's score interval (Wilson 1927); halves are allowed.
// REQUIRES: trials > 0, 0 <= successes <= trials.
Estimate share_of(double successes, double trials);

// The rate of an attack as Anonymeter states it: the centre of Wilson's interval, and its ends.
Estimate attack_rate(double successes, double trials);

// (main - control) / (1 - control) of two attack_rates, the errors propagated to first order, everything held
// within 0 and 1 (Giomi et al. 2022, section 4). 0 to 1 when control is 1.
Estimate attack_risk(const Estimate& main, const Estimate& control);

// a / n - b / m of independent samples, with Newcombe's hybrid score interval (Newcombe 1998, method 10).
Estimate difference_of_shares(double a, double n, double b, double m);

}  // namespace ctgan::synth::evaluate
