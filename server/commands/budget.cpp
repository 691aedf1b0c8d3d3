// What may be learnt of each dataset in all, and what is to be believed where the ledger was restored.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "common/command_line/real_number.h"
#include "common/console/console.h"
#include "common/errors/error.h"
#include "server/accounts/dataset_budgets.h"
#include "server/budgets/details.h"
#include "server/commands/commands.h"
#include "server/commands/open_store.h"

namespace ctgan::server::commands {
namespace {

using budgets::Balance;
using budgets::Entry;
using errors::Error;
using errors::Kind;

std::string pair_text(double epsilon, double delta) {
  return fmt::format("{}, {}", epsilon, delta);
}

std::string at_most(const budgets::Loss& loss) {
  return pair_text(loss.epsilon.at_most(), loss.delta.at_most());
}

std::string spent_text(const Balance& balance) {
  const budgets::Loss spent = balance.promised();
  return pair_text(spent.epsilon.at_least(), spent.delta.at_least());
}

// Of a concentrated budget what it counts by.
std::string concentrated_text(const Balance& balance) {
  if (balance.accounting == budgets::Accounting::basic) return {};
  return fmt::format("; concentrated: rho {:.6g} of {:.6g} spent, delta beside {:.6g} of {:.6g}",
                     balance.concentrated.rho.at_least(), balance.caps().rho.at_most(),
                     balance.concentrated.delta.at_least(), balance.caps().delta.at_most());
}

std::string balance_text(const Balance& balance) {
  return fmt::format("{} of {}: budget {}, spent {}, left {} (epsilon, delta){}\n", balance.dataset,
                     balance.owner, balance.budget ? at_most(*balance.budget) : "none", spent_text(balance),
                     at_most(balance.left()), concentrated_text(balance));
}

// Where it cannot be spent, whoever looks is told.
std::string trouble_text(budgets::Ledger& ledger) {
  const auto trouble = ledger.trouble();
  return trouble ? fmt::format("nothing can be spent: {}\n{}\n", trouble->sentence(), trouble->hint()) : "";
}

}  // namespace

Outcome budget_list(const std::filesystem::path& root, bool json) {
  OpenStore open(root);
  budgets::Ledger ledger(open.store);
  std::string text;
  std::vector<std::vector<std::string>> rows;
  for (const Balance& balance : budgets::balances_of(ledger.entries())) {
    if (json) text += budgets::to_json(balance).dump() + "\n";
    rows.push_back({balance.dataset, balance.owner, balance.budget ? at_most(*balance.budget) : "none",
                    std::string(budgets::accounting_name(balance.accounting)), spent_text(balance),
                    at_most(balance.left()), std::to_string(balance.fits), balance.last});
  }
  if (json) return {std::move(text)};
  text = trouble_text(ledger);
  if (rows.empty()) return {text + "no dataset has a budget\n"};
  return {text +
          console::text_table({{"dataset"},
                               {"owner"},
                               {"budget (epsilon, delta)"},
                               {"accounting"},
                               {"spent"},
                               {"left"},
                               {"fits", console::Align::right},
                               {"last (UTC)"}},
                              rows) +
          "\n"};
}

Outcome budget_show(const std::filesystem::path& root, const std::string& dataset, bool json) {
  OpenStore open(root);
  budgets::Ledger ledger(open.store);
  const std::vector<Entry> entries = ledger.entries();
  const Balance balance = budgets::require_balance(entries, dataset);
  std::string text = json ? "" : trouble_text(ledger) + balance_text(balance) + "\n";
  std::vector<std::vector<std::string>> rows;
  for (const Entry& entry : entries) {
    if (entry.dataset != dataset) continue;
    if (json) text += budgets::to_json(entry).dump() + "\n";
    rows.push_back({entry.time, entry.user, std::string(budgets::kind_name(entry.kind)), entry.epsilon,
                    entry.delta, entry.rho.empty() ? entry.accounting : entry.rho, entry.method, entry.job,
                    entry.note});
  }
  if (json) return {text + budgets::to_json(balance).dump() + "\n"};
  return {text +
          console::text_table({{"time (UTC)"},
                               {"user"},
                               {"kind"},
                               {"epsilon"},
                               {"delta"},
                               {"rho"},
                               {"method"},
                               {"job"},
                               {"note"}},
                              rows) +
          "\n"};
}

Outcome budget_set(const BudgetSetOptions& options) {
  const budgets::Spending budget{command_line::real_number(options.epsilon, "--epsilon"),
                                 command_line::real_number(options.delta, "--delta")};
  std::optional<budgets::Accounting> accounting;
  if (!options.accounting.empty()) accounting = budgets::require_accounting(options.accounting);
  OpenStore open(options.root);
  audit::Trail trail = trail_of(open, typed_here());
  accounts::DatasetBudgets datasets(open.store, trail);
  const Balance balance = datasets.set(accounts::administrator(trail.origin()), options.dataset, budget,
                                       accounting, options.really);
  return {options.json ? budgets::to_json(balance).dump() + "\n" : balance_text(balance)};
}

Outcome budget_verify(const std::filesystem::path& root, bool json) {
  OpenStore open(root);
  budgets::Ledger ledger(open.store);
  if (const auto trouble = ledger.trouble()) throw Error(*trouble);
  const std::vector<Entry> entries = ledger.entries();
  const std::string last = entries.empty() ? std::string(budgets::k_no_hash) : entries.back().hash;
  if (json) return {nlohmann::json{{"entries", entries.size()}, {"hash", last}}.dump() + "\n"};
  return {fmt::format("the privacy ledger is in order: {} entries, the last one {}\n", entries.size(), last)};
}

Outcome budget_acknowledge(const BudgetAcknowledgeOptions& options) {
  OpenStore open(options.root);
  audit::Trail trail = trail_of(open, typed_here());
  budgets::Acknowledgement acknowledgement{std::nullopt, options.spend_rest};
  if (options.believe == "file") {
    acknowledgement.file = open.store.layout().privacy_ledger();
  } else if (options.believe != "database") {
    acknowledgement.file = std::filesystem::absolute(options.believe);
  }
  accounts::DatasetBudgets datasets(open.store, trail);
  datasets.acknowledge(accounts::administrator(trail.origin()), acknowledgement);
  return {budget_verify(options.root, false).out + budget_list(options.root, false).out};
}

}  // namespace ctgan::server::commands
