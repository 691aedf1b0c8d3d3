// The request table: one row for each command of protocol.md. Adding a command is one row and one handler.
#pragma once

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
};

std::span<const RequestRow> request_table();

// Throws Error(protocol) naming an unknown command, with the closest known.
const RequestRow& find_request(std::string_view name);

// The handlers, by subject.
Json handle_login(Session& session, Json& request);
Json handle_whoami(Session& session, Json& request);

Json handle_upload_open(Session& session, Json& request);
Json handle_upload_ticket(Session& session, Json& request);
Json handle_upload_close(Session& session, Json& request);

Json handle_inbox_list(Session& session, Json& request);
Json handle_inbox_delete(Session& session, Json& request);

Json handle_fit_plan(Session& session, Json& request);
Json handle_fit_submit(Session& session, Json& request);
Json handle_sample_submit(Session& session, Json& request);
Json handle_evaluate(Session& session, Json& request);
Json handle_job_find(Session& session, Json& request);
Json handle_job_follow(Session& session, Json& request);
Json handle_job_list(Session& session, Json& request);
Json handle_job_show(Session& session, Json& request);
Json handle_job_cancel(Session& session, Json& request);
Json handle_job_retry(Session& session, Json& request);

Json handle_models_list(Session& session, Json& request);
Json handle_models_delete(Session& session, Json& request);
Json handle_data_list(Session& session, Json& request);
Json handle_data_delete(Session& session, Json& request);
Json handle_download_open(Session& session, Json& request);
Json handle_download_ticket(Session& session, Json& request);

}  // namespace ctgan::server::service
