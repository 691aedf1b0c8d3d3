// SQLite with owners: a database, a statement, a transaction. Every failure becomes an Error here:
// busy -> try_again, full or unreadable -> io, damaged -> io with the way out.
//
//     Transaction transaction(database);
//     Statement insert(database, "INSERT INTO users(name) VALUES(?)", name);
//     insert.run();
//     transaction.commit();
//
// One connection belongs to one thread. It is opened close-on-exec and must not be used in a forked child.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace ctgan::server::store {

class Database {
 public:
  // Creates the file (mode 0600) when it is missing. Rollback journal, synchronous FULL, foreign keys, ten
  // seconds of patience for other writers.
  explicit Database(const std::filesystem::path& path);

  // Statements without parameters or results.
  void execute(const std::string& sql);
  // Rows changed by the last INSERT, UPDATE or DELETE.
  int changes() const;

  sqlite3* handle() const { return handle_.get(); }
  const std::filesystem::path& path() const { return path_; }

  // Throws the Error for what SQLite reported.
  [[noreturn]] void fail(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::filesystem::path path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

// A prepared statement; parameters are bound in order. The database must outlive it.
class Statement {
 public:
  template <typename... Values>
  Statement(Database& database, std::string_view sql, const Values&... values)
      : Statement(database, sql, Unbound{}) {
    (bind(values), ...);
  }

  // To the next row; false behind the last one.
  bool step();
  // For statements without rows.
  void run() { step(); }

  // Columns of the present row, counted from 0.
  std::string text(int column) const;
  std::optional<std::string> optional_text(int column) const;
  std::int64_t integer(int column) const;

 private:
  struct Unbound {};
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  Statement(Database& database, std::string_view sql, Unbound);
  void bind(std::string_view text);
  void bind(const std::optional<std::string>& text);
  void bind(const std::string& text) { bind(std::string_view(text)); }
  void bind(const char* text) { bind(std::string_view(text)); }
  template <typename Integer>
  requires std::integral<Integer>
  void bind(Integer number) { bind_integer(static_cast<std::int64_t>(number)); }
  void bind_integer(std::int64_t number);
  void check(int code) const;

  Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;
};

// BEGIN IMMEDIATE; rolled back unless committed. Not to be nested.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace ctgan::server::store
