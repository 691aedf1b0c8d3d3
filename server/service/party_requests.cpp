#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/errors/error.h"
#include "common/files/names.h"
#include "common/joins/party_name.h"
#include "common/table_formats/file_request.h"
#include "server/accounts/allowance.h"
#include "server/jobs/party_book.h"
#include "server/service/party_fields.h"
#include "server/service/requests.h"
#include "server/service/submitted_upload.h"

namespace ctgan::server::service {
namespace {

using errors::Error;
using errors::Kind;
using jobs::Participation;
using jobs::PartyBook;

constexpr std::size_t k_most_name_bytes = 200;

// Without the closest names: users are not listed to one another.
void require_user(Session& session, const std::string& user) {
  if (files::is_user_name(user) && session.store().users().find(user)) return;
  throw Error(Kind::no_input, fmt::format("the server has no user {}", errors::quoted(user)),
              "'--party NAME@USER' says whose table a party's is, where that is not its name");
}

std::string name_of(const Json& party) {
  if (!party.is_object()) throw Error(Kind::protocol, "the field 'parties' must be a list of objects");
  return protocol::text_field(party, "name");
}

jobs::PartyRequest party_of(Session& session, const Json& value) {
  jobs::PartyRequest party;
  party.name = name_of(value);
  party.user = protocol::text_field(value, "user");
  party.file = protocol::optional_text(value, "file").value_or("");
  if (party.file.size() > k_most_name_bytes)
    throw Error(Kind::usage, fmt::format("the name of a file may have {} bytes", k_most_name_bytes));
  require_user(session, party.user);
  return party;
}

void check_users(const std::vector<jobs::PartyRequest>& parties) {
  for (auto one = parties.begin(); one != parties.end(); ++one) {
    const bool again =
        std::any_of(parties.begin(), one, [&](const auto& other) { return other.user == one->user; });
    if (again)
      throw Error(Kind::usage, fmt::format("{} is the user of two parties", errors::quoted(one->user)));
  }
}

std::string join_of(const Json& request) {
  std::string join = protocol::optional_text(request, "join").value_or(std::string(joins::k_default_key));
  if (!join.empty() && join.size() <= k_most_name_bytes) return join;
  throw Error(Kind::usage, fmt::format("the column that tables are joined by has a name of 1 to {} bytes",
                                       k_most_name_bytes));
}

// The user's own, and of others that they are there.
Json seen_json(Session& session, const Participation& seen) {
  const store::Party& own = seen.party();
  Json parties = Json::array();
  for (const store::Party& party : seen.parties) parties.push_back(party_json(party));
  Json answer{{"job", seen.job.id},
              {"state", store::job_state_name(seen.job.state)},
              {"submitted_by", seen.job.user},
              {"created", store::utc_text(seen.job.created)},
              {"name", seen.request.name},
              {"method", seen.request.method},
              {"options", seen.request.options},
              {"join", seen.request.join},
              {"parties", std::move(parties)},
              {"party", own.name},
              {"file", own.file}};
  if (const auto& cost = seen.request.privacy)
    answer["privacy"] = {{"dataset", cost->dataset}, {"epsilon", cost->epsilon}, {"delta", cost->delta}};
  if (const std::string words = session.jobs().waiting_words(seen.job); !words.empty())
    answer["waiting"] = words;
  if (!own.has_given()) return answer;
  answer["sha256"] = own.sha256;
  answer["digest"] = PartyBook::digest_of(seen);
  // The rest of a line has room beside it; who gave more columns knows them.
  Json columns = own.columns.size() <= protocol::k_sent_line_limit / 2
                     ? Json::parse(own.columns, nullptr, false)
                     : Json();
  if (columns.is_object()) answer["table"] = std::move(columns);
  return answer;
}

PartyBook book_of(Session& session) {
  return {session.store(), session.jobs()};
}

// Looked at before it is given, by a process of its own: what is wrong with it nobody else hears.
Json checked(Session& session, const Json& request, const Participation& seen, const Json& table) {
  const store::Upload upload = complete_upload(session, request);
  const std::filesystem::path file = session.store().uploads().file(upload);
  // A process that was to give it died on the way.
  if (!std::filesystem::exists(file))
    throw Error(Kind::no_input,
                fmt::format("the file {} is not in the inbox any more", errors::quoted(upload.name)),
                "send it again");
  if (!session.engine().check_party) return Json::object();
  return session.engine().check_party(
      file,
      {{"party", seen.party().name},
       {"name", upload.name},
       {"method", seen.request.method},
       {"join", seen.request.join},
       {"table", table}});
}

}  // namespace

void add_parties(Session& session, const Json& request, jobs::JobRequest& fit) {
  const auto given = request.find("parties");
  if (given == request.end()) return;
  if (!given->is_array()) throw Error(Kind::protocol, "the field 'parties' must be a list of objects");
  std::vector<std::string> names;
  for (const Json& one : *given) names.push_back(name_of(one));
  joins::check_party_names(names);
  for (const Json& one : *given) fit.parties.push_back(party_of(session, one));
  check_users(fit.parties);
  fit.join = join_of(request);
}

Json party_json(const store::Party& party) {
  return {{"name", party.name},
          {"user", party.user},
          {"given", party.has_given()},
          {"confirmed", !party.confirmed.empty()}};
}

Json handle_party_show(Session& session, Json& request) {
  // First the look at whether it has ended meanwhile.
  const std::string job = protocol::text_field(request, "job");
  const Participation seen = book_of(session).find(session.user(), job);
  session.jobs().refresh(seen.job);
  return seen_json(session, book_of(session).find(session.user(), job));
}

Json handle_party_give(Session& session, Json& request) {
  const std::string job = protocol::text_field(request, "job");
  const Json table =
      table_formats::to_json(table_formats::file_request_from_json(request.value("table", Json::object())));
  const Participation before = book_of(session).find(session.user(), job);
  const Json facts = checked(session, request, before, table);
  const Participation seen = book_of(session).give(
      session.user(), job, [&] { return named_upload(session, request); }, table);
  Json answer = seen_json(session, seen);
  answer.update(facts);
  return answer;
}

Json handle_party_confirm(Session& session, Json& request) {
  accounts::check_party(session.store(), session.settings().limits, session.user());
  const Participation seen = book_of(session).confirm(session.user(), protocol::text_field(request, "job"),
                                                      protocol::text_field(request, "digest"));
  return seen_json(session, seen);
}

Json handle_party_withdraw(Session& session, Json& request) {
  return seen_json(session, book_of(session).withdraw(session.user(), protocol::text_field(request, "job")));
}

}  // namespace ctgan::server::service
