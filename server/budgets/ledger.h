// The privacy ledger of a store: what may be learnt of each dataset in all, by anybody, and what was spent of it.
//
//     Ledger ledger(store);
//     store::Transaction transaction(store.database());
//     ledger.debit({...});     // throws where it would be overspent
//     ...                      // whatever else belongs to the submission
//     ledger.seal();           // last: into the file, durably
//     transaction.commit();
//
// The entries stand twice: in the database, where they commit with the job that they are for, and before that in a file
// (ledger_file.h). What only the file has counts as spent: a process was killed between the two, and the next one takes
// it over. Where they differ by more than one step, or the file came of a copy, somebody restored something, and nothing
// can be entered until an administrator says what is to be believed: acknowledge().
//
// One object belongs to one thread; the store outlives it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/errors/error.h"
#include "server/budgets/balance.h"
#include "server/budgets/ledger_file.h"
#include "server/store/store.h"

namespace ctgan::server::budgets {

// As people give it.
struct Spending {
  double epsilon = 0, delta = 0;
};

// What one job costs.
struct Debit {
  std::string user, dataset;
  Spending spending;
  // The same, where more of it is known: delta-approximate zero-concentrated privacy.
  struct Concentrated {
    double rho = 0, delta = 0;
  };
  std::optional<Concentrated> concentrated;
  std::string job, table_sha256, method;
  std::string unit =
      {};  // the column of whose values each one's rows are protected together; empty: each row
};

// Who sets a budget.
struct Actor {
  std::string name;
  bool administrates = false;
  std::string
      since;  // store::utc_text() of when he was added: an owner of that name may have been another; empty: ever
};

struct Acknowledgement {
  // Which entries hold: those of the database, or those of a ledger file: the store's own, or one that survived.
  std::optional<std::filesystem::path> file;  // none: the database
  // What is left of every budget counts as spent, since nobody knows.
  bool spend_rest = false;
};

// From which on a budget is asked about twice: hardly anything is protected.
inline constexpr double k_large_epsilon = 20;

// Throw Error(usage) with the rule: a dataset has a name that a file may have, of at most 100 bytes; an epsilon is above
// 0 and at most 1e9, a delta from 0 to below 1.
void check_dataset(const std::string& name);
void check_spending(const Spending& spending);
void check_concentrated(const std::optional<Debit::Concentrated>& loss);
// Also for one above k_large_epsilon, unless it is meant.
void check_budget(const Spending& budget, bool really);

class Ledger {
 public:
  explicit Ledger(store::Store& store);
  // The budget that a dataset gets with its first debit; without one that is refused.
  void set_default(std::optional<Spending> budget, Accounting accounting = Accounting::basic) {
    default_ = budget;
    default_accounting_ = accounting;
  }

  // All of them, oldest first: those of the database, and what the file has beyond them.
  std::vector<Entry> entries();
  // Why nothing can be entered: entries that were changed, something that was restored. None where all is well.
  std::optional<errors::Error> trouble();

  // REQUIRE a transaction of the store's database, and seal() as its last step. They throw Error(configuration) where
  // there is trouble(); Error(permission) where the dataset has no budget or not enough of it, where its fits protected
  // another unit, and where somebody else owns it; Error(usage) as check_dataset() and check_spending().
  void debit(const Debit& debit);
  // Without an accounting the dataset keeps its own, a new one basic. Once something is spent another one is Error(usage):
  // it could be chosen by what came of that.
  void set_budget(const Actor& actor, const std::string& dataset, const Spending& budget,
                  std::optional<Accounting> accounting = {});
  void seal();

  // Database and file agree afterwards; the file as it was is kept beside it. Throws Error(usage) where there is nothing to
  // acknowledge, Error(bad_data) where that cannot be believed: its own chain is broken, or it lacks entries of the other
  // and `spend_rest` is not asked for.
  void acknowledge(const std::string& by, const Acknowledgement& acknowledgement);

 private:
  struct Sight;
  Sight look();
  void begin();
  void enter(Entry entry);
  void insert(const Entry& entry);
  std::vector<Entry> believed(const Acknowledgement& acknowledgement, const Sight& sight);
  void rewrite(const std::vector<Entry>& entries);

  store::Store& store_;
  LedgerFile file_;
  std::optional<Spending> default_;
  Accounting default_accounting_ = Accounting::basic;
  std::vector<Entry> entries_;  // between begin() and seal()
  std::vector<Entry> unsealed_;
};

// The file of a backup, with what its database has; it says that it is a copy, made `when`.
void write_backup(store::Database& database, const store::Layout& backup, const std::string& when);

}  // namespace ctgan::server::budgets
