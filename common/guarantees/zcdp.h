// Zero-concentrated differential privacy (Bun and Steinke, "Concentrated differential privacy", TCC 2016): rho adds up
// over everything that reads the rows, also where one reading decides the next. What rho means as (epsilon, delta):
// Canonne, Kamath and Steinke, "The discrete Gaussian for differential privacy", proposition 12 and corollary 13.
//
// Where a search ends, the end on the safe side is given: never less epsilon, delta or noise than is due.
#pragma once

namespace ctgan::guarantees {

// The least delta that is known for it, at most 1. REQUIRES: rho >= 0, epsilon >= 0.
double zcdp_delta(double rho, double epsilon);
// REQUIRES: rho >= 0, 0 < delta < 1.
double zcdp_epsilon(double rho, double delta);
// The most that may be spent. REQUIRES: epsilon > 0, 0 < delta < 1.
double zcdp_rho(double epsilon, double delta);

// Of Gaussian noise with this standard deviation on an answer with this L2 sensitivity.
double gaussian_rho(double sensitivity, double sigma);
// Of a mechanism that is epsilon-differentially private.
double pure_rho(double epsilon);
// Of a choice by the exponential mechanism.
double exponential_rho(double epsilon);

// For Gaussian noise alone, which (epsilon, delta) describes exactly (Balle and Wang, "Improving the Gaussian mechanism
// for differential privacy", ICML 2018, theorem 8): the delta of rho, and the most rho.
double gaussian_delta(double rho, double epsilon);
double gaussian_most_rho(double epsilon, double delta);

}  // namespace ctgan::guarantees
