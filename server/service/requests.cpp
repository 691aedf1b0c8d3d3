#include "server/service/requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "common/errors/closest.h"
#include "common/errors/error.h"

namespace ctgan::server::service {
namespace {

using enum RequestRow::Audit;

// Administration of users, sessions and budgets, and what goes over the data channel, is noted where it is done.
constexpr std::array<RequestRow, 45> k_table{{
    {"login", false, handle_login},
    {"whoami", true, handle_whoami},
    {"password.change", true, handle_password_change},
    {"upload.open", true, handle_upload_open},
    {"upload.ticket", true, handle_upload_ticket},
    {"upload.close", true, handle_upload_close},
    {"fit.plan", true, handle_fit_plan},
    {"fit.submit", true, handle_fit_submit, yes, {"job", "name"}},
    {"sample.submit", true, handle_sample_submit, yes, {"job", "model"}},
    {"evaluate", true, handle_evaluate, without_words},
    {"party.show", true, handle_party_show},
    {"party.give", true, handle_party_give, without_words, {"job"}},
    {"party.confirm", true, handle_party_confirm, yes, {"job"}},
    {"party.withdraw", true, handle_party_withdraw, yes, {"job"}},
    {"job.find", true, handle_job_find},
    {"job.follow", true, handle_job_follow},
    {"job.list", true, handle_job_list},
    {"job.show", true, handle_job_show},
    {"job.cancel", true, handle_job_cancel, yes, {"user", "job"}},
    {"job.retry", true, handle_job_retry, yes, {"job"}},
    {"report.compare", true, handle_report_compare},
    {"models.list", true, handle_models_list},
    {"models.delete", true, handle_models_delete, yes, {"name"}},
    {"data.list", true, handle_data_list},
    {"data.delete", true, handle_data_delete, yes, {"name"}},
    {"inbox.list", true, handle_inbox_list},
    {"inbox.delete", true, handle_inbox_delete, yes, {"name", "upload"}},
    {"download.open", true, handle_download_open},
    {"download.ticket", true, handle_download_ticket},
    {"users.list", true, handle_users_list},
    {"users.show", true, handle_users_show},
    {"users.add", true, handle_users_add},
    {"users.remove", true, handle_users_remove},
    {"users.lock", true, handle_users_lock},
    {"users.unlock", true, handle_users_unlock},
    {"users.limit", true, handle_users_limit},
    {"users.role", true, handle_users_role},
    {"users.password", true, handle_users_password},
    {"users.authorize", true, handle_users_authorize},
    {"users.revoke", true, handle_users_revoke},
    {"budget.list", true, handle_budget_list},
    {"budget.show", true, handle_budget_show},
    {"budget.set", true, handle_budget_set},
    {"sessions.list", true, handle_sessions_list},
    {"sessions.end", true, handle_sessions_end},
}};

}  // namespace

std::span<const RequestRow> request_table() {
  return k_table;
}

const RequestRow& find_request(std::string_view name) {
  const auto found =
      std::find_if(k_table.begin(), k_table.end(), [&](const RequestRow& row) { return row.name == name; });
  if (found != k_table.end()) return *found;
  std::vector<std::string> names;
  names.reserve(k_table.size());
  for (const RequestRow& row : k_table) names.emplace_back(row.name);
  throw errors::Error(errors::Kind::protocol, fmt::format("unknown command {}", errors::quoted(name)),
                      errors::suggestion(name, names));
}

}  // namespace ctgan::server::service
