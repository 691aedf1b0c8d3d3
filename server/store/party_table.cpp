#include "server/store/party_table.h"

namespace ctgan::server::store {
namespace {

Party party_of(const Statement& row) {
  return {row.text(0), static_cast<int>(row.integer(1)),
          row.text(2), row.text(3),
          row.text(4), row.text(5),
          row.text(6), row.text(7)};
}

std::vector<Party> all_parties(Statement query) {
  std::vector<Party> parties;
  while (query.step()) parties.push_back(party_of(query));
  return parties;
}

}  // namespace

void PartyTable::insert(const Party& party) {
  Statement(database_, "INSERT INTO parties(job, place, name, user, file) VALUES(?, ?, ?, ?, ?)", party.job,
            party.place, party.name, party.user, party.file)
      .run();
}

std::vector<Party> PartyTable::of_job(const std::string& job) {
  return all_parties(Statement(
      database_,
      "SELECT job, place, name, user, file, sha256, columns, confirmed FROM parties WHERE job = ? ORDER BY "
      "place",
      job));
}

void PartyTable::update(const Party& party) {
  Statement(database_,
            "UPDATE parties SET file = ?, sha256 = ?, columns = ?, confirmed = ? WHERE job = ? AND place = ?",
            party.file, party.sha256, party.columns, party.confirmed, party.job, party.place)
      .run();
}

std::vector<Party> PartyTable::unfinished_of(const std::string& user) {
  return all_parties(Statement(
      database_,
      "SELECT job, place, name, parties.user, file, sha256, columns, confirmed FROM parties JOIN jobs ON "
      "jobs.id = job WHERE parties.user = ? AND jobs.state IN ('waiting', 'queued', 'starting', 'running') "
      "ORDER BY jobs.seq",
      user));
}

}  // namespace ctgan::server::store
