#include "server/store/sqlite.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>

#include "common/errors/error.h"
#include "common/files/file.h"

namespace ctgan::server::store {
namespace {

using errors::Error;
using errors::Kind;

void create_privately(const std::filesystem::path& path) {
  const files::FileHandle file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) throw errors::from_errno(errno, "open", path.string());
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
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error(Kind::try_again, fmt::format("the database {} is busy", name), "try again in a moment");
    case SQLITE_FULL:
      throw Error(Kind::io, fmt::format("cannot write {}: no space left on device", name),
                  "free some space and run the same command again");
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
