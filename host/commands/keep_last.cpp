#include "host/commands/keep_last.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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
      ->group(group);
}

std::uint64_t keep_last(const std::string& text) {
  if (text.empty()) return 0;
  const std::uint64_t keep = command_line::whole_number(text, "--keep-last");
  if (keep == 0) throw Error(Kind::usage, "'--keep-last' takes a number from 1 on, not '0'");
  return keep;
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
