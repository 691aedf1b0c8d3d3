#include "server/budgets/balance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/guarantees/zcdp.h"

namespace ctgan::server::budgets {
namespace {

ConcentratedLoss concentrated_loss_of(const Entry& entry, const Loss& loss) {
  if (entry.rho.empty()) return concentrated_of(loss.epsilon.at_least(), loss.delta.at_least());
  return {Amount::rounded_up(entry.rho),
          entry.rho_delta.empty() ? Amount() : Amount::rounded_up(entry.rho_delta)};
}

// Of a concentrated budget's delta, what is for the meaning of rho as epsilon; as much is for deltas beside.
double delta_of_rho(const Loss& budget) {
  return budget.delta.at_most() / 2;
}

// The epsilon of a fit that takes `rho` at most.
double least_epsilon(const Amount& rho, double delta) {
  constexpr double k_a_little = 1e-12;
  const double most = guarantees::zcdp_epsilon(rho.at_most(), delta);
  for (double less = 0; less < 1; less = 2 * less + k_a_little)
    if (const double epsilon = (1 - less) * most; amount_spent(guarantees::zcdp_rho(epsilon, delta)) <= rho)
      return epsilon;
  return 0;
}

void add(const Entry& entry, Balance& balance) {
  if (balance.owner.empty()) {
    balance.dataset = entry.dataset;
    balance.owner = entry.user;
    balance.since = entry.time;
  }
  balance.last = entry.time;
  if (entry.kind == EntryKind::set) {
    balance.budget = {Amount::rounded_down(entry.epsilon), Amount::rounded_down(entry.delta)};
    balance.accounting = accounting_from_name(entry.accounting).value_or(Accounting::basic);
  } else {
    const Loss loss{Amount::rounded_up(entry.epsilon), Amount::rounded_up(entry.delta)};
    balance.spent = {balance.spent.epsilon + loss.epsilon, balance.spent.delta + loss.delta};
    const ConcentratedLoss more = concentrated_loss_of(entry, loss);
    balance.concentrated = {balance.concentrated.rho + more.rho, balance.concentrated.delta + more.delta};
    if (!entry.job.empty()) ++balance.fits;
  }
}

}  // namespace

ConcentratedLoss concentrated_of(double epsilon, double delta) {
  const double rho = guarantees::pure_rho(epsilon);
  return {amount_spent(std::nextafter(rho, std::numeric_limits<double>::infinity())), amount_spent(delta)};
}

ConcentratedLoss Balance::caps() const {
  if (!budget || accounting == Accounting::basic) return {};
  const double delta = delta_of_rho(*budget);
  return {amount_to_spend(guarantees::zcdp_rho(budget->epsilon.at_most(), delta)), amount_to_spend(delta)};
}

ConcentratedLoss Balance::rest() const {
  const ConcentratedLoss most = caps();
  return {most.rho.without(concentrated.rho), most.delta.without(concentrated.delta)};
}

Loss Balance::promised() const {
  if (!budget || accounting == Accounting::basic || concentrated.rho == Amount()) return spent;
  const double delta = delta_of_rho(*budget);
  return {amount_spent(guarantees::zcdp_epsilon(concentrated.rho.at_least(), delta)),
          amount_spent(delta) + concentrated.delta};
}

Loss Balance::left() const {
  if (!budget) return {};
  if (accounting == Accounting::basic)
    return {budget->epsilon.without(spent.epsilon), budget->delta.without(spent.delta)};
  const ConcentratedLoss most = rest();
  if (most.rho == Amount()) return {{}, most.delta};
  return {amount_to_spend(least_epsilon(most.rho, delta_of_rho(*budget))), most.delta};
}

bool Balance::affords(const Loss& loss, const ConcentratedLoss& as_concentrated) const {
  if (!budget) return false;
  if (accounting == Accounting::basic)
    return spent.epsilon + loss.epsilon <= budget->epsilon && spent.delta + loss.delta <= budget->delta;
  const ConcentratedLoss most = caps();
  return concentrated.rho + as_concentrated.rho <= most.rho &&
         concentrated.delta + as_concentrated.delta <= most.delta;
}

std::vector<Balance> balances_of(std::span<const Entry> entries) {
  std::map<std::string, Balance> found;
  for (const Entry& entry : entries)
    if (!entry.dataset.empty()) add(entry, found[entry.dataset]);
  std::vector<Balance> balances;
  balances.reserve(found.size());
  for (auto& [name, balance] : found) balances.push_back(std::move(balance));
  return balances;
}

std::optional<Balance> balance_of(std::span<const Entry> entries, const std::string& dataset) {
  Balance balance;
  for (const Entry& entry : entries)
    if (entry.dataset == dataset && !dataset.empty()) add(entry, balance);
  if (balance.owner.empty()) return std::nullopt;
  return balance;
}

Balance require_balance(std::span<const Entry> entries, const std::string& dataset) {
  if (auto balance = balance_of(entries, dataset)) return *std::move(balance);
  std::vector<std::string> names;
  for (Balance& balance : balances_of(entries)) names.push_back(std::move(balance.dataset));
  throw errors::Error(errors::Kind::no_input,
                      fmt::format("no dataset {} has a privacy budget", errors::quoted(dataset)),
                      names.empty() ? "'manage budget set NAME --epsilon E --delta D' gives it one"
                                    : errors::suggestion(dataset, names));
}

std::vector<std::string> remarks_on(std::span<const Entry> entries, const std::string& job) {
  const auto debit = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
    return entry.kind == EntryKind::debit && entry.job == job && !job.empty();
  });
  if (debit == entries.end() || debit->table_sha256.empty()) return {};
  const auto before = entries.subspan(0, static_cast<std::size_t>(debit - entries.begin()));
  bool changed = false;
  std::string other_name;
  for (const Entry& entry : before) {
    // Of somebody else's table it would tell whether a guess is right.
    if (entry.kind != EntryKind::debit || entry.table_sha256.empty() || entry.user != debit->user) continue;
    const bool same_name = entry.dataset == debit->dataset,
               same_table = entry.table_sha256 == debit->table_sha256;
    if (same_name) changed = !same_table;
    if (!same_name && same_table) other_name = entry.dataset;
  }
  std::vector<std::string> remarks;
  if (changed) {
    remarks.push_back(
        fmt::format("this table is not the one that was fitted last as the dataset {}: their budget is one",
                    errors::quoted(debit->dataset)));
  }
  if (!other_name.empty()) {
    remarks.push_back(
        fmt::format("the same table was fitted as the dataset {}, whose budget this fit does not spend",
                    errors::quoted(other_name)));
  }
  return remarks;
}

}  // namespace ctgan::server::budgets
