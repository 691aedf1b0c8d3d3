// The request table: one row for each command of protocol.md. Adding a command is one row and one handler.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "server/service/session.h"

namespace ctgan::server::service {

struct RequestRow {
  std::string_view name;
  bool needs_login;
  // The fields of the result, without type and id. Events that come before it are written by the handler
  // itself, with the request's id. Throws what the host is told.
  Json (*handle)(Session& session, Json& request);
  // Whether it stands in the audit log, and which fields of its result, else of the request, say what it was about.
  enum class Audit : std::uint8_t {
    no,
    yes,
    without_words
  };  // without_words: what went wrong may name cells
  Audit audit = Audit::no;
  std::array<std::string_view, 2> subject = {};
};

std::span<const RequestRow> request_table();

// Throws Error(protocol) naming an unknown command, with the closest known.
const RequestRow& find_request(std::string_view name);

// The handlers, by subject.
Json handle_login(Session& session, Json& request);
Json handle_whoami(Session& session, Json& request);
Json handle_password_change(Session& session, Json& request);

Json handle_users_list(Session& session, Json& request);
Json handle_users_show(Session& session, Json& request);
Json handle_users_add(Session& session, Json& request);
Json handle_users_remove(Session& session, Json& request);
Json handle_users_lock(Session& session, Json& request);
Json handle_users_unlock(Session& session, Json& request);
Json handle_users_limit(Session& session, Json& request);
Json handle_users_role(Session& session, Json& request);
Json handle_users_password(Session& session, Json& request);
Json handle_users_authorize(Session& session, Json& request);
Json handle_users_revoke(Session& session, Json& request);

Json handle_budget_list(Session& session, Json& request);
Json handle_budget_show(Session& session, Json& request);
Json handle_budget_set(Session& session, Json& request);

Json handle_sessions_list(Session& session, Json& request);
Json handle_sessions_end(Session& session, Json& request);

Json handle_upload_open(Session& session, Json& request);
Json handle_upload_ticket(Session& session, Json& request);
Json handle_upload_close(Session& session, Json& request);

Json handle_inbox_list(Session& session, Json& request);
Json handle_inbox_delete(Session& session, Json& request);

Json handle_fit_plan(Session& session, Json& request);
Json handle_fit_submit(Session& session, Json& request);
Json handle_sample_submit(Session& session, Json& request);
Json handle_evaluate(Session& session, Json& request);
Json handle_party_show(Session& session, Json& request);
Json handle_party_give(Session& session, Json& request);
Json handle_party_confirm(Session& session, Json& request);
Json handle_party_withdraw(Session& session, Json& request);
Json handle_job_find(Session& session, Json& request);
Json handle_job_follow(Session& session, Json& request);
Json handle_job_list(Session& session, Json& request);
Json handle_job_show(Session& session, Json& request);
Json handle_job_cancel(Session& session, Json& request);
Json handle_job_retry(Session& session, Json& request);

Json handle_report_compare(Session& session, Json& request);
Json handle_models_list(Session& session, Json& request);
Json handle_models_delete(Session& session, Json& request);
Json handle_data_list(Session& session, Json& request);
Json handle_data_delete(Session& session, Json& request);
Json handle_download_open(Session& session, Json& request);
Json handle_download_ticket(Session& session, Json& request);

}  // namespace ctgan::server::service
