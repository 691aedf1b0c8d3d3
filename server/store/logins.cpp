#include "server/store/logins.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/files/names.h"
#include "server/store/passwords.h"

namespace ctgan::server::store {
namespace {

using errors::Error;
using errors::Kind;

constexpr int k_slots = 2;
constexpr std::int64_t k_free_failures = 3;
constexpr std::int64_t k_longest_wait = 30;
constexpr std::int64_t k_remembered = 3600;

// One of the two places at the hash function; waits for it.
class Slot {
 public:
  explicit Slot(const std::filesystem::path& folder) {
    constexpr int k_tries = 1500;
    for (int i = 0; i < k_tries; ++i) {
      const auto path = folder / fmt::format(".password-slot-{}", i % k_slots);
      file_ = files::FileHandle(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
      if (!file_) throw errors::from_errno(errno, "open", path.string());
      if (flock(file_.get(), LOCK_EX | LOCK_NB) == 0) return;
      if (errno != EWOULDBLOCK && errno != EINTR) throw errors::from_errno(errno, "lock", path.string());
      if (i % k_slots == k_slots - 1) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    throw Error(Kind::try_again, "too many logins are being checked", "try again in a minute");
  }

 private:
  files::FileHandle file_;
};

std::int64_t wait_after(std::int64_t failures) {
  if (failures < k_free_failures) return 0;
  return std::min(k_longest_wait, std::int64_t{1} << std::min<std::int64_t>(failures - k_free_failures, 10));
}

}  // namespace

Logins::Logins(Database& database, Clock clock, std::filesystem::path lock_folder)
    : database_(database), clock_(std::move(clock)), lock_folder_(std::move(lock_folder)) {}

void Logins::verify(const std::string& name, std::string_view password) {
  // What cannot be a user shares one counter, so that the table stays small.
  const std::string counted = files::is_user_name(name) ? name : "?";
  const Slot slot(lock_folder_);
  count_try(counted);
  if (!password_matches(password, password_hash(name))) {
    throw Error(Kind::permission, "the user name or the password is wrong",
                "after three failures in a row each try has to wait");
  }
  Statement(database_, "DELETE FROM login_failures WHERE name = ?", counted).run();
}

std::optional<std::string> Logins::password_hash(const std::string& name) {
  Statement query(database_, "SELECT password_hash FROM users WHERE name = ?", name);
  return query.step() ? query.optional_text(0) : std::nullopt;
}

void Logins::count_try(const std::string& name) {
  const std::int64_t now = clock_();
  Transaction transaction(database_);
  Statement(database_, "DELETE FROM login_failures WHERE last < ?", now - k_remembered).run();
  Statement query(database_, "SELECT failures, last FROM login_failures WHERE name = ?", name);
  if (query.step()) {
    const std::int64_t elapsed = now - query.integer(1);
    const std::int64_t wait = wait_after(query.integer(0));
    // A clock that was set back must not lock anybody out.
    if (elapsed >= 0 && elapsed < wait) {
      const std::int64_t left = wait - elapsed;
      throw Error(Kind::try_again,
                  fmt::format("too many failed logins: wait {} second{}", left, left == 1 ? "" : "s"),
                  "check the user name and the password meanwhile");
    }
  }
  Statement(database_,
            "INSERT INTO login_failures(name, failures, last) VALUES(?, 1, ?) "
            "ON CONFLICT(name) DO UPDATE SET failures = failures + 1, last = excluded.last",
            name, now)
      .run();
  transaction.commit();
}

}  // namespace ctgan::server::store
