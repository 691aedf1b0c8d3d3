#include "host/commands/keep_last.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ctime>
#include <map>

#include "common/command_line/whole_number.h"
#include "common/errors/error.h"
#include "common/files/names.h"

namespace ctgan::host::commands {
namespace {

using errors::Error;
using errors::Kind;
using session::Json;

// Behind the newest `keep`, of which `made` is one.
std::vector<std::string> older_than(const std::vector<StoredItem>& items, const std::string& made,
                                    std::uint64_t keep) {
  std::vector<std::string> older;
  std::uint64_t kept = 1;
  for (const StoredItem& item : items) {
    if (item.name == made || files::original_of(item.name) != files::original_of(made)) continue;
    if (++kept > keep) older.push_back(item.name);
  }
  return older;
}

}  // namespace

void add_keep_last_flag(CLI::App& app, std::string& text, const std::string& what, const std::string& group) {
  app.add_option("--keep-last", text,
                 fmt::format("afterwards delete the older {} of the same table on the server, but for the "
                             "newest N",
                             what))
      ->type_name("N")
      ->group(group);
}

std::uint64_t keep_last(const std::string& text) {
  if (text.empty()) return 0;
  const std::uint64_t keep = command_line::whole_number(text, "--keep-last");
  if (keep == 0) throw Error(Kind::usage, "'--keep-last' takes a number from 1 on, not '0'");
  return keep;
}

void add_prune_flags(CLI::App& app, PruneFlags& flags) {
  app.add_option("--keep-last", flags.keep_last, "the newest N of each table stay")->type_name("N");
  app.add_option("--older-than", flags.older_than, "only what is older than so many days goes")
      ->type_name("DAYS");
  app.add_flag("--dry-run", flags.dry_run, "only say what would go");
}

PruneLimits limits_of(const PruneFlags& flags) {
  if (flags.keep_last.empty() && flags.older_than.empty())
    throw Error(Kind::usage, "nothing says what is to go",
                "give '--keep-last N', '--older-than DAYS' or both");
  PruneLimits limits;
  limits.keep = keep_last(flags.keep_last);
  if (flags.older_than.empty()) return limits;
  constexpr std::uint64_t k_most_days = 100'000;
  constexpr std::int64_t k_day = 24 * 3600;
  const std::uint64_t days =
      std::min(command_line::whole_number(flags.older_than, "--older-than"), k_most_days);
  const std::time_t before = std::time(nullptr) - static_cast<std::int64_t>(days) * k_day;
  limits.made_before = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::max<std::time_t>(before, 0)));
  return limits;
}

std::vector<std::string> prunable(const std::vector<StoredItem>& items, const PruneLimits& limits) {
  std::vector<std::string> names;
  std::map<std::string, std::uint64_t> of_table;
  for (const StoredItem& item : items) {
    const bool kept = ++of_table[files::original_of(item.name).value_or(item.name)] <= limits.keep;
    if (!kept && (limits.made_before.empty() || item.created < limits.made_before))
      names.push_back(item.name);
  }
  return names;
}

Json delete_older(Connection& connection, Store store, const std::string& made, std::uint64_t keep,
                  progress::Progress& progress) {
  Json gone = Json::array();
  try {
    const std::vector<std::string> older = older_than(list_items(connection.session(), store), made, keep);
    if (older.empty()) return gone;
    progress.note("deleting", {{"names", older}},
                  fmt::format("Deleting what is older than the last {}: {}", keep, fmt::join(older, ", ")));
    for (const std::string& name : older) {
      connection.session().request(store_name(store) + ".delete", {{"name", name}});
      gone.push_back(name);
    }
  } catch (const Error& error) {
    throw Error(error.kind(),
                fmt::format("{} was made, but what is older was not all deleted: {}", errors::quoted(made),
                            error.sentence()),
                error.hint());
  }
  progress.note("deleted", {{"names", gone}}, fmt::format("Deleted {}", gone.size()));
  return gone;
}

}  // namespace ctgan::host::commands
