// Fits of several parties, from the submission until all have confirmed: each gives its own table under its own user,
// sees its own columns only, and confirms. The job is queued by the last confirmation, whoever is connected then.
//
// A party confirms a digest of what it can see: its file's SHA-256, what its columns are and may hold, and the request.
// The request never changes; another file or other columns of the party's own void its confirmation, and no one else's,
// since of what others give nobody sees anything.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/jobs/job_book.h"
#include "server/jobs/waiting_table.h"

namespace ctgan::server::jobs {

// A fit as one of its parties may know it.
struct Participation {
  Job job;
  JobRequest request;
  std::vector<store::Party> parties;  // from left to right
  std::size_t own = 0;                // which of them asks
  const store::Party& party() const { return parties.at(own); }
};

class PartyBook {
 public:
  // Both outlive it.
  PartyBook(store::Store& store, JobBook& book) : store_(store), book_(book) {}

  // Throws Error(no_input), with the same words for a fit that the user is no party of as for none.
  Participation find(const std::string& user, const std::string& job);
  // Of what its party sees now; empty where it has given nothing.
  static std::string digest_of(const Participation& seen);

  // These throw as find(), and Error(usage) for a fit that does not wait any more.

  // The table of a complete upload of the user, which is looked for inside the transaction, takes the place of what he
  // gave before; `columns` is a table_formats::FileRequest that suits it. Whoever calls has looked at the table: that
  // other parties hear nothing of what is wrong with it.
  using FindUpload = std::function<store::Upload()>;
  Participation give(const std::string& user, const std::string& job, const FindUpload& find_upload,
                     const Json& columns);
  // Confirms what has this digest; where all have, the job is queued and debited. Throws Error(try_again) where
  // something else is there now; Error(bad_data) where the table is damaged; what the debit throws, with nothing changed.
  Participation confirm(const std::string& user, const std::string& job, const std::string& digest);
  // What the party gave goes, and its confirmation. The job waits on.
  Participation withdraw(const std::string& user, const std::string& job);

 private:
  Participation find_waiting(const std::string& user, const std::string& job);
  JobFolder folder(const Participation& seen) const { return book_.folder(seen.job); }
  std::filesystem::path file_of(const Participation& seen) const;
  std::unique_ptr<EncryptedCopy> encrypted(const Participation& seen, const store::Upload& upload) const;
  void check_bytes(const Participation& seen) const;
  bool all_have_confirmed(const Participation& seen);

  store::Store& store_;
  JobBook& book_;
};

}  // namespace ctgan::server::jobs
