#include "server/store/uploads.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "common/secrets/secret.h"
#include "server/store/discard.h"

namespace ctgan::server::store {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::int64_t k_kept_seconds = 24 * 3600;
// A connection whose other end has vanished may take hours to notice; whoever comes again goes on after this.
constexpr std::int64_t k_silent_seconds = 120;
constexpr std::size_t k_id_bytes = 16;
constexpr std::string_view k_columns =
    "SELECT id, user, name, bytes, sha256, complete, owner, fleeting, touched FROM uploads";

Upload upload_of(const Statement& row) {
  return {row.text(0),   row.text(1),         row.text(2), static_cast<std::uint64_t>(row.integer(3)),
          row.text(4),   row.integer(5) != 0, row.text(6), row.integer(7) != 0,
          row.integer(8)};
}

Error gone() {
  return {Kind::try_again, "the upload is not there any more", "run the same command again"};
}

// Changes whenever the file is written to.
std::string state_of(const std::filesystem::path& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) throw gone();
    throw errors::from_errno(errno, "open", path.string());
  }
  return fmt::format("{}:{}:{}.{:09}", status.st_ino, status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec);
}

void make_empty(const std::filesystem::path& path) {
  const files::FileHandle file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) throw errors::from_errno(errno, "create", path.string());
}

}  // namespace

Uploads::Uploads(Database& database, Layout layout, Clock clock, Presence& presence)
    : database_(database), layout_(std::move(layout)), clock_(std::move(clock)), presence_(presence) {}

bool Uploads::is_busy(const Upload& upload) const {
  if (is_locked(file(upload))) return true;
  if (presence_.is(upload.owner)) return false;
  return clock_() - upload.touched < k_silent_seconds && lives(layout_, upload.owner);
}

std::optional<Upload> Uploads::take_left(const std::string& user, const std::string& name,
                                         std::uint64_t bytes, const std::string& sha256, UploadLife life) {
  std::vector<Upload> found;
  {
    Statement query(
        database_,
        fmt::format(
            "{} WHERE user = ? AND name = ? AND bytes = ? AND (sha256 = ? OR (? = '' AND (complete = 0 OR "
            "owner NOT IN ('', ?)))) ORDER BY touched DESC",
            k_columns),
        user, name, bytes, sha256, sha256, presence_.id());
    while (query.step()) found.push_back(upload_of(query));
  }
  for (Upload& left : found) {
    if (is_busy(left) || !std::filesystem::exists(file(left))) continue;
    left.owner = presence_.id();
    left.fleeting = life == UploadLife::connection;
    left.touched = clock_();
    Statement(database_, "UPDATE uploads SET owner = ?, fleeting = ?, touched = ? WHERE id = ?", left.owner,
              left.fleeting ? 1 : 0, left.touched, left.id)
        .run();
    return std::move(left);
  }
  return std::nullopt;
}

Upload Uploads::open(const std::string& user, const std::string& name, std::uint64_t bytes,
                     const std::string& sha256, std::uint64_t most, UploadLife life) {
  // Before the transaction, which is to be short.
  presence_.id();
  {
    Transaction transaction(database_);
    if (auto left = take_left(user, name, bytes, sha256, life)) {
      transaction.commit();
      return *std::move(left);
    }
  }
  return create(user, name, bytes, sha256, most, life);
}

Upload Uploads::create(const std::string& user, const std::string& name, std::uint64_t bytes,
                       const std::string& sha256, std::uint64_t most, UploadLife life) {
  Upload upload{secrets::random_hex(k_id_bytes), user,    name, bytes, sha256, false, presence_.id(),
                life == UploadLife::connection,  clock_()};
  {
    Transaction transaction(database_);
    check_room(user, most);
    if (admission_) admission_(user, bytes);
    Statement(database_,
              "INSERT INTO uploads(id, user, name, bytes, sha256, owner, fleeting, touched) "
              "VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
              upload.id, user, name, bytes, sha256, upload.owner, upload.fleeting ? 1 : 0, upload.touched)
        .run();
    transaction.commit();
  }
  failpoints::failpoint("upload: it has a row, and no folder");
  // The row first: a folder without one is taken for a leftover.
  try {
    files::make_private_folder(layout_.upload(user, upload.id));
    make_empty(file(upload));
  } catch (...) {
    remove(upload);
    throw;
  }
  return upload;
}

void Uploads::check_room(const std::string& user, std::uint64_t most) {
  Statement count(database_, "SELECT count(*) FROM uploads WHERE user = ?", user);
  count.step();
  if (static_cast<std::uint64_t>(count.integer(0)) < most) return;
  throw Error(Kind::cannot_create, fmt::format("the inbox holds {} files already", most),
              "train on some of them with 'fit inbox:NAME', or wait: unused ones go after a day");
}

Upload Uploads::require(const std::string& user, const std::string& id) {
  Statement query(database_, fmt::format("{} WHERE user = ? AND id = ?", k_columns), user, id);
  if (query.step()) return upload_of(query);
  throw Error(Kind::try_again, fmt::format("there is no upload {} any more", errors::quoted(id)),
              "run the same command again: it sends the file again");
}

Upload Uploads::require_named(const std::string& user, const std::string& name) {
  std::vector<std::string> names;
  for (Upload& upload : complete_ones(user)) {
    if (upload.name == name) return std::move(upload);
    names.push_back(std::move(upload.name));
  }
  throw Error(Kind::no_input, fmt::format("there is no file {} in the inbox", errors::quoted(name)),
              names.empty() ? "send it first: 'scp -O FILE HOST:'" : errors::suggestion(name, names));
}

std::vector<Upload> Uploads::all(std::string_view condition, std::string_view value) {
  std::vector<Upload> found;
  Statement query(database_, fmt::format("{} WHERE {} ORDER BY touched DESC", k_columns, condition), value);
  while (query.step()) found.push_back(upload_of(query));
  return found;
}

