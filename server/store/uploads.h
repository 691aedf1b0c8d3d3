// Tables on their way in: inbox/<user>/<upload id>/table, and a row for each. A row is complete once all
// bytes are there with the announced hash. What broke off is kept for a day, so that it can go on. The bytes
// are not forced to the disk, since the original stays where it came from: after a power cut a complete row
// may lie, which sha256() finds out.
//
// An upload belongs to the connection that opened it (presence.h) as long as that lives: no other is given
// it, and nobody reaps it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/store/clock.h"
#include "server/store/layout.h"
#include "server/store/presence.h"
#include "server/store/sqlite.h"

namespace ctgan::server::store {

struct Upload {
  std::string id;
  std::string user;
  std::string name;  // as the user calls the file; never part of a path
  std::uint64_t bytes = 0;
  std::string sha256;  // as announced; empty until it is
  bool complete = false;
  std::string owner;      // the connection that opened it last
  bool fleeting = false;  // goes with its owner
  std::time_t touched = 0;
};

// How long an upload stays that nobody takes: a day, or as long as the connection that opened it.
enum class UploadLife { day, connection };

class Uploads {
 public:
  // `presence` is the connection that this object is. Both outlive it.
  Uploads(Database& database, Layout layout, Clock clock, Presence& presence);

  // Whoever says no to a new upload throws; asked inside the transaction that enters it.
  using Admission = std::function<void(const std::string& user, std::uint64_t bytes)>;
  void set_admission(Admission admission) { admission_ = std::move(admission); }

  // The upload of the same name, size and hash that an earlier try left, or a new one with an empty file.
  // With an empty `sha256` it is the newest that another connection left, or that this one has not ended.
  // Never what others are busy with or scp sent. Throws Error(cannot_create) when the inbox is full (`most`).
  Upload open(const std::string& user, const std::string& name, std::uint64_t bytes,
              const std::string& sha256, std::uint64_t most, UploadLife life = UploadLife::day);
  // A new one with an empty file. Throws Error(cannot_create) when the inbox holds `most` files already.
  Upload create(const std::string& user, const std::string& name, std::uint64_t bytes,
                const std::string& sha256, std::uint64_t most, UploadLife life = UploadLife::day);
  // Throws Error(try_again), with the same words for another user's upload as for none: ids come from us, so
  // an unknown one has gone meanwhile.
  Upload require(const std::string& user, const std::string& id);
  // The newest complete upload of that file name, unless another connection is busy with it. Throws
  // Error(no_input) with the closest name.
  Upload require_named(const std::string& user, const std::string& name);
  // All of the user's, newest first.
  std::vector<Upload> list(const std::string& user);
  // Whether another connection, or a transfer, is at work on it.
  bool is_busy(const Upload& upload) const;

  std::filesystem::path file(const Upload& upload) const;
  // Throws Error(try_again) when the file has gone.
  std::uint64_t bytes_on_disk(const Upload& upload) const;

  // A transfer has written the whole file and hashed it on the way.
  void note_received(const Upload& upload, const std::string& sha256);
  // Of the bytes that are there: as noted, if nobody has written to the file since, else read again.
  std::string sha256(const Upload& upload) const;

  // Somebody is at work on it.
  void touch(const Upload& upload);
  // It will be written to again: no longer complete.
  void reopen(const Upload& upload);
  // Marks it complete when `sha256` is the announced hash, upload.sha256, else drops its bytes so that the
  // next try starts afresh.
  void close(const Upload& upload, const std::string& sha256);
  // A file that came whole, with stock scp: complete at once, for a day, in the place of earlier complete
  // ones of the same name.
  void adopt(const Upload& upload, const std::string& sha256);
  void remove(const Upload& upload);
  // The row only: its folder has become a job's.
  void forget(const Upload& upload);

  // The fleeting ones of that connection go.
  void remove_fleeting(const std::string& owner);

  // Removes what connections that have ended left: fleeting ones at once, others that were not touched for a
  // day, rows and folders without each other. Puts back what a submission that broke off had moved away.
  // Returns how many went. Cheap when there is nothing to do.
  std::size_t reap();

 private:
  void check_room(const std::string& user, std::uint64_t most);
  std::optional<Upload> take_left(const std::string& user, const std::string& name, std::uint64_t bytes,
                                  const std::string& sha256, UploadLife life);
  std::vector<Upload> complete_ones(const std::string& user);
  std::vector<Upload> all(std::string_view condition, std::string_view value);
  bool is_left(const Upload& upload) const;
  bool is_job(const Upload& upload);
  bool reap(const Upload& upload);
  std::size_t reap_folders();

  Database& database_;
  Layout layout_;
  Clock clock_;
  Presence& presence_;
  Admission admission_;
};

}  // namespace ctgan::server::store
