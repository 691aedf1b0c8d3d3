#include "server/accounts/dataset_budgets.h"

#include <fmt/format.h>

namespace ctgan::server::accounts {

using budgets::exact_text;
using budgets::Ledger;

budgets::Actor actor_of(store::Store& store, const std::string& user) {
  const store::User found = store.users().require(user);
  return {user, found.role == store::Role::admin, store::utc_text(found.created)};
}

budgets::Actor administrator(const audit::Origin& origin) {
  return {origin.user, true, {}};
}

budgets::Balance DatasetBudgets::set(const budgets::Actor& actor, const std::string& dataset,
                                     const budgets::Spending& budget,
                                     std::optional<budgets::Accounting> accounting, bool really) {
  budgets::check_dataset(dataset);
  budgets::check_budget(budget, really);
  audit::Deed deed{
      "budget.set",
      fmt::format("{} epsilon={} delta={}{}", dataset, exact_text(budget.epsilon), exact_text(budget.delta),
                  accounting ? fmt::format(" accounting={}", budgets::accounting_name(*accounting)) : ""),
      {}};
  trail_.note_ahead(deed);
  return audit::noted(trail_, deed, [&] {
    Ledger ledger(store_);
    store::Transaction transaction(store_.database());
    ledger.set_budget(actor, dataset, budget, accounting);
    ledger.seal();
    transaction.commit();
    return budgets::require_balance(ledger.entries(), dataset);
  });
}

void DatasetBudgets::acknowledge(const budgets::Actor& actor,
                                 const budgets::Acknowledgement& acknowledgement) {
  audit::Deed deed{"budget.acknowledge",
                   fmt::format("{}{}", acknowledgement.file ? acknowledgement.file->string() : "the database",
                               acknowledgement.spend_rest ? " spend-rest" : ""),
                   {}};
  trail_.note_ahead(deed);
  audit::noted(trail_, deed, [&] {
    Ledger(store_).acknowledge(actor.name, acknowledgement);
    return true;
  });
}

}  // namespace ctgan::server::accounts
