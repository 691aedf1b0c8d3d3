#include "server/store/sqlite.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/secrets/secret.h"

namespace ctgan::server::store {
namespace {

using errors::Error;
using errors::Kind;

void create_privately(const std::filesystem::path& path) {
  // Never one that is there: closing it would drop the locks that another connection of this process has.
  const files::FileHandle file(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file && errno != EEXIST) throw errors::from_errno(errno, "create", path.string());
}

// Why no file can be made beside the database; 0 when one can. A journal is such a file.
int refusal_of_new_file(const std::filesystem::path& path) {
  constexpr std::size_t k_name_bytes = 8;
  const auto probe = path.parent_path() / fmt::format(".probe-{}", secrets::random_hex(k_name_bytes));
  const files::FileHandle file(::open(probe.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) return errno;
  ::unlink(probe.c_str());
  return 0;
}

// What the system refused, where SQLite says only what it could not do because of that: a journal that has no
// room is "unable to open database file", and the number that SQLite kept is that of its next try. 0 where it
// was no refusal of the system. Never opens the database itself: closing it would drop SQLite's locks.
int system_cause(int code, const std::filesystem::path& path, sqlite3* handle) {
  const int kept = handle == nullptr ? 0 : sqlite3_system_errno(handle);
  switch (code & 0xff) {
    case SQLITE_IOERR:
      return kept;
    case SQLITE_FULL:
      return ENOSPC;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      break;
    default:
      return 0;
  }
  if (faccessat(AT_FDCWD, path.c_str(), R_OK | W_OK, AT_EACCESS) != 0) return errno;
  if (const int number = refusal_of_new_file(path); number != 0) return number;
  return kept == ENOENT ? 0 : kept;
}

}  // namespace

void Database::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

Database::Database(const std::filesystem::path& path) : path_(path) {
  create_privately(path_);
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path_.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) fail(code);
  sqlite3_busy_timeout(handle, 10'000);
  sqlite3_extended_result_codes(handle, 1);
  execute(
      "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA "
      "trusted_schema=OFF;"
      "PRAGMA secure_delete=ON");
}

void Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

int Database::changes() const {
  return sqlite3_changes(handle());
}

void Database::fail(int code) const {
  const std::string name = errors::quoted(path_.string());
  if (const int number = system_cause(code, path_, handle()); number != 0)
    throw errors::from_errno(number, number == ENOSPC ? "write" : "use", path_.string());
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error(Kind::try_again, fmt::format("the database {} is busy", name), "try again in a moment");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      throw Error(Kind::io, fmt::format("the database {} is damaged", name),
                  "'ctgan-server doctor' says more; models and tables are plain files and not affected");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      throw Error(Kind::permission, fmt::format("the database {} cannot be opened for writing", name),
                  "check the owner and the permissions");
    case SQLITE_IOERR:
      throw Error(Kind::io, fmt::format("reading or writing {} failed: {}", name, sqlite3_errmsg(handle())));
    default:
      throw Error(Kind::internal, fmt::format("database {}: {}", name, sqlite3_errmsg(handle())),
                  "please report this as a bug");
  }
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement::Statement(Database& database, std::string_view sql, Unbound) : database_(database) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v2(database.handle(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  statement_.reset(statement);
  check(code);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) database_.fail(code);
}

void Statement::bind(std::string_view text) {
  // A null pointer would bind NULL.
  const char* bytes = text.empty() ? "" : text.data();
  check(sqlite3_bind_text64(statement_.get(), ++bound_, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind(const std::optional<std::string>& text) {
  if (text) return bind(std::string_view(*text));
  check(sqlite3_bind_null(statement_.get(), ++bound_));
}

void Statement::bind_integer(std::int64_t number) {
  check(sqlite3_bind_int64(statement_.get(), ++bound_, number));
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) database_.fail(code);
  return code == SQLITE_ROW;
}

std::string Statement::text(int column) const {
  return optional_text(column).value_or("");
}

std::optional<std::string> Statement::optional_text(int column) const {
  const unsigned char* bytes = sqlite3_column_text(statement_.get(), column);
  if (bytes == nullptr) return std::nullopt;
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (open_) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace ctgan::server::store
