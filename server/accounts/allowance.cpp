#include "server/accounts/allowance.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include "common/joins/party_name.h"
#include "common/options/guarantee.h"
#include "common/table/declared_metadata.h"
#include "common/table_formats/file_request.h"
#include "server/budgets/ledger.h"
#include "server/synth/paid_domains/paid_domains.h"

namespace ctgan::server::accounts {
namespace {

using errors::Error;
using errors::Kind;
using store::Limit;

std::uint64_t of_everybody(const settings::Limits& limits, Limit limit) {
  switch (limit) {
    case Limit::bytes:
      return limits.stored_bytes_of_user;
    case Limit::models:
      return limits.models_of_user;
    case Limit::running:
      return limits.running_jobs_of_user;
    case Limit::queued:
      return limits.queued_jobs_of_user;
    case Limit::rows:
      return limits.sample_rows;
    case Limit::minutes:
      return limits.job_minutes;
    case Limit::threads:
      break;
  }
  return limits.job_threads;
}

std::uint64_t added(std::uint64_t a, std::uint64_t b) {
  return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

void add_table(const std::filesystem::path& path, ShelfUse& use) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0 || status.st_size == 0) return;
  ++use.files;
  use.bytes = added(use.bytes, static_cast<std::uint64_t>(status.st_size));
}

void check_bytes(const std::string& user, const Allowance& allowed, std::uint64_t used, std::uint64_t more) {
  const std::uint64_t most = allowed.of(Limit::bytes);
  if (used < most && more <= most - used) return;
  throw over_limit(Kind::permission, Limit::bytes, user, used, most);
}

std::vector<table::ColumnMetadata> declared(const table_formats::FileRequest& wanted,
                                            const std::string& but) {
  std::vector<std::string> names;
  for (const auto& [name, column] : wanted.columns) {
    const bool is_dropped = std::find(wanted.drop.begin(), wanted.drop.end(), name) != wanted.drop.end();
    if (!is_dropped && name != but) names.push_back(name);
  }
  return table::declared_metadata(names, wanted).columns;
}

// What the columns of its table were declared as; of several parties those of the joined one, and none while one of them
// has not given its own.
table::Metadata declared_columns(const jobs::JobRequest& request) {
  table::Metadata metadata;
  if (request.parties.empty())
    metadata.columns = declared(table_formats::file_request_from_json(request.table), "");
  for (const jobs::PartyRequest& party : request.parties) {
    const table_formats::FileRequest wanted = table_formats::file_request_from_json(party.table);
    if (wanted.columns.empty()) return {};
    for (table::ColumnMetadata& column : declared(wanted, request.join)) {
      column.name = joins::joined_column(party.name, column.name);
      metadata.columns.push_back(std::move(column));
    }
  }
  return metadata;
}

// Options that name columns of the join, which only now are known. What there is is not said: parties do not see each
// other's columns before there is a model.
void check_joined_columns(const jobs::JobRequest& request, const table::Metadata& joined) {
  const options::Method& method = options::find_method(request.method);
  try {
    options::check_columns(method, options::check(method, request.options), joined.names(),
                           table::has_paid_domains(joined));
  } catch (const Error& error) {
    throw Error(Kind::usage, error.sentence(),
                "columns are called as their party and a '_' before them: submit the fit again with 'fit'");
  }
}

jobs::JobBook::Seal debit_privacy(store::Store& store,
                                  const std::optional<settings::PrivacyDefault>& by_default,
                                  const jobs::JobRequest& request, const std::string& job) {
  if (!request.privacy) {
    if (options::find_method(request.method).is_private && request.kind == jobs::JobKind::fit)
      throw Error(Kind::bad_data, "a private fit that names no dataset whose budget it spends",
                  "submit it anew with 'fit'");
    return {};
  }
  const jobs::PrivacyCost& cost = *request.privacy;
  const table::Metadata columns = declared_columns(request);
  if (!request.parties.empty() && !columns.columns.empty()) check_joined_columns(request, columns);
  std::optional<budgets::Debit::Concentrated> concentrated;
  if (!options::find_method(request.method).counts_by_renyi) {
    const auto loss = synth::paid_domains::concentrated_cost(columns, cost.epsilon, cost.delta);
    concentrated = {loss.rho, loss.delta};
  }
  const auto ledger = std::make_shared<budgets::Ledger>(store);
  if (by_default)
    ledger->set_default(
        budgets::Spending{by_default->epsilon, by_default->delta},
        budgets::accounting_from_name(by_default->accounting).value_or(budgets::Accounting::basic));
  ledger->debit({request.user,
                 cost.dataset,
                 {cost.epsilon, cost.delta},
                 concentrated,
                 job,
                 request.table_sha256,
                 request.method,
                 cost.unit});
  return [ledger] { ledger->seal(); };
}

}  // namespace

void check_budget(store::Store& store, const settings::Settings& settings, const jobs::JobRequest& request) {
  // Of what is debited nothing stays: it is neither sealed nor committed.
  const store::Transaction transaction(store.database());
  debit_privacy(store, settings.privacy, request, "");
}

Allowance allowance_of(store::Users& users, const settings::Limits& limits, const std::string& user) {
  Allowance allowed;
  allowed.own = users.own_limits(user);
  for (const store::LimitRow& row : store::limit_table()) {
    const auto own = allowed.own.find(row.limit);
    allowed.values[static_cast<std::size_t>(row.limit)] =
        own == allowed.own.end() ? of_everybody(limits, row.limit) : own->second;
  }
  return allowed;
}

