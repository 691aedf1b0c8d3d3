#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <functional>

#include "common/errors/error.h"
#include "server/accounts/authorized_keys.h"
#include "server/budgets/ledger.h"
#include "server/commands/doctor_checks.h"
#include "server/commands/leftovers.h"
#include "server/encryption/key_ring.h"
#include "server/store/at_rest.h"
#include "server/store/root.h"

namespace ctgan::server::commands {
namespace {

using accounts::authorized_lines;
using accounts::forced_key;
using accounts::ForcedKey;
using accounts::is_forced_to_serve;
using errors::Error;

Finding failed(std::string subject, const Error& error) {
  return {Level::error, std::move(subject), error.sentence(), error.hint()};
}

// What `look` finds, or what it throws.
void look_at(Findings& findings, const std::string& subject, const std::function<Finding()>& look) {
  try {
    findings.push_back(look());
  } catch (...) {
    findings.push_back(failed(subject, errors::describe(std::current_exception())));
  }
}

Finding root_finding(const store::Layout& layout) {
  store::check_root(layout);
  if (!store::is_initialised(layout)) {
    return {Level::error, "data root", fmt::format("there is no store at {}", layout.root().string()),
            "make one with 'ctgan-server init'"};
  }
  return {Level::ok, "data root", fmt::format("{} is ours and closed to others", layout.root().string()), ""};
}

Finding settings_finding(const store::Layout& layout) {
  const settings::Settings settings = settings::read_settings(layout.settings());
  return {Level::ok, "settings", settings.shared ? "a shared store" : "a personal store", ""};
}

std::string answer(store::Database& database, const char* question) {
  store::Statement query(database, question);
  return query.step() ? query.text(0) : "";
}

Finding key_file_finding(const store::Layout& layout) {
  const auto file = settings::read_settings(layout.settings()).encryption_key_file;
  const auto keys = encryption::KeyRing::read(file, layout.root()).all().size();
  return {Level::ok, "key file", fmt::format("{} has {} keys", file.string(), keys), ""};
}

Finding database_finding(const store::Layout& layout) {
  store::Store store(layout.root());
  const std::string check = answer(store.database(), "PRAGMA quick_check");
  if (check != "ok") {
    return {Level::error, "database", fmt::format("damaged: {}", check),
            "restore it from a backup, or move it away: models and tables are plain files, users must be "
            "added again"};
  }
  const std::string mode = answer(store.database(), "PRAGMA journal_mode");
  if (mode != "delete") {
    return {Level::error, "database", fmt::format("journal mode {}", mode),
            "end all other programs that have it open, then run this again"};
  }
  return {Level::ok, "database", "in order, rollback journal", ""};
}

Finding users_finding(const store::Layout& layout) {
  store::Store store(layout.root());
  const auto users = store.users().list();
  if (!users.empty()) return {Level::ok, "users", fmt::format("{} in all", users.size()), ""};
  const bool shared = settings::read_settings(layout.settings()).shared;
  if (!shared) return {Level::ok, "users", "none yet: the first connection makes the account's own", ""};
  return {Level::warning, "users", "there are none", "add one with 'ctgan-server user add NAME'"};
}

Finding encryption_finding(OpenStore& open) {
  const store::AtRest found = store::look_at_rest(open.store);
  const bool is_on = open.store.shelves().keys() != nullptr;
  if (found.unknown > 0) {
    return {Level::error, "encryption",
            fmt::format("{} files are encrypted with a key that is not known here", found.unknown),
            is_on ? "put the key back into " + open.settings.encryption_key_file.string()
                  : "name the file with their keys in settings.json, 'encryption_key_file'"};
  }
  if (!is_on) {
    return {Level::ok, "encryption", "off: models, reports and synthetic tables lie on the disk as they are",
            ""};
  }
  if (found.plain + found.older > 0) {
    return {Level::warning, "encryption",
            fmt::format("{} files are not encrypted, and {} with an older key", found.plain, found.older),
            "'ctgan-server encryption apply' encrypts them with the newest"};
  }
  return {
      Level::ok, "encryption",
      fmt::format("{} files with the key {}; not encrypted are uploaded tables until a job has read them, "
                  "checkpoints, names, what jobs said, and the audit log",
                  found.newest, encryption::to_hex(open.store.shelves().keys()->newest()->id)),
      ""};
}

// A store that came of a backup and never had a budget gives none back.
Finding budgets_finding(OpenStore& open) {
  budgets::Ledger ledger(open.store);
  const auto entries = ledger.entries();
  const auto trouble = ledger.trouble();
  if (trouble && !entries.empty())
    return {Level::error, "privacy ledger", trouble->sentence(), trouble->hint()};
  if (trouble) {
    return {Level::ok, "privacy ledger",
            fmt::format(
                "empty; before the first budget, 'ctgan-server budget acknowledge --believe database' has to "
                "say so: {}",
                trouble->sentence()),
            ""};
  }
  if (entries.empty()) return {Level::ok, "privacy ledger", "empty: no dataset has a budget", ""};
  return {Level::ok, "privacy ledger",
          fmt::format("{} entries of {} datasets, in order", entries.size(),
                      budgets::balances_of(entries).size()),
          ""};
}

void check_forced_key(Findings& findings, OpenStore& open, const ForcedKey& key) {
  if (access(key.program.c_str(), X_OK) != 0) {
    findings.push_back(
        {Level::error, "keys",
         fmt::format("a key runs {}, which cannot be executed", errors::quoted(key.program.string())),
         "write the line again with 'ctgan-server user authorize'"});
  }
  if (accounts::has_expired(key, accounts::local_minute(std::time(nullptr)))) {
    findings.push_back(
        {Level::warning, "keys",
         fmt::format("the key {} of {} has expired", key.fingerprint,
                     key.user.empty() ? "everybody with a password" : errors::quoted(key.user)),
         fmt::format("take it away with 'ctgan-server user revoke {}'", key.fingerprint)});
  }
  if (!key.user.empty() && !open.store.users().find(key.user)) {
    // Who is no user any more has left: the key is what is too much.
    findings.push_back({Level::warning, "keys",
                        fmt::format("a key belongs to {}, who is no user", errors::quoted(key.user)),
                        fmt::format("take it away with 'ctgan-server user revoke {}'", key.user)});
  }
}

}  // namespace

Findings check_store(const std::filesystem::path& root) {
  const store::Layout layout(root);
  Findings findings;
  look_at(findings, "data root", [&] { return root_finding(layout); });
  if (findings.back().level == Level::error) return findings;
  look_at(findings, "settings", [&] { return settings_finding(layout); });
  if (findings.back().level == Level::error) return findings;
  if (!settings::read_settings(layout.settings()).encryption_key_file.empty()) {
    look_at(findings, "key file", [&] { return key_file_finding(layout); });
    if (findings.back().level == Level::error) return findings;
  }
  look_at(findings, "database", [&] { return database_finding(layout); });
  if (findings.back().level == Level::error) return findings;
  look_at(findings, "users", [&] { return users_finding(layout); });
  return findings;
}

Findings check_leftovers(OpenStore& open) {
  Findings findings;
  look_at(findings, "leftovers", [&]() -> Finding {
    return {Level::ok, "leftovers", leftovers_text(reap_leftovers(open, jobs::Thoroughness::whole)), ""};
  });
  return findings;
}

Findings check_encryption(OpenStore& open) {
  Findings findings;
  look_at(findings, "encryption", [&] { return encryption_finding(open); });
  return findings;
}

Findings check_budgets(OpenStore& open) {
  Findings findings;
  look_at(findings, "privacy ledger", [&] { return budgets_finding(open); });
  return findings;
}

Findings check_audit(OpenStore& open) {
  Findings findings;
  look_at(findings, "audit log", [&]() -> Finding {
    audit::Trail trail = trail_of(open, typed_here());
    trail.note({"doctor", {}, {}});
    if (trail.trouble()) throw Error(*trail.trouble());
    return {Level::ok, "audit log", fmt::format("{} can be written", open.store.layout().audit().string()),
            ""};
  });
  return findings;
}

Findings check_keys(OpenStore& open, const std::filesystem::path& file) {
  if (!open.settings.shared)
    return {{Level::ok, "keys", "a personal store: the account's own keys let in its owner", ""}};
  Findings findings;
  look_at(findings, "keys", [&]() -> Finding {
    const auto lines = authorized_lines(file);
    const auto forced = std::count_if(lines.begin(), lines.end(), is_forced_to_serve);
    for (const std::string& line : lines) {
      if (const auto key = forced_key(line)) check_forced_key(findings, open, *key);
    }
    if (const auto open_doors = static_cast<std::ptrdiff_t>(lines.size()) - forced; open_doors > 0) {
      return {
          Level::error, "keys",
          fmt::format("{} of {} keys in {} may do more than run ctgan-server: they reach every user's data",
                      open_doors, lines.size(), file.string()),
          "write each line with 'ctgan-server user authorize'"};
    }
    if (forced == 0) {
      return {Level::warning, "keys", fmt::format("no key in {} lets anybody in", file.string()),
              "let one in with 'ctgan-server user authorize NAME --key FILE'"};
    }
    return {Level::ok, "keys", fmt::format("{}, each for ctgan-server only", forced), ""};
  });
  return findings;
}

}  // namespace ctgan::server::commands
