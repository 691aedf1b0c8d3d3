// What the entries of the ledger amount to, dataset by dataset, by the rule that was fixed with its budget:
//
//   basic         sums of epsilons and of deltas (Dwork et al. 2006), whatever the mechanisms were and in whatever order
//                 they were chosen
//   concentrated  sums of rho and of the deltas beside it: fits that are delta_i-approximately rho_i-zero-concentrated, each
//                 chosen, with its cost, by what came of those before, are that with the sums as long as both stay below
//                 caps that were fixed before (Whitehouse, Ramdas, Rogers and Wu, "Fully-adaptive composition in
//                 differential privacy", ICML 2023, the filter for approximate zCDP). The caps: half of the budget's delta
//                 is for what rho means as epsilon (common/guarantees/zcdp.h), from which the largest rho follows, and half for the
//                 deltas beside. A fit of which only epsilon and delta are known counts as epsilon^2 / 2 with that delta
//                 (Bun and Steinke 2016, section 8)
//
// The rule is fixed: the better of two sums, looked at afterwards, would be no bound.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/budgets/amount.h"
#include "server/budgets/entry.h"

namespace ctgan::server::budgets {

struct Loss {
  Amount epsilon, delta;
};

// Delta-approximate zero-concentrated privacy.
struct ConcentratedLoss {
  Amount rho, delta;
};
// Of a loss of which nothing else is known.
ConcentratedLoss concentrated_of(double epsilon, double delta);

struct Balance {
  std::string dataset;
  std::string owner;  // who set its budget first, or fitted it first
  std::string since;  // when that was
  std::optional<Loss> budget;
  Loss spent;  // the sums of epsilons and deltas
  std::uint64_t fits = 0;
  std::string last;  // the time of its last entry
  Accounting accounting = Accounting::basic;
  ConcentratedLoss concentrated = {};  // the sums of rho and of the deltas beside it

  // What all fits promise together, by the budget's rule.
  Loss promised() const;
  // Nothing where there is no budget, or more was spent. Concentrated: the epsilon of one fit that would take all that
  // is left of rho, at the delta that the budget has for that, and what is left for deltas beside.
  Loss left() const;
  // Of a concentrated budget; nothing of another.
  ConcentratedLoss caps() const;
  ConcentratedLoss rest() const;
  // Whether so much more may be spent. Both say the same loss.
  bool affords(const Loss& loss, const ConcentratedLoss& as_concentrated) const;
};

// By name.
std::vector<Balance> balances_of(std::span<const Entry> entries);
// Empty for a dataset that no entry is about.
std::optional<Balance> balance_of(std::span<const Entry> entries, const std::string& dataset);
// Throws Error(no_input) with the closest name.
Balance require_balance(std::span<const Entry> entries, const std::string& dataset);

// What is odd about the table of the debit of `job`, each in a sentence: another table than before under that name of
// a dataset, the same table under another name. Evidence, for people to judge: neither is refused.
std::vector<std::string> remarks_on(std::span<const Entry> entries, const std::string& job);

}  // namespace ctgan::server::budgets
