// What one connection, or one command of an administrator, writes into the audit log.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "server/audit/audit_log.h"

namespace ctgan::server::audit {

using Clock = std::function<std::time_t()>;

struct Deed {
  std::string what;
  std::string subject;
  std::optional<std::uint64_t> bytes;
};

// Work goes on where the log cannot be written: what a user has made is not lost for it. What went wrong is kept, for
// whoever can be told. Not so the administration of users, which note_ahead() is for: it can wait for a disk with
// room, and what changes rights must not go unseen.
class Trail {
 public:
  Trail(AuditLog log, Clock clock, Origin origin)
      : log_(std::move(log)), clock_(std::move(clock)), origin_(std::move(origin)) {}

  const Origin& origin() const { return origin_; }
  void set_user(std::string user) { origin_.user = std::move(user); }

  void note(const Deed& deed) { write(deed, nullptr); }
  void note_failed(const Deed& deed, const errors::Error& error) { write(deed, &error); }
  // That it is about to be done. Throws as AuditLog::append, with words that say that nothing was done.
  void note_ahead(const Deed& deed) const;

  // Why a line could not be written; none where all were.
  const std::optional<errors::Error>& trouble() const { return trouble_; }

 private:
  Entry entry_of(const Deed& deed) const;
  void write(const Deed& deed, const errors::Error* error);

  AuditLog log_;
  Clock clock_;
  Origin origin_;
  std::optional<errors::Error> trouble_;
};

// Does it, and notes what became of it; throws what it throws. The subject and the bytes may be set by it.
template <typename Work>
auto noted(Trail& trail, Deed& deed, const Work& work) {
  try {
    auto result = work();
    trail.note(deed);
    return result;
  } catch (...) {
    trail.note_failed(deed, errors::describe(std::current_exception()));
    throw;
  }
}

}  // namespace ctgan::server::audit
