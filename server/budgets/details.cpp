#include "server/budgets/details.h"

#include <utility>

namespace ctgan::server::budgets {
namespace {

using Json = nlohmann::json;

Json at_most(const Loss& loss) {
  return {{"epsilon", loss.epsilon.at_most()}, {"delta", loss.delta.at_most()}};
}

Json three(const Amount& budget, const Amount& spent, const Amount& left) {
  return {{"budget", budget.at_most()}, {"spent", spent.at_least()}, {"left", left.at_most()}};
}

}  // namespace

Json to_json(const Balance& balance) {
  const Loss spent = balance.promised();
  Json value{{"dataset", balance.dataset},
             {"owner", balance.owner},
             {"spent", {{"epsilon", spent.epsilon.at_least()}, {"delta", spent.delta.at_least()}}},
             {"fits", balance.fits},
             {"last", balance.last}};
  if (!balance.budget) return value;
  value["budget"] = at_most(*balance.budget);
  value["left"] = at_most(balance.left());
  if (balance.accounting == Accounting::basic) return value;
  const ConcentratedLoss caps = balance.caps(), rest = balance.rest();
  value["accounting"] = accounting_name(balance.accounting);
  value["rho"] = three(caps.rho, balance.concentrated.rho, rest.rho);
  value["rho_delta"] = three(caps.delta, balance.concentrated.delta, rest.delta);
  return value;
}

Json to_json(const Entry& entry) {
  Json value{{"seq", entry.seq}, {"time", entry.time}, {"user", entry.user}, {"kind", kind_name(entry.kind)}};
  const auto add = [&value](const char* key, const std::string& text) {
    if (!text.empty()) value[key] = text;
  };
  const auto add_amount = [&value](const char* key, const std::string& text) {
    if (!text.empty()) value[key] = Amount::rounded_up(text).at_least();
  };
  add("dataset", entry.dataset);
  add_amount("epsilon", entry.epsilon);
  add_amount("delta", entry.delta);
  add("accounting", entry.accounting);
  add_amount("rho", entry.rho);
  add_amount("rho_delta", entry.rho_delta);
  add("job", entry.job);
  add("table_sha256", entry.table_sha256);
  add("method", entry.method);
  add("note", entry.note);
  add("hash", entry.hash);
  return value;
}

}  // namespace ctgan::server::budgets
