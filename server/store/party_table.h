// The rows of parties: whose tables a fit joins, and how far each party is. The tables themselves lie in the job's
// folder (server/jobs); what a row says of them is for its own user's eyes only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/store/sqlite.h"

namespace ctgan::server::store {

struct Party {
  std::string job;
  int place = 0;  // from left to right, from 0
  std::string name;
  std::string user;  // one party of a job at most
  std::string
      file;  // as its user calls it; until one was given: as whoever submitted the fit expects it, or empty
  std::string sha256;     // of the file that was given; empty: none was
  std::string columns;    // a table_formats::FileRequest as JSON: what they are and may hold
  std::string confirmed;  // the digest of what its user has confirmed; empty: nothing

  bool has_given() const { return !sha256.empty(); }
};

class PartyTable {
 public:
  explicit PartyTable(Database& database) : database_(database) {}

  void insert(const Party& party);
  // From left to right; none of a job of one user.
  std::vector<Party> of_job(const std::string& job);
  // Sets what was given and confirmed.
  void update(const Party& party);
  // Those of jobs that have not ended.
  std::vector<Party> unfinished_of(const std::string& user);

 private:
  Database& database_;
};

}  // namespace ctgan::server::store
