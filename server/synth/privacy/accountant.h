// What a private fit may spend, and what it has spent: asked before noise is drawn, never afterwards.
//
//     Accountant accountant({.epsilon = 1, .delta = 1e-6}, Composition::concentrated);
//     accountant.spend({.stage = "one-way marginals", .mechanism = "discrete Gaussian", .sensitivity = 1,
//                       .scale = sigma, .times = 15, .cost = gaussian_rho(1, sigma)});
//     archive.metadata["privacy"] = accountant.statement().dump();
//
// One accountant a fit. Everything that is known of the confidential rows is on its list: paid for, declared by
// somebody who says that it is public, or taken without protection because somebody asked for that.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "server/synth/privacy/renyi.h"

namespace ctgan::synth::privacy {

// (epsilon, delta)-differential privacy towards tables that differ by one unit, which is there or is not.
struct Guarantee {
  double epsilon = 0;
  double delta = 0;
  std::string unit = {};            // the column whose value names the unit; empty: each row is one
  std::uint64_t rows_per_unit = 1;  // that are used of it at most
};

// In what spendings are counted: they add up, and the total stands for the guarantee.
enum class Composition {
  pure,          // epsilons; delta is 0
  concentrated,  // rho of zero-concentrated differential privacy (common/guarantees/zcdp.h)
  renyi,         // divergences at every order (renyi.h): rho times the order, and those of a training
};

// One or several mechanisms of a kind.
struct Spending {
  std::string stage;           // "one-way marginals"
  std::string mechanism = {};  // "discrete Gaussian"
  double sensitivity = 0;
  double scale = 0;  // standard deviation or Laplace scale of the noise; of a choice its epsilon
  std::uint64_t times = 1;
  double cost = 0;   // of each: rho or epsilon
  double delta = 0;  // of each, beside that
  double rate = 1;   // with which each unit was sampled
};

// A fact of the rows that came without noise.
struct Disclosure {
  enum class Kind {
    declared,       // whoever gave it says that it is public
    not_protected,  // read from the rows, as somebody asked for
  };
  Kind kind = Kind::declared;
  std::string what;  // "categories of 'city'"
};

class Accountant {
 public:
  // `delta_of_thresholds`, a part of the guarantee's delta, is kept for spendings with a delta of their own. Throws
  // Error(usage) unless epsilon is a number above 0 and delta one from 0 to below 1: above 0 where the composition is
  // concentrated or by Renyi, 0 where it is pure.
  Accountant(Guarantee guarantee, Composition composition, double delta_of_thresholds = 0);

  const Guarantee& guarantee() const { return guarantee_; }
  Composition composition() const { return composition_; }
  // Rho, or epsilon. By Renyi it is the rho that spendings without a training may have.
  double total() const { return total_; }
  double spent() const;
  // What a last spending may take, so that rounding never refuses it.
  double remaining() const;

  // Throws Error(internal), and nothing is spent, where it would be more than remains.
  void spend(Spending spending);
  // Pays for a training with all that is left: its noise is the least with which everything together keeps the guarantee.
  // Returns its multiplier. Throws as spend(), and Error(usage) where no noise is enough. REQUIRES: Composition::renyi.
  double spend_rest(const std::string& stage, const SampledTraining& training);
  void disclose(Disclosure disclosure);

  const std::vector<Spending>& spendings() const { return spendings_; }
  // All of it for model, sidecar, report and people: the guarantee, every spending with the running total, and every
  // disclosure.
  nlohmann::ordered_json statement() const;

 private:
  Guarantee guarantee_;
  Composition composition_;
  double delta_of_thresholds_;
  double total_;
  long double spent_ = 0;
  long double delta_spent_ = 0;
  std::vector<Spending> spendings_;
  std::vector<Disclosure> disclosures_;
};

}  // namespace ctgan::synth::privacy
