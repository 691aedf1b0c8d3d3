// What the entries of the ledger amount to, dataset by dataset.
//
// What was spent is the sum of the epsilons and the sum of the deltas (basic composition, Dwork et al. 2006): it holds
// whatever the mechanisms were, and in whatever order they were chosen. Entries keep rho where there is one, so that a
// tighter composition can be read off the same ledger.
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

struct Balance {
  std::string dataset;
  std::string owner;  // who set its budget first, or fitted it first
  std::string since;  // when that was
  std::optional<Loss> budget;
  Loss spent;
  std::uint64_t fits = 0;
  std::string last;  // the time of its last entry

  // Nothing where there is no budget, or more was spent.
  Loss left() const;
  // Whether so much more may be spent.
  bool affords(const Loss& loss) const;
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
