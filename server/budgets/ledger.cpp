#include "server/budgets/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/files/names.h"
#include "common/guarantees/zcdp.h"
#include "server/store/schema.h"

namespace ctgan::server::budgets {
namespace {

using errors::Error;
using errors::Kind;

// A debit may make its budget before.
constexpr std::size_t k_most_of_a_step = 2;

constexpr const char* k_remedy =
    "'ctgan-server budget acknowledge --help' says how an administrator says what is to be believed";

std::vector<Entry> rows_of(store::Database& database) {
  std::vector<Entry> entries;
  store::Statement query(database,
                         "SELECT seq, time, user, kind, dataset, epsilon, delta, rho, job, table_sha256, "
                         "method, note, previous, hash, accounting, rho_delta FROM privacy_ledger ORDER BY "
                         "seq");
  while (query.step()) {
    Entry& entry = entries.emplace_back();
    entry.seq = query.integer(0);
    int column = 0;
    // An unknown kind is one that was changed, which the note makes the hash say.
    const auto kind = kind_from_name(query.text(3));
    entry.kind = kind.value_or(EntryKind::acknowledge);
    for (std::string* text : {&entry.time, &entry.user}) *text = query.text(++column);
    ++column;
    for (std::string* text :
         {&entry.dataset, &entry.epsilon, &entry.delta, &entry.rho, &entry.job, &entry.table_sha256,
          &entry.method, &entry.note, &entry.previous, &entry.hash, &entry.accounting, &entry.rho_delta})
      *text = query.text(++column);
    if (!kind) entry.note += query.text(3);
  }
  return entries;
}

bool has_triggers(store::Database& database) {
  constexpr std::int64_t k_triggers = 3;
  store::Statement query(
      database, "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'privacy_ledger'");
  return query.step() && query.integer(0) == k_triggers;
}

bool begins_with(const std::vector<Entry>& entries, const std::vector<Entry>& beginning) {
  return entries.size() >= beginning.size() &&
         std::equal(beginning.begin(), beginning.end(), entries.begin(),
                    [](const Entry& a, const Entry& b) { return a.hash == b.hash; });
}

ConcentratedLoss concentrated_loss_of(const Debit& debit) {
  if (!debit.concentrated) return concentrated_of(debit.spending.epsilon, debit.spending.delta);
  return {amount_spent(debit.concentrated->rho), amount_spent(debit.concentrated->delta)};
}

Loss loss_of(const Spending& spending) {
  return {amount_spent(spending.epsilon), amount_spent(spending.delta)};
}

Loss budget_of(const Spending& budget) {
  return {amount_to_spend(budget.epsilon), amount_to_spend(budget.delta)};
}

std::string text_of(const Loss& loss) {
  return fmt::format("epsilon {} and delta {}", exact_text(loss.epsilon.at_most()),
                     exact_text(loss.delta.at_most()));
}

Error no_budget(const std::string& dataset) {
  return {Kind::permission,
          fmt::format("the dataset {} has no privacy budget, so nothing can be spent of it",
                      errors::quoted(dataset)),
          fmt::format("give it one: 'manage budget set {} --epsilon E --delta D'", dataset)};
}

// Of many digits, so that what is left and what is asked for are told apart.
std::string text_of(const ConcentratedLoss& loss) {
  return fmt::format("rho {:.6g} and delta {:.6g} beside", loss.rho.at_most(), loss.delta.at_most());
}

// What would suit, where anything would: the epsilon of a fit of that delta.
std::string smaller_fit(const ConcentratedLoss& rest, const Debit& debit) {
  const double beside = debit.concentrated ? debit.concentrated->delta : debit.spending.delta;
  const double delta = debit.spending.delta - beside;
  if (rest.rho == Amount() || rest.delta < amount_spent(beside)) return "ask for less";
  const double rho = rest.rho.at_most();
  const double epsilon = delta > 0 ? guarantees::zcdp_epsilon(rho, delta) : std::sqrt(2 * rho);
  const double last_digit = std::pow(10, std::floor(std::log10(epsilon)) - 2);
  return fmt::format("an epsilon of {:.3g} would do", std::floor(epsilon / last_digit) * last_digit);
}

Error overspent(const Balance& balance, const Debit& debit, const ConcentratedLoss& concentrated) {
  const std::string asked = fmt::format("epsilon {} and delta {}", exact_text(debit.spending.epsilon),
                                        exact_text(debit.spending.delta));
  const bool is_basic = balance.accounting == Accounting::basic;
  const std::string left = is_basic ? text_of(balance.left()) : text_of(balance.rest());
  const std::string needed = is_basic ? asked : fmt::format("{}, for {}", text_of(concentrated), asked);
  return {Kind::permission,
          fmt::format("the privacy budget of {} has {} left, and this needs {}",
                      errors::quoted(balance.dataset), left, needed),
          fmt::format("{}, or have {} or an administrator raise it: 'manage budget set {} --epsilon E "
                      "--delta D'",
                      is_basic ? "ask for less" : smaller_fit(balance.rest(), debit),
                      errors::quoted(balance.owner), balance.dataset)};
}

// As entries have it: nothing where the sums are basic.
std::string words_of(Accounting accounting) {
  return accounting == Accounting::basic ? std::string() : std::string(accounting_name(accounting));
}

void require_delta(const Spending& budget) {
  if (budget.delta > 0) return;
  throw Error(Kind::usage, "a budget that is counted concentrated needs a delta above 0",
              "half of it is for what rho means as epsilon: 1e-6");
}

std::string words_of_unit(const std::string& unit) {
  return unit.empty() ? "" : fmt::format("all rows of one {}", errors::quoted(unit));
}

// What is lost by a row, and what by a person with several, cannot be added up.
void require_unit(std::span<const Entry> entries, const Debit& debit) {
  const std::string unit = words_of_unit(debit.unit);
  const auto shown = [](const std::string& words) { return words.empty() ? std::string("each row") : words; };
  for (const Entry& entry : entries) {
    const bool is_fit = entry.kind == EntryKind::debit && !entry.job.empty();
    if (!is_fit || entry.dataset != debit.dataset || entry.note == unit) continue;
    throw Error(Kind::permission,
                fmt::format("the privacy budget of {} protects {}, and this fit {}: they do not add up",
                            errors::quoted(debit.dataset), shown(entry.note), shown(unit)),
                "fit by the same '--privacy-unit', or give these a budget of their own: '--dataset NAME'");
  }
}

void put_aside(const std::filesystem::path& file, const std::string& now) {
  std::error_code failed;
  const std::string copy = file.string() + "." + now;
  std::filesystem::copy_file(file, copy, std::filesystem::copy_options::overwrite_existing, failed);
  if (failed) throw errors::from_errno(failed.value(), "copy", file.string());
}

// Why the two are not one ledger any more; none where the file has at most one step more than the database.
std::optional<Error> difference(const std::vector<Entry>& rows, const LedgerContent& content,
                                const std::string& file) {
  if (rows.empty() && !content.exists) return std::nullopt;
  const auto of = [](std::string sentence) {
    return Error(Kind::configuration, std::move(sentence), k_remedy);
  };
  if (content.copy) {
    return of(fmt::format(
        "{} is not the file that was written, but {}: what was spent of privacy since is not in it", file,
        *content.copy == "copied" ? "a copy of it" : *content.copy));
  }
  if (!begins_with(content.entries, rows)) {
    return of(
        begins_with(rows, content.entries)
            ? fmt::format(
                  "{} has {} entries of the privacy ledger, and the database {}: it was restored or deleted",
                  file, content.entries.size(), rows.size())
            : fmt::format("{} and the database have different entries of the privacy ledger", file));
  }
  if (auto broken = check_chain(content.entries)) return of(fmt::format("{}: {}", file, broken->sentence()));
  if (content.entries.size() - rows.size() <= k_most_of_a_step) return std::nullopt;
  return of(fmt::format(
      "the database is older than the privacy ledger: it has {} entries, and {} has {}; it was restored",
      rows.size(), file, content.entries.size()));
}

}  // namespace

struct Ledger::Sight {
  std::vector<Entry> rows;     // of the database
  std::vector<Entry> pending;  // what the file has beyond them
  bool has_file = false;
  std::optional<Error> trouble;
};

void check_dataset(const std::string& name) {
  constexpr std::size_t k_most_bytes = 100;
  if (files::is_safe_name(name) && name.size() <= k_most_bytes) return;
  throw Error(Kind::usage, fmt::format("{} cannot be the name of a dataset", errors::quoted(name)),
              "up to 100 bytes without '/' or control characters, and no '.' or '-' at the beginning");
}

void check_spending(const Spending& spending) {
  constexpr double k_most = 1e9;
  if (!(spending.epsilon > 0 && spending.epsilon <= k_most)) {
    throw Error(
        Kind::usage,
        fmt::format("epsilon must be above 0 and at most {:.0f}, but is {}", k_most, spending.epsilon),
        "1 protects well, 10 hardly");
  }
  if (spending.delta >= 0 && spending.delta < 1) return;
  throw Error(Kind::usage, fmt::format("delta must be at least 0 and below 1, but is {}", spending.delta),
              "it is well below one over the number of rows: 1e-6; 0 where no method needs one");
}

void check_concentrated(const std::optional<Debit::Concentrated>& loss) {
  if (!loss || (std::isfinite(loss->rho) && loss->rho > 0 && loss->delta >= 0 && loss->delta < 1)) return;
  throw Error(Kind::usage,
              fmt::format("rho must be above 0 and its delta from 0 to below 1, but they are {} and {}",
                          loss->rho, loss->delta));
}

void check_budget(const Spending& budget, bool really) {
  check_spending(budget);
  if (budget.epsilon <= k_large_epsilon || really) return;
  throw Error(Kind::usage,
              fmt::format("a budget of epsilon {} protects hardly anything", exact_text(budget.epsilon)),
              fmt::format("'--really' sets one above {}", k_large_epsilon));
}

Ledger::Ledger(store::Store& store) : store_(store), file_(store.layout().privacy_ledger()) {}

Ledger::Sight Ledger::look() {
  Sight sight;
  sight.rows = rows_of(store_.database());
  try {
    const LedgerContent content = file_.read();
    sight.has_file = content.exists;
    sight.trouble = difference(sight.rows, content, errors::quoted(file_.path().string()));
    if (begins_with(content.entries, sight.rows) && !check_chain(content.entries)) {
      sight.pending.assign(content.entries.begin() + static_cast<std::ptrdiff_t>(sight.rows.size()),
                           content.entries.end());
    }
  } catch (const Error& error) {
    if (error.kind() != Kind::bad_data) throw;
    sight.has_file = true;
    sight.trouble = Error(Kind::configuration, error.sentence(), k_remedy);
  }
  if (auto broken = check_chain(sight.rows))
    sight.trouble = Error(Kind::configuration, broken->sentence() + " in the database", k_remedy);
  if (!sight.trouble && !has_triggers(store_.database())) {
    sight.trouble = Error(
        Kind::configuration,
        "the triggers are gone by which the database keeps the entries of the privacy ledger", k_remedy);
  }
  return sight;
}

std::vector<Entry> Ledger::entries() {
  Sight sight = look();
  std::move(sight.pending.begin(), sight.pending.end(), std::back_inserter(sight.rows));
  return std::move(sight.rows);
}

// Within a transaction, so that nobody writes between the two looks.
std::optional<Error> Ledger::trouble() {
  const store::Transaction transaction(store_.database());
  return look().trouble;
}

void Ledger::begin() {
  Sight sight = look();
  if (sight.trouble) throw Error(*sight.trouble);
  entries_ = std::move(sight.rows);
  unsealed_.clear();
  for (const Entry& entry : sight.pending) {
    insert(entry);
    entries_.push_back(entry);
  }
}

void Ledger::insert(const Entry& entry) {
  store::Statement(store_.database(),
                   "INSERT INTO privacy_ledger VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   entry.seq, entry.time, entry.user, kind_name(entry.kind), entry.dataset, entry.epsilon,
                   entry.delta, entry.rho, entry.job, entry.table_sha256, entry.method, entry.note,
                   entry.previous, entry.hash, entry.accounting, entry.rho_delta)
      .run();
}

void Ledger::enter(Entry entry) {
  entry.seq = static_cast<std::int64_t>(entries_.size()) + 1;
  entry.time = store::utc_text(store_.clock()());
  entry.previous = entries_.empty() ? std::string(k_no_hash) : entries_.back().hash;
  entry.hash = hash_of(entry);
  insert(entry);
  entries_.push_back(entry);
  unsealed_.push_back(std::move(entry));
}

void Ledger::debit(const Debit& debit) {
  check_dataset(debit.dataset);
  check_spending(debit.spending);
  check_concentrated(debit.concentrated);
  begin();
  Balance balance = balance_of(entries_, debit.dataset)
                        .value_or(Balance{debit.dataset, debit.user, {}, {}, {}, 0, {}, {}, {}});
  const bool by_default = !balance.budget && default_;
  if (by_default) {
    balance.budget = budget_of(*default_);
    balance.accounting = default_accounting_;
  }
  if (!balance.budget) throw no_budget(debit.dataset);
  require_unit(entries_, debit);
  const ConcentratedLoss concentrated = concentrated_loss_of(debit);
  if (!balance.affords(loss_of(debit.spending), concentrated)) throw overspent(balance, debit, concentrated);
  Entry entry;
  entry.user = debit.user;
  entry.dataset = debit.dataset;
  if (by_default) {
    entry.epsilon = exact_text(default_->epsilon);
    entry.delta = exact_text(default_->delta);
    entry.note = "by default";
    entry.accounting = words_of(default_accounting_);
    enter(entry);
    entry.note.clear();
    entry.accounting.clear();
  }
  entry.kind = EntryKind::debit;
  entry.epsilon = exact_text(debit.spending.epsilon);
  entry.delta = exact_text(debit.spending.delta);
  if (debit.concentrated) {
    entry.rho = exact_text(debit.concentrated->rho);
    if (debit.concentrated->delta > 0) entry.rho_delta = exact_text(debit.concentrated->delta);
  }
  entry.job = debit.job;
  entry.table_sha256 = debit.table_sha256;
  entry.method = debit.method;
  entry.note = words_of_unit(debit.unit);
  enter(std::move(entry));
}

void Ledger::set_budget(const Actor& actor, const std::string& dataset, const Spending& budget,
                        std::optional<Accounting> accounting) {
  check_dataset(dataset);
  check_spending(budget);
  begin();
  const auto balance = balance_of(entries_, dataset);
  const bool owns = balance && balance->owner == actor.name && actor.since <= balance->since;
  if (balance && !owns && !actor.administrates) {
    throw Error(
        Kind::permission,
        fmt::format("the dataset {} belongs to {}", errors::quoted(dataset), errors::quoted(balance->owner)),
        "its owner or an administrator sets its budget");
  }
  const Accounting before = balance ? balance->accounting : Accounting::basic;
  const Accounting after = accounting.value_or(before);
  const bool is_spent = balance && !(balance->spent.epsilon == Amount() && balance->spent.delta == Amount());
  if (is_spent && after != before) {
    throw Error(Kind::usage,
                fmt::format("something of the privacy budget of {} is spent, and its accounting is {}",
                            errors::quoted(dataset), accounting_name(before)),
                "another could be chosen by what came of that: it is fixed before the first fit");
  }
  if (after == Accounting::concentrated) require_delta(budget);
  Entry entry;
  entry.user = actor.name;
  entry.kind = EntryKind::set;
  entry.dataset = dataset;
  entry.epsilon = exact_text(budget.epsilon);
  entry.delta = exact_text(budget.delta);
  entry.accounting = words_of(after);
  enter(std::move(entry));
}

void Ledger::seal() {
  if (unsealed_.empty()) return;
  failpoints::failpoint("ledger: neither has the entries");
  file_.append(unsealed_);
  unsealed_.clear();
}

std::vector<Entry> Ledger::believed(const Acknowledgement& acknowledgement, const Sight& sight) {
  if (!acknowledgement.file) {
    if (auto broken = check_chain(sight.rows))
      throw Error(Kind::bad_data, broken->sentence() + " in the database",
                  "believe the ledger's file, or one that survived elsewhere");
    return sight.rows;
  }
  const std::string name = errors::quoted(acknowledgement.file->string());
  const LedgerContent content = LedgerFile(*acknowledgement.file).read();
  if (!content.exists) throw Error(Kind::no_input, fmt::format("there is no privacy ledger in {}", name));
  if (auto broken = check_chain(content.entries))
    throw Error(Kind::bad_data, fmt::format("{}: {}", name, broken->sentence()), "believe another one");
  // What a broken chain says is worth nothing but its number of entries.
  const bool keeps_all = check_chain(sight.rows) ? content.entries.size() >= sight.rows.size()
                                                 : begins_with(content.entries, sight.rows);
  if (!keeps_all && !acknowledgement.spend_rest) {
    throw Error(
        Kind::bad_data,
        fmt::format("{} lacks entries that the database has: believing it would give budget back", name),
        "believe the database, or add '--spend-rest'");
  }
  return content.entries;
}

// By a table made anew: the triggers of this one let nothing be changed.
void Ledger::rewrite(const std::vector<Entry>& entries) {
  store_.database().execute("DROP TABLE privacy_ledger");
  store_.database().execute(store::privacy_ledger_steps());
  for (const Entry& entry : entries) insert(entry);
}

void Ledger::acknowledge(const std::string& by, const Acknowledgement& acknowledgement) {
  store::Transaction transaction(store_.database());
  const Sight sight = look();
  entries_ = believed(acknowledgement, sight);
  unsealed_.clear();
  if (!sight.trouble && begins_with(sight.rows, entries_)) {
    throw Error(Kind::usage,
                "there is nothing to acknowledge: the database and the privacy ledger's file agree");
  }
  const std::string now = store::utc_text(store_.clock()());
  if (sight.has_file) put_aside(file_.path(), now);
  rewrite(entries_);
  Entry entry;
  entry.user = by;
  entry.kind = EntryKind::acknowledge;
  entry.note = fmt::format("believed: {}{}; before: {}",
                           acknowledgement.file ? acknowledgement.file->string() : "the database",
                           acknowledgement.spend_rest ? ", and what was left counts as spent" : "",
                           sight.trouble ? sight.trouble->sentence() : "they agreed");
  enter(entry);
  entry.kind = EntryKind::debit;
  entry.note = "counted as spent, since nobody knows";
  for (const Balance& balance : balances_of(entries_)) {
    const Loss left = balance.left();
    if (!acknowledgement.spend_rest || (left.epsilon == Amount() && left.delta == Amount())) continue;
    entry.dataset = balance.dataset;
    entry.epsilon = left.epsilon.text();
    entry.delta = left.delta.text();
    const bool is_basic = balance.accounting == Accounting::basic;
    entry.rho = is_basic ? "" : balance.rest().rho.text();
    entry.rho_delta = is_basic ? "" : balance.rest().delta.text();
    enter(entry);
  }
  file_.replace(entries_);
  transaction.commit();
  unsealed_.clear();
}

void write_backup(store::Database& database, const store::Layout& backup, const std::string& when) {
  LedgerFile(backup.privacy_ledger()).write_backup(rows_of(database), when);
}

}  // namespace ctgan::server::budgets
