#include "server/budgets/balance.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "common/errors/closest.h"
#include "common/errors/error.h"

namespace ctgan::server::budgets {
namespace {

void add(const Entry& entry, Balance& balance) {
  if (balance.owner.empty()) {
    balance.dataset = entry.dataset;
    balance.owner = entry.user;
    balance.since = entry.time;
  }
  balance.last = entry.time;
  if (entry.kind == EntryKind::set) {
    balance.budget = {Amount::rounded_down(entry.epsilon), Amount::rounded_down(entry.delta)};
  } else {
    balance.spent = {balance.spent.epsilon + Amount::rounded_up(entry.epsilon),
                     balance.spent.delta + Amount::rounded_up(entry.delta)};
    if (!entry.job.empty()) ++balance.fits;
  }
}

}  // namespace

Loss Balance::left() const {
  if (!budget) return {};
  return {budget->epsilon.without(spent.epsilon), budget->delta.without(spent.delta)};
}

bool Balance::affords(const Loss& loss) const {
  return budget && spent.epsilon + loss.epsilon <= budget->epsilon &&
         spent.delta + loss.delta <= budget->delta;
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
