// The privacy budgets of a store's datasets, as people look after them: `ctgan-server budget` on the server and `manage
// budget` from a laptop are two doors to this. What is done stands in the audit log before and afterwards; where the log
// cannot be written nothing is changed.
#pragma once

#include <optional>
#include <string>

#include "server/audit/trail.h"
#include "server/budgets/ledger.h"
#include "server/store/store.h"

namespace ctgan::server::accounts {

// A user as he is now. Throws as Users::require.
budgets::Actor actor_of(store::Store& store, const std::string& user);
// Who types a command on the server.
budgets::Actor administrator(const audit::Origin& origin);

class DatasetBudgets {
 public:
  // Both outlive it.
  DatasetBudgets(store::Store& store, audit::Trail& trail) : store_(store), trail_(trail) {}

  // Throws as Ledger::set_budget and budgets::check_budget.
  budgets::Balance set(const budgets::Actor& actor, const std::string& dataset,
                       const budgets::Spending& budget, std::optional<budgets::Accounting> accounting,
                       bool really);
  // Throws as Ledger::acknowledge.
  void acknowledge(const budgets::Actor& actor, const budgets::Acknowledgement& acknowledgement);

 private:
  store::Store& store_;
  audit::Trail& trail_;
};

}  // namespace ctgan::server::accounts
