#include <fmt/format.h>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "server/service/requests.h"

namespace ctgan::server::service {
namespace {

using errors::Error;
using errors::Kind;
using store::Shelf;

Shelf shelf_of(const Json& request) {
  const std::string name = protocol::text_field(request, "store");
  if (const auto shelf = store::shelf_from_name(name)) return *shelf;
  std::vector<std::string> known;
  known.reserve(store::k_all_shelves.size());
  for (const Shelf shelf : store::k_all_shelves) known.emplace_back(store::shelf_name(shelf));
  throw Error(Kind::protocol, fmt::format("unknown store {}", errors::quoted(name)),
              errors::suggestion(name, known));
}

Json list(Session& session, const Json& request, Shelf shelf) {
  const auto artifacts = session.store().shelves().list(
      shelf, session.user(), protocol::optional_text(request, "before").value_or(""));
  Json items = Json::array();
  Json result = Json::object();
  for (const store::Artifact& artifact : artifacts) {
    if (items.size() == static_cast<std::size_t>(protocol::k_page_rows)) {
      result["next"] = items.back()["name"];
      break;
    }
    Json item = Json::parse(artifact.facts, nullptr, false);
    if (!item.is_object()) item = Json::object();
    item.update({{"name", artifact.name},
                 {"bytes", artifact.bytes},
                 {"created", store::utc_text(artifact.modified)}});
    items.push_back(std::move(item));
  }
  result["items"] = std::move(items);
  return result;
}

Json remove(Session& session, const Json& request, Shelf shelf) {
  std::string name = protocol::text_field(request, "name");
  session.store().shelves().remove(shelf, session.user(), name);
  return {{"name", std::move(name)}};
}

}  // namespace

Json handle_report_compare(Session& session, Json& request) {
  constexpr std::size_t k_most = 20;
  if (!session.engine().compare_reports) throw Error(Kind::unavailable, "this server compares no reports");
  const std::vector<std::string> models = protocol::optional_texts(request, "models");
  if (models.size() < 2 || models.size() > k_most)
    throw Error(Kind::usage,
                fmt::format("a comparison is of 2 to {} models, not of {}", k_most, models.size()));
  return session.engine().compare_reports({{"user", session.user()}, {"models", models}});
}

Json handle_models_list(Session& session, Json& request) {
  return list(session, request, Shelf::models);
}

Json handle_data_list(Session& session, Json& request) {
  return list(session, request, Shelf::data);
}

Json handle_models_delete(Session& session, Json& request) {
  return remove(session, request, Shelf::models);
}

Json handle_data_delete(Session& session, Json& request) {
  return remove(session, request, Shelf::data);
}

Json handle_download_open(Session& session, Json& request) {
  const Shelf shelf = shelf_of(request);
  const std::string name = protocol::text_field(request, "name");
  if (request.value("check", Json(false)) == true)
    session.store().shelves().check(shelf, session.user(), name);
  const std::uint64_t bytes = session.store().shelves().open(shelf, session.user(), name).bytes();
  return {{"bytes", bytes}, {"sha256", session.store().shelves().sha256(shelf, session.user(), name)}};
}

Json handle_download_ticket(Session& session, Json& request) {
  store::Grant grant;
  grant.user = session.user();
  grant.direction = store::Direction::down;
  grant.shelf = shelf_of(request);
  grant.target = protocol::text_field(request, "name");
  const std::uint64_t offset = protocol::count_field(request, "offset");
  const auto artifact = session.store().shelves().open(grant.shelf, grant.user, grant.target);
  if (offset > 0 && offset <= artifact.bytes() &&
      store::sha256_of_first(*artifact.content(), offset) == protocol::text_field(request, "prefix_sha256")) {
    grant.offset = offset;
  }
  grant.session = session.presence();
  return {{"ticket", session.store().tickets().issue(grant)}, {"offset", grant.offset}};
}

}  // namespace ctgan::server::service
