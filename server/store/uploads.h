// Tables on their way in: inbox/<user>/<upload id>/table, and a row for each. A row is complete once all
// bytes are there with the announced hash. What broke off is kept for a day, so that it can go on. The bytes
// are not forced to the disk, since the original stays where it came from: after a power cut a complete row
// may lie, which sha256() finds out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/store/clock.h"
#include "server/store/layout.h"
#include "server/store/sqlite.h"

namespace ctgan::server::store {

struct Upload {
  std::string id;
  std::string user;
  std::string name;  // as the user calls the file; never part of a path
  std::uint64_t bytes = 0;
  std::string sha256;  // as announced; empty until it is
  bool complete = false;
};

class Uploads {
 public:
  Uploads(Database& database, Layout layout, Clock clock);

  // The upload of the same name, size and hash that an earlier try left, or a new one with an empty file.
  // With an empty `sha256` that is the newest incomplete one of the name and size. Throws
  // Error(cannot_create) when the inbox holds `most` files already.
  Upload open(const std::string& user, const std::string& name, std::uint64_t bytes,
              const std::string& sha256, std::uint64_t most);
  // A new one with an empty file. Throws Error(cannot_create) when the inbox holds `most` files already.
  Upload create(const std::string& user, const std::string& name, std::uint64_t bytes,
                const std::string& sha256, std::uint64_t most);
  // Throws Error(no_input), with the same words for another user's upload as for none.
  Upload require(const std::string& user, const std::string& id);
  // The newest complete upload of that file name. Throws Error(no_input) with the closest name.
  Upload require_named(const std::string& user, const std::string& name);

  std::filesystem::path file(const Upload& upload) const;
  std::uint64_t bytes_on_disk(const Upload& upload) const;

  // A transfer has written the whole file and hashed it on the way.
  void note_received(const Upload& upload, const std::string& sha256);
  // Of the bytes that are there: as noted, if nobody has written to the file since, else read again.
  std::string sha256(const Upload& upload) const;

  // It will be written to again: no longer complete.
  void reopen(const Upload& upload);
  // Marks it complete when `sha256` is the announced hash, upload.sha256, else drops its bytes so that the
  // next try starts afresh.
  void close(const Upload& upload, const std::string& sha256);
  // A file that came whole, with stock scp: complete at once, in the place of earlier complete ones of the
  // same name.
  void adopt(const Upload& upload, const std::string& sha256);
  void remove(const Upload& upload);
  // The row only: its folder has become a job's.
  void forget(const Upload& upload);

  // Removes what was not touched for a day and never submitted.
  void reap();

 private:
  void check_room(const std::string& user, std::uint64_t most);
  Upload create(const std::string& user, const std::string& name, std::uint64_t bytes,
                const std::string& sha256);
  std::vector<Upload> complete_ones(const std::string& user);

  Database& database_;
  Layout layout_;
  Clock clock_;
};

}  // namespace ctgan::server::store
