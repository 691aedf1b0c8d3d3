// The ledger once more, outside of the database: privacy_ledger.jsonl beside the audit log (0600), an entry a line, only
// ever appended to, and forced to the disk before the database commits. By it an older database is noticed, which would
// give spent budget back.
//
//     {"ledger":1,"made_as":"81723:1795000000.123456789"}
//     {"seq":1,"time":"2026-11-21T07:45:00Z","user":"alice","kind":"set","dataset":"people",...,"hash":"9f0c..."}
//
// The first line says which file this is: its inode and when it was made. A file that came of a copy, a backup of the
// whole store included, is another one and says so.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "server/budgets/entry.h"

namespace ctgan::server::budgets {

struct LedgerContent {
  bool exists = false;
  std::vector<Entry> entries;
  // Where this is another file than the one that was written: what it says of itself, "copied" or "a backup of ...".
  std::optional<std::string> copy;
  std::uint64_t whole_bytes = 0;  // up to the end of the last whole line
};

// Whoever writes holds the write lock of the store's database.
class LedgerFile {
 public:
  explicit LedgerFile(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const { return path_; }
  // What a killed process left of a last line does not count: nothing was committed by it. Throws Error(bad_data) for a
  // line that is no entry, errors::from_errno.
  LedgerContent read() const;
  // Durable when it returns; all or none of them, unless the disk breaks. Makes the file. Throws errors::from_errno.
  void append(std::span<const Entry> entries) const;
  // The file made anew with these. Throws errors::from_errno.
  void replace(std::span<const Entry> entries) const;
  // One in a backup, `when` in words: where it is used as a ledger it has to be acknowledged.
  void write_backup(std::span<const Entry> entries, const std::string& when) const;

 private:
  void write_anew(std::span<const Entry> entries, const std::optional<std::string>& origin) const;

  std::filesystem::path path_;
};

}  // namespace ctgan::server::budgets
