#include "server/budgets/details.h"

#include <utility>

namespace ctgan::server::budgets {
namespace {

using Json = nlohmann::json;

Json at_most(const Loss& loss) {
  return {{"epsilon", loss.epsilon.at_most()}, {"delta", loss.delta.at_most()}};
}

}  // namespace

Json to_json(const Balance& balance) {
  Json value{
      {"dataset", balance.dataset},
      {"owner", balance.owner},
      {"spent", {{"epsilon", balance.spent.epsilon.at_least()}, {"delta", balance.spent.delta.at_least()}}},
      {"fits", balance.fits},
      {"last", balance.last}};
  if (!balance.budget) return value;
  value["budget"] = at_most(*balance.budget);
  value["left"] = at_most(balance.left());
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
  add_amount("rho", entry.rho);
  add("job", entry.job);
  add("table_sha256", entry.table_sha256);
  add("method", entry.method);
  add("note", entry.note);
  add("hash", entry.hash);
  return value;
}

}  // namespace ctgan::server::budgets
