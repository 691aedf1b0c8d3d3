#include "server/service/requests.h"

namespace ctgan::server::service {
namespace {

std::string_view state_of(const store::Uploads& uploads, const store::Upload& upload) {
  if (uploads.is_busy(upload)) return "in use";
  return upload.complete ? "complete" : "incomplete";
}

Json item_of(const store::Uploads& uploads, const store::Upload& upload) {
  return {{"upload", upload.id},
          {"name", upload.name},
          {"bytes", upload.bytes},
          {"state", state_of(uploads, upload)},
          {"created", store::utc_text(upload.touched)}};
}

}  // namespace

Json handle_inbox_list(Session& session, Json& request) {
  store::Uploads& uploads = session.store().uploads();
  const std::string before = protocol::optional_text(request, "before").value_or("");
  bool reached = before.empty();
  Json result{{"items", Json::array()}};
  Json& items = result["items"];
  for (const store::Upload& upload : uploads.list(session.user())) {
    if (items.size() == static_cast<std::size_t>(protocol::k_page_rows)) {
      result["next"] = items.back()["upload"];
      break;
    }
    if (reached) items.push_back(item_of(uploads, upload));
    reached = reached || upload.id == before;
  }
  return result;
}

// Also what is in use: whose table it is decides, and whoever is at work on it is told to try again.
Json handle_inbox_delete(Session& session, Json& request) {
  store::Uploads& uploads = session.store().uploads();
  const store::Upload upload = uploads.require(session.user(), protocol::text_field(request, "upload"));
  uploads.remove(upload);
  return {{"upload", upload.id}, {"name", upload.name}};
}

}  // namespace ctgan::server::service