std::vector<Upload> Uploads::list(const std::string& user) {
  return all("user = ?", user);
}

std::vector<Upload> Uploads::complete_ones(const std::string& user) {
  std::vector<Upload> found = all("user = ? AND complete = 1", user);
  found.erase(
      std::remove_if(found.begin(), found.end(), [&](const Upload& upload) { return is_busy(upload); }),
      found.end());
  return found;
}

std::filesystem::path Uploads::file(const Upload& upload) const {
  return layout_.upload(upload.user, upload.id) / k_table_file;
}

std::uint64_t Uploads::bytes_on_disk(const Upload& upload) const {
  struct stat status {};
  const std::string path = file(upload).string();
  if (lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) throw gone();
    throw errors::from_errno(errno, "open", path);
  }
  return static_cast<std::uint64_t>(status.st_size);
}

void Uploads::note_received(const Upload& upload, const std::string& sha256) {
  Statement(database_, "UPDATE uploads SET received = ? WHERE id = ?",
            fmt::format("{} {}", state_of(file(upload)), sha256), upload.id)
      .run();
}

void Uploads::touch(const Upload& upload) {
  Statement(database_, "UPDATE uploads SET touched = ? WHERE id = ?", clock_(), upload.id).run();
}

std::string Uploads::sha256(const Upload& upload) const {
  const std::filesystem::path path = file(upload);
  const std::string state = state_of(path) + " ";
  {
    Statement query(database_, "SELECT received FROM uploads WHERE id = ?", upload.id);
    const std::string noted = query.step() ? query.text(0) : std::string();
    if (noted.starts_with(state)) return noted.substr(state.size());
  }
  return files::sha256_of_file(path);
}

void Uploads::reopen(const Upload& upload) {
  Statement(database_, "UPDATE uploads SET complete = 0, touched = ? WHERE id = ?", clock_(), upload.id)
      .run();
}

void Uploads::close(const Upload& upload, const std::string& sha256) {
  const bool same = sha256 == upload.sha256;
  if (!same) make_empty(file(upload));
  failpoints::failpoint("upload: compared, and not complete in the database");
  Statement(database_, "UPDATE uploads SET complete = ?, sha256 = ?, touched = ? WHERE id = ?", same ? 1 : 0,
            upload.sha256, clock_(), upload.id)
      .run();
  if (database_.changes() == 0) throw gone();
}

void Uploads::adopt(const Upload& upload, const std::string& sha256) {
  for (const Upload& earlier : complete_ones(upload.user)) {
    if (earlier.name == upload.name) remove(earlier);
  }
  Statement(database_,
            "UPDATE uploads SET complete = 1, fleeting = 0, owner = '', sha256 = ?, touched = ? WHERE id = ?",
            sha256, clock_(), upload.id)
      .run();
  if (database_.changes() == 0) throw gone();
}

void Uploads::remove(const Upload& upload) {
  put_aside(layout_, layout_.upload(upload.user, upload.id));
  failpoints::failpoint("upload: it has a row, and its folder is put aside");
  forget(upload);
  empty_bin(layout_);
}

void Uploads::remove_fleeting(const std::string& owner) {
  for (const Upload& upload : all("fleeting = 1 AND owner = ?", owner)) remove(upload);
}

void Uploads::forget(const Upload& upload) {
  Statement(database_, "DELETE FROM uploads WHERE id = ?", upload.id).run();
}

bool Uploads::is_left(const Upload& upload) const {
  if (lives(layout_, upload.owner) || is_locked(file(upload))) return false;
  return upload.fleeting || upload.touched < clock_() - k_kept_seconds ||
         !std::filesystem::exists(layout_.upload(upload.user, upload.id));
}

bool Uploads::is_job(const Upload& upload) {
  return Statement(database_, "SELECT 1 FROM jobs WHERE id = ?", upload.id).step();
}

// What is left may have been taken up meanwhile: looked at once more where nobody else can write.
bool Uploads::reap(const Upload& upload) {
  Transaction transaction(database_);
  const std::vector<Upload> found = all("id = ?", upload.id);
  if (found.empty() || !is_left(found.front())) return false;
  const auto folder = layout_.upload(upload.user, upload.id);
  // A folder that was to become a job's, while the row of that job was never written.
  if (const auto moved = layout_.job(upload.id); std::filesystem::exists(moved) && !is_job(upload))
    std::filesystem::rename(moved, folder);
  const bool goes = is_left(found.front());
  if (goes) {
    put_aside(layout_, folder);
    forget(upload);
  }
  transaction.commit();
  return goes;
}

std::size_t Uploads::reap_folders() {
  const auto has_row = [&](const std::string& id) {
    return Statement(database_, "SELECT 1 FROM uploads WHERE id = ?", id).step();
  };
  std::vector<std::filesystem::path> strange;
  std::error_code nothing;
  for (const auto& inbox : std::filesystem::directory_iterator(layout_.inboxes(), nothing)) {
    for (const auto& entry : std::filesystem::directory_iterator(inbox.path(), nothing)) {
      if (!has_row(entry.path().filename())) strange.push_back(entry.path());
    }
  }
  for (const auto& folder : strange) {
    Transaction transaction(database_);
    if (!has_row(folder.filename())) put_aside(layout_, folder);
    transaction.commit();
  }
  return strange.size();
}

std::size_t Uploads::reap() {
  std::size_t count = 0;
  for (const Upload& upload : all("? = ''", "")) {
    if (is_left(upload) && reap(upload)) ++count;
  }
  count += reap_folders();
  sweep_presences(layout_);
  empty_bin(layout_);
  return count;
}

}  // namespace ctgan::server::store
