// The entries of the privacy ledger, and the chain that they are: each holds the hash of the one before it, so that
// none can be changed, taken out or put in between unnoticed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/errors/error.h"

namespace ctgan::server::budgets {

enum class EntryKind : std::uint8_t {
  set,          // the dataset's budget is epsilon and delta from here on
  debit,        // epsilon and delta are spent
  acknowledge,  // an administrator said what is to be believed, after database and file had come apart
};

// By what rule the losses of a dataset's fits are added up (balance.h).
enum class Accounting : std::uint8_t { basic, concentrated };

std::string_view accounting_name(Accounting accounting);
// Empty for an unknown name.
std::optional<Accounting> accounting_from_name(std::string_view name);
// Throws Error(usage) for one.
Accounting require_accounting(std::string_view name);

std::string_view kind_name(EntryKind kind);
// Empty for an unknown name.
std::optional<EntryKind> kind_from_name(std::string_view name);

struct Entry {
  std::int64_t seq = 0;  // 1, 2, ...
  std::string time;      // store::utc_text()
  std::string user;      // of the store; "os:ctgan": who typed a command on the server
  EntryKind kind = EntryKind::set;
  std::string dataset;         // empty where it is about all of them
  std::string epsilon, delta;  // Amount's texts
  std::string accounting;      // of a budget whose losses are not added up basically
  // Of a debit that knows it: the same loss as delta-approximate zero-concentrated privacy, with its delta if there is one
  std::string rho, rho_delta;
  std::string job;
  std::string table_sha256;  // evidence: what was fitted
  std::string method;
  std::string
      note;  // in words, where something is to be said: of a fit, whom it protects, unless each row by itself
  std::string previous;  // the hash of the entry before; of the first: zeros
  std::string hash;
};

// What stands before the first.
inline constexpr std::string_view k_no_hash =
    "0000000000000000000000000000000000000000000000000000000000000000";

// SHA-256 of all fields but itself, as a JSON object with the keys in this order and every value but `seq` a text; without
// `accounting` and `rho_delta` where these are empty, as all entries were before there were such.
std::string hash_of(const Entry& entry);
// That object with the hash behind it, and the line's end. Throws Error(usage) for what is not UTF-8.
std::string line_of(const Entry& entry);
// Empty for what is no such line.
std::optional<Entry> entry_of_line(std::string_view line);

// The first entry that was changed, or does not follow the one before it; none where all do.
std::optional<errors::Error> check_chain(std::span<const Entry> entries);

}  // namespace ctgan::server::budgets
