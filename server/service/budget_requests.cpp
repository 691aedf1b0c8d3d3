#include <algorithm>
#include <optional>

#include "common/errors/error.h"
#include "server/accounts/dataset_budgets.h"
#include "server/budgets/details.h"
#include "server/service/page.h"
#include "server/service/requests.h"

namespace ctgan::server::service {
namespace {

using budgets::Balance;
using budgets::Entry;
using errors::Error;
using errors::Kind;

double number_field(const Json& request, const char* key) {
  const auto found = request.find(key);
  if (found != request.end() && found->is_number()) return found->get<double>();
  throw Error(Kind::protocol, std::string("the field '") + key + "' must be a number");
}

void warn_of_trouble(Session& session, budgets::Ledger& ledger) {
  if (const auto trouble = ledger.trouble())
    session.warn("nothing can be spent of any privacy budget: " + trouble->sentence() +
                 "; the administrator of the server has to say what is to be believed");
}

// Which table it was is for those to know who could see the job; which job also for whoever answers for the dataset.
Json visible_entry(const Entry& entry, const budgets::Actor& actor, const Balance& balance) {
  Json value = budgets::to_json(entry);
  if (entry.user == actor.name || actor.administrates) return value;
  // By it a guess of the whole table could be checked.
  value.erase("table_sha256");
  if (balance.owner != actor.name) value.erase("job");
  return value;
}

}  // namespace

// By name; `next` is the last one of the page.
Json handle_budget_list(Session& session, Json& request) {
  const std::string before = protocol::optional_text(request, "before").value_or("");
  budgets::Ledger ledger(session.store());
  if (before.empty()) warn_of_trouble(session, ledger);
  Json result{{"items", Json::array()}};
  Json& items = result["items"];
  for (const Balance& balance : budgets::balances_of(ledger.entries())) {
    if (balance.dataset <= before) continue;
    if (items.size() == static_cast<std::size_t>(protocol::k_page_rows)) {
      result["next"] = items.back()["dataset"];
      break;
    }
    items.push_back(budgets::to_json(balance));
  }
  return result;
}

Json handle_budget_show(Session& session, Json& request) {
  const std::string dataset = protocol::text_field(request, "dataset");
  const auto before = page_of(request);
  budgets::Ledger ledger(session.store());
  if (!before) warn_of_trouble(session, ledger);
  const std::vector<Entry> entries = ledger.entries();
  const Balance balance = budgets::require_balance(entries, dataset);
  const budgets::Actor actor = accounts::actor_of(session.store(), session.user());
  Json answer = budgets::to_json(balance);
  Json items = Json::array();
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (entry->dataset != dataset || (before && entry->seq >= *before)) continue;
    if (items.size() == static_cast<std::size_t>(protocol::k_page_rows)) {
      answer["next"] = std::to_string(items.back()["seq"].get<std::int64_t>());
      break;
    }
    items.push_back(visible_entry(*entry, actor, balance));
  }
  answer["items"] = std::move(items);
  return answer;
}

Json handle_budget_set(Session& session, Json& request) {
  const std::string dataset = protocol::text_field(request, "dataset");
  const budgets::Spending budget{number_field(request, "epsilon"), number_field(request, "delta")};
  const bool really = request.value("really", Json(false)) == true;
  std::optional<budgets::Accounting> accounting;
  if (const auto name = protocol::optional_text(request, "accounting"))
    accounting = budgets::require_accounting(*name);
  accounts::DatasetBudgets datasets(session.store(), session.trail());
  const budgets::Actor actor = accounts::actor_of(session.store(), session.user());
  return budgets::to_json(datasets.set(actor, dataset, budget, accounting, really));
}

}  // namespace ctgan::server::service