std::uint64_t Use::bytes() const {
  return std::accumulate(shelves.begin(), shelves.end(), added(inbox.bytes, jobs.bytes),
                         [](std::uint64_t sum, const ShelfUse& shelf) { return added(sum, shelf.bytes); });
}

Use use_of(store::Store& store, const std::string& user) {
  Use use;
  for (const store::Shelf shelf : store::k_all_shelves) {
    ShelfUse& of_shelf = use.shelves[static_cast<std::size_t>(shelf)];
    for (const store::Artifact& artifact : store.shelves().list(shelf, user)) {
      ++of_shelf.files;
      of_shelf.bytes += artifact.bytes;
    }
  }
  for (const store::Upload& upload : store.uploads().list(user)) {
    ++use.inbox.files;
    use.inbox.bytes = added(use.inbox.bytes, upload.bytes);
  }
  for (const store::Job& job : store.jobs().unfinished()) {
    if (job.user != user) continue;
    ++(store::has_worker(job.state) ? use.running : use.queued);
    // What comes of a fit of several parties is theirs, and so is what they gave for it.
    if (job.kind == store::JobKind::fit && store.parties().of_job(job.id).empty()) ++use.fits;
    add_table(store.layout().job(job.id) / store::k_table_file, use.jobs);
  }
  for (const store::Party& party : store.parties().unfinished_of(user)) {
    ++use.fits;
    add_table(store.layout().job(party.job) / jobs::party_file(static_cast<std::size_t>(party.place)),
              use.jobs);
  }
  return use;
}

Error over_limit(Kind kind, Limit limit, const std::string& user, std::uint64_t used, std::uint64_t most) {
  const store::LimitRow& row = store::row_of(limit);
  return {kind, fmt::format("{} may have {} {}, and has {}", errors::quoted(user), most, row.meaning, used),
          fmt::format(
              "free some, or ask an administrator: 'manage users limit {} --{} N', or '{}' in settings.json",
              user, row.name, row.setting)};
}

void check_upload(store::Store& store, const settings::Limits& limits, const std::string& user,
                  std::uint64_t bytes) {
  check_bytes(user, allowance_of(store.users(), limits, user), use_of(store, user).bytes(), bytes);
}

void check_submission(store::Store& store, const settings::Limits& limits, const jobs::JobRequest& request) {
  const std::string& user = request.user;
  store.users().require_unlocked(user);
  const Allowance allowed = allowance_of(store.users(), limits, user);
  const Use use = use_of(store, user);
  // What may run does not wait for long: jobs that run and wait are counted together, so that it does not matter how
  // far the queue has got.
  const std::uint64_t open = use.running + use.queued;
  if (open >= added(allowed.of(Limit::running), allowed.of(Limit::queued))) {
    throw Error(
        Kind::try_again,
        fmt::format("{} may have {} jobs that run and {} that wait, and has {}", errors::quoted(user),
                    allowed.of(Limit::running), allowed.of(Limit::queued), open),
        fmt::format(
            "wait for one to end, or ask an administrator: 'manage users limit {} --queued N', or '{}' "
            "in settings.json",
            user, store::row_of(Limit::queued).setting));
  }
  // The table that a job takes is in the inbox until then, and counted already.
  check_bytes(user, allowed, use.bytes(), 0);
  const std::uint64_t models = use.of(store::Shelf::models).files + use.fits;
  if (request.kind == jobs::JobKind::fit && request.parties.empty() && models >= allowed.of(Limit::models))
    throw over_limit(Kind::permission, Limit::models, user, models, allowed.of(Limit::models));
}

void check_party(store::Store& store, const settings::Limits& limits, const std::string& user) {
  const Allowance allowed = allowance_of(store.users(), limits, user);
  const Use use = use_of(store, user);
  // The fit itself is among them.
  const std::uint64_t models = use.of(store::Shelf::models).files + use.fits;
  if (models > allowed.of(Limit::models))
    throw over_limit(Kind::permission, Limit::models, user, models - 1, allowed.of(Limit::models));
}

void bound_uploads(store::Store& store, const settings::Settings& settings) {
  store.uploads().set_admission([&store, &settings](const std::string& user, std::uint64_t bytes) {
    check_upload(store, settings.limits, user, bytes);
  });
}

void bound_jobs(jobs::JobBook& book, store::Store& store, const settings::Settings& settings) {
  book.set_admission([&store, &settings](const jobs::JobRequest& request) {
    check_submission(store, settings.limits, request);
  });
  book.set_charge([&store, &settings](const jobs::JobRequest& request, const std::string& job) {
    return debit_privacy(store, settings.privacy, request, job);
  });
  book.set_running_limit([&store, &settings](const std::string& user) {
    const auto found = store.users().find(user);
    // The jobs of somebody who is locked wait until he is let in again.
    if (!found || found->locked != 0) return std::uint64_t{0};
    return allowance_of(store.users(), settings.limits, user).of(Limit::running);
  });
}

jobs::JobLimits job_limits(const Allowance& allowance) {
  return {allowance.of(Limit::minutes), allowance.of(Limit::rows), allowance.of(Limit::threads)};
}

}  // namespace ctgan::server::accounts
