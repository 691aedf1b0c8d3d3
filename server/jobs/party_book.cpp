#include "server/jobs/party_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/files/checksum.h"
#include "common/files/file.h"

namespace ctgan::server::jobs {
namespace {

using errors::Error;
using errors::Kind;

Error no_participation(const std::string& job) {
  return {Kind::no_input, fmt::format("you are no party of a job {}", errors::quoted(job)),
          "'manage party list' shows the fits that ask for a table of yours"};
}

// The columns as they were given; an object even where the row was damaged.
Json columns_of(const store::Party& party) {
  Json columns = Json::parse(party.columns, nullptr, false);
  return columns.is_object() ? columns : Json::object();
}

// The request without what the parties give, which is the same for all of them.
Json terms_of(const Participation& seen) {
  JobRequest request = seen.request;
  for (PartyRequest& party : request.parties) {
    party.sha256.clear();
    party.table = Json::object();
  }
  return to_json(request);
}

}  // namespace

std::string PartyBook::digest_of(const Participation& seen) {
  const store::Party& own = seen.party();
  if (!own.has_given()) return {};
  // Keys of an object are sorted: equal content has equal bytes.
  const Json content{{"job", seen.job.id},
                     {"party", own.name},
                     {"sha256", own.sha256},
                     {"columns", columns_of(own)},
                     {"request", terms_of(seen)}};
  return files::sha256_of(content.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Participation PartyBook::find(const std::string& user, const std::string& job) {
  Participation seen;
  seen.parties = store_.parties().of_job(job);
  const auto own = std::find_if(seen.parties.begin(), seen.parties.end(),
                                [&](const store::Party& party) { return party.user == user; });
  if (own == seen.parties.end()) throw no_participation(job);
  seen.own = static_cast<std::size_t>(own - seen.parties.begin());
  seen.job = store_.jobs().require(user, job);
  seen.request = book_.folder(seen.job).read_request();
  return seen;
}

Participation PartyBook::find_waiting(const std::string& user, const std::string& job) {
  Participation seen = find(user, job);
  const bool has_ended = store::is_final(seen.job.state) || folder(seen).is_asked_to_stop();
  if (seen.job.state == JobState::waiting && !has_ended) return seen;
  throw Error(Kind::usage,
              has_ended
                  ? fmt::format("the job {} has ended", errors::quoted(job))
                  : fmt::format("all parties of the job {} have confirmed it: nothing of it can be changed",
                                errors::quoted(job)),
              fmt::format("'manage jobs show {}' says how it stands", job));
}

std::filesystem::path PartyBook::file_of(const Participation& seen) const {
  return folder(seen).work_file(party_file(static_cast<std::size_t>(seen.party().place)));
}

// Null where the store has no key, and for an upload that is not complete. It takes its time.
std::unique_ptr<EncryptedCopy> PartyBook::encrypted(const Participation& seen,
                                                    const store::Upload& upload) const {
  const encryption::KeyRing* keys = store_.shelves().keys();
  if (keys == nullptr || keys->newest() == nullptr || !upload.complete) return nullptr;
  const std::string name = file_of(seen).filename().string() + "-" + upload.id;
  return std::make_unique<EncryptedCopy>(store_.uploads().file(upload), folder(seen).work_file(name),
                                         *keys->newest());
}

Participation PartyBook::give(const std::string& user, const std::string& job, const FindUpload& find_upload,
                              const Json& columns) {
  // Outside of the transaction. That it is still this upload is seen by its id.
  const store::Upload before = find_upload();
  const auto copy = encrypted(find_waiting(user, job), before);
  store::Transaction transaction(store_.database());
  Participation seen = find_waiting(user, job);
  const store::Upload upload = find_upload();
  if (upload.id != before.id)
    throw Error(Kind::try_again, fmt::format("another file {} came meanwhile", errors::quoted(upload.name)),
                "give it again");
  if (!upload.complete)
    throw Error(Kind::bad_data, fmt::format("the upload of {} is not complete", errors::quoted(upload.name)),
                "send the rest of it first");
  std::filesystem::rename(copy ? copy->path() : store_.uploads().file(upload), file_of(seen));
  failpoints::failpoint("party: its table is in the job's folder, and has no row there");
  // Whoever ends the job removes what is there then; what came later nobody would.
  if (folder(seen).is_asked_to_stop()) {
    std::filesystem::remove(file_of(seen));
    throw Error(Kind::usage, fmt::format("the job {} has ended", errors::quoted(job)));
  }
  store_.uploads().remove(upload);
  store::Party& own = seen.parties[seen.own];
  own.file = upload.name;
  own.sha256 = upload.sha256;
  own.columns = columns.dump(-1, ' ', false, Json::error_handler_t::replace);
  own.confirmed.clear();
  store_.parties().update(own);
  transaction.commit();
  return seen;
}

// After a power cut, or a process that died on the way, other bytes may lie there than the row says.
void PartyBook::check_bytes(const Participation& seen) const {
  if (!seen.party().has_given())
    throw Error(Kind::usage,
                fmt::format("you have given no table for the job {}", errors::quoted(seen.job.id)),
                fmt::format("'manage party give {} FILE --metadata METADATA.json' does", seen.job.id));
  const auto path = file_of(seen);
  if (std::filesystem::exists(path) &&
      content_sha256(encryption::open_stored(path, store_.shelves().keys())) == seen.party().sha256)
    return;
  throw Error(
      Kind::bad_data,
      fmt::format("your table {} is not on the server as it was given", errors::quoted(seen.party().file)),
      fmt::format("give it again: 'manage party give {} FILE'", seen.job.id));
}

// Those who have, with a file that is not there any more (a backup has none), have not.
bool PartyBook::all_have_confirmed(const Participation& seen) {
  bool all = seen.parties.size() == seen.request.parties.size();
  for (std::size_t i = 0; i < seen.parties.size(); ++i) {
    Participation other = seen;
    other.own = i;
    store::Party party = other.party();
    const bool holds = !party.confirmed.empty() && party.confirmed == digest_of(other) &&
                       std::filesystem::exists(file_of(other));
    if (!holds && !party.confirmed.empty()) {
      party.confirmed.clear();
      store_.parties().update(party);
    }
    all = all && holds;
  }
  return all;
}

Participation PartyBook::confirm(const std::string& user, const std::string& job, const std::string& digest) {
  // Outside of the transaction, since it takes its time.
  check_bytes(find_waiting(user, job));
  store::Transaction transaction(store_.database());
  Participation seen = find_waiting(user, job);
  const std::string now = digest_of(seen);
  if (digest != now)
    throw Error(Kind::try_again, "this is not what there is to be confirmed now",
                fmt::format("'manage party show {}' shows it", job));
  seen.parties[seen.own].confirmed = digest;
  store_.parties().update(seen.party());
  JobBook::Seal seal;
  if (all_have_confirmed(seen)) {
    for (std::size_t i = 0; i < seen.parties.size(); ++i) {
      seen.request.parties[i].sha256 = seen.parties[i].sha256;
      seen.request.parties[i].table = columns_of(seen.parties[i]);
    }
    seal = book_.release(seen.job, seen.request);
  }
  if (seal) seal();
  transaction.commit();
  book_.dispatch();
  return find(user, job);
}

Participation PartyBook::withdraw(const std::string& user, const std::string& job) {
  store::Transaction transaction(store_.database());
  Participation seen = find_waiting(user, job);
  store::Party& own = seen.parties[seen.own];
  own.sha256.clear();
  own.columns = "{}";
  own.confirmed.clear();
  store_.parties().update(own);
  std::filesystem::remove(file_of(seen));
  transaction.commit();
  return seen;
}

}  // namespace ctgan::server::jobs
