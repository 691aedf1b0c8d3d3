// A backup is a store: what comes of it can be looked at, and put in the place of the one that was lost. It is taken
// while connections and jobs go on. Of the privacy ledger it says that it is a copy (server/budgets).
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <vector>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "server/budgets/ledger.h"
#include "server/commands/commands.h"
#include "server/commands/open_store.h"
#include "server/store/root.h"

namespace ctgan::server::commands {
namespace {

namespace fs = std::filesystem;
using errors::Error;
using errors::Kind;

// What tells a job's story; never its table, nor what it was about to make.
constexpr std::array<std::string_view, 5> k_story{"request.json", "events.jsonl", "status.json",
                                                  "runner.json", "log"};

// One that is deleted meanwhile is none.
bool copy_whole(const fs::path& from, const fs::path& to) {
  std::error_code failed;
  fs::copy_file(from, to, failed);
  if (failed == std::errc::no_such_file_or_directory && !fs::exists(from)) return false;
  if (failed) throw errors::from_errno(failed.value(), "copy", from.string());
  fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
  // By it retention counts the days, and lists are ordered.
  const auto made = fs::last_write_time(from, failed);
  if (!failed) fs::last_write_time(to, made, failed);
  const files::FileHandle copy(::open(to.c_str(), O_RDONLY | O_CLOEXEC));
  if (!copy || fsync(copy.get()) != 0) throw errors::from_errno(errno, "write", to.string());
  return true;
}

// Models first: what belongs to one was published before it, so that none is copied without its sidecar.
std::vector<fs::path> in_order(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code nothing;
  for (const auto& entry : fs::directory_iterator(folder, nothing))
    if (entry.is_regular_file(nothing)) files.push_back(entry.path());
  std::stable_partition(files.begin(), files.end(),
                        [](const fs::path& file) { return file.string().ends_with("_model.gz"); });
  return files;
}

std::size_t copy_folder(const fs::path& from, const fs::path& to) {
  files::make_private_folder(to);
  std::size_t count = 0;
  for (const fs::path& file : in_order(from)) count += copy_whole(file, to / file.filename()) ? 1 : 0;
  files::sync_folder(to);
  return count;
}

std::size_t copy_shelves(store::Store& store, const store::Layout& to) {
  std::size_t count = 0;
  for (const store::User& user : store.users().list()) {
    for (const store::Shelf shelf : {store::Shelf::models, store::Shelf::reports, store::Shelf::data})
      count += copy_folder(store.layout().shelf(shelf, user.name), to.shelf(shelf, user.name));
  }
  return count;
}

void copy_stories(const store::Layout& from, const store::Layout& to) {
  std::error_code nothing;
  for (const auto& entry : fs::directory_iterator(from.jobs(), nothing)) {
    const fs::path folder = to.jobs() / entry.path().filename();
    files::make_private_folder(folder);
    for (const std::string_view name : k_story) copy_whole(entry.path() / name, folder / name);
  }
}

// As of one moment, whoever writes meanwhile.
void copy_database(store::Store& store, const store::Layout& to) {
  store::Statement(store.database(), "VACUUM INTO ?", to.database().string()).run();
  fs::permissions(to.database(), fs::perms::owner_read | fs::perms::owner_write);
}

// What is spent after this is not in it, so that it must not be spent from without a word.
void mark_ledger(const store::Store& store, const store::Layout& to) {
  store::Database database(to.database());
  budgets::write_backup(database, to, store::utc_text(store.clock()()));
}

}  // namespace

Outcome backup(const fs::path& root, const fs::path& folder) {
  if (fs::exists(folder)) {
    throw Error(Kind::cannot_create, fmt::format("{} exists already", errors::quoted(folder.string())),
                "name a folder that does not exist yet");
  }
  OpenStore open(root);
  const store::Layout to(fs::absolute(folder));
  const fs::path within = fs::weakly_canonical(to.root()).lexically_relative(fs::weakly_canonical(root));
  if (!within.empty() && *within.begin() != "..") {
    throw Error(Kind::cannot_create,
                fmt::format("{} is in the store itself", errors::quoted(folder.string())),
                "name a folder outside, on another disk where there is one");
  }
  // Rows before files: a file without a row is known by its folder, a row without a file would be a loss.
  store::make_folders(to);
  copy_database(open.store, to);
  mark_ledger(open.store, to);
  const std::size_t count = copy_shelves(open.store, to);
  copy_stories(open.store.layout(), to);
  for (const fs::path& log : in_order(root))
    if (log.filename().string().starts_with("audit.jsonl")) copy_whole(log, to.root() / log.filename());
  // Last, since it is what says that this is a store.
  copy_whole(open.store.layout().settings(), to.settings());
  files::sync_folder(to.root());
  std::string text = fmt::format("{}: {} files; 'ctgan-server --root {} doctor' looks at it\n",
                                 folder.string(), count, to.root().string());
  if (const auto& keys = open.settings.encryption_key_file; !keys.empty())
    text += fmt::format("without {}, by which alone they can be read: keep a copy of that elsewhere\n",
                        keys.string());
  return {text};
}

}  // namespace ctgan::server::commands
