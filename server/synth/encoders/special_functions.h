// The functions of the variational updates that the standard library lacks or keeps state in, for x > 0,
// to 1e-13 of their size or absolutely, whichever is larger.
#pragma once

namespace ctgan::synth::encoders {

// d/dx ln Gamma(x): recurrence up to x >= 10, then the asymptotic series (Abramowitz and
// Stegun 6.3.5, 6.3.18).
double digamma(double x);
// ln Gamma(x) by the same way (6.1.40); unlike std::lgamma it writes no global sign.
double log_gamma(double x);
// ln Beta(a, b).
double log_beta(double a, double b);

}  // namespace ctgan::synth::encoders
