#include "server/accounts/details.h"

namespace ctgan::server::accounts {
namespace {

using Json = nlohmann::json;

Json json_of(const ShelfUse& use) {
  return {{"files", use.files}, {"bytes", use.bytes}};
}

Json json_of(const Use& use) {
  Json value{{"bytes", use.bytes()},
             {"inbox", json_of(use.inbox)},
             {"jobs", json_of(use.jobs)},
             {"running", use.running},
             {"queued", use.queued}};
  for (const store::Shelf shelf : store::k_all_shelves)
    value[std::string(store::shelf_name(shelf))] = json_of(use.of(shelf));
  return value;
}

Json json_of(const Allowance& allowed) {
  Json value = Json::object();
  for (const store::LimitRow& row : store::limit_table())
    value[std::string(row.name)] = {{"most", allowed.of(row.limit)},
                                    {"own", allowed.own.contains(row.limit)}};
  return value;
}

}  // namespace

Json details_of(store::Store& store, const settings::Settings& settings, const store::User& user) {
  Json value{{"user", user.name},
             {"role", store::role_name(user.role)},
             {"password", user.has_password},
             {"created", store::utc_text(user.created)},
             {"limits", json_of(allowance_of(store.users(), settings.limits, user.name))},
             {"use", json_of(use_of(store, user.name))}};
  if (user.locked != 0) value["locked"] = store::utc_text(user.locked);
  return value;
}

Json keys_json(const std::vector<KnownKey>& keys) {
  Json items = Json::array();
  for (const KnownKey& known : keys) {
    Json item{
        {"fingerprint", known.key.fingerprint}, {"comment", known.key.comment}, {"uses", Json::array()}};
    if (!known.key.user.empty()) item["user"] = known.key.user;
    if (!known.key.expiry.empty()) item["expires"] = expiry_text(known.key.expiry);
    for (const store::KeyUse& use : known.uses)
      item["uses"].push_back(
          {{"user", use.user}, {"last", store::utc_text(use.last)}, {"from", use.address}});
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace ctgan::server::accounts
