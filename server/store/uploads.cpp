#include "server/store/uploads.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "common/secrets/secret.h"

namespace ctgan::server::store {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::int64_t k_kept_seconds = 24 * 3600;
constexpr std::size_t k_id_bytes = 16;
constexpr std::string_view k_columns = "SELECT id, user, name, bytes, sha256, complete FROM uploads";

Upload upload_of(const Statement& row) {
  return {row.text(0), row.text(1),        row.text(2), static_cast<std::uint64_t>(row.integer(3)),
          row.text(4), row.integer(5) != 0};
}

// Changes whenever the file is written to.
std::string state_of(const std::filesystem::path& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) throw errors::from_errno(errno, "open", path.string());
  return fmt::format("{}:{}:{}.{:09}", status.st_ino, status.st_size, status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec);
}

void make_empty(const std::filesystem::path& path) {
  const files::FileHandle file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) throw errors::from_errno(errno, "create", path.string());
}

}  // namespace

Uploads::Uploads(Database& database, Layout layout, Clock clock)
    : database_(database), layout_(std::move(layout)), clock_(std::move(clock)) {}

Upload Uploads::open(const std::string& user, const std::string& name, std::uint64_t bytes,
                     const std::string& sha256, std::uint64_t most) {
  {
    Statement query(
        database_,
        fmt::format(
            "{} WHERE user = ? AND name = ? AND bytes = ? AND (sha256 = ? OR (? = '' AND complete = 0))"
            " ORDER BY touched DESC",
            k_columns),
        user, name, bytes, sha256, sha256);
    while (query.step()) {
      Upload left = upload_of(query);
      if (std::filesystem::exists(file(left))) return left;
    }
  }
  return create(user, name, bytes, sha256, most);
}

Upload Uploads::create(const std::string& user, const std::string& name, std::uint64_t bytes,
                       const std::string& sha256, std::uint64_t most) {
  check_room(user, most);
  Upload upload{secrets::random_hex(k_id_bytes), user, name, bytes, sha256, false};
  files::make_private_folder(layout_.upload(user, upload.id));
  make_empty(file(upload));
  Statement(database_, "INSERT INTO uploads(id, user, name, bytes, sha256, touched) VALUES(?, ?, ?, ?, ?, ?)",
            upload.id, user, name, bytes, sha256, clock_())
      .run();
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
  throw Error(Kind::no_input, fmt::format("there is no upload {}", errors::quoted(id)),
              "send the file again");
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

std::vector<Upload> Uploads::complete_ones(const std::string& user) {
  std::vector<Upload> found;
  Statement query(database_,
                  fmt::format("{} WHERE user = ? AND complete = 1 ORDER BY touched DESC", k_columns), user);
  while (query.step()) found.push_back(upload_of(query));
  return found;
}

std::filesystem::path Uploads::file(const Upload& upload) const {
  return layout_.upload(upload.user, upload.id) / k_table_file;
}

std::uint64_t Uploads::bytes_on_disk(const Upload& upload) const {
  struct stat status {};
  const std::string path = file(upload).string();
  if (lstat(path.c_str(), &status) != 0) throw errors::from_errno(errno, "open", path);
  return static_cast<std::uint64_t>(status.st_size);
}

void Uploads::note_received(const Upload& upload, const std::string& sha256) {
  Statement(database_, "UPDATE uploads SET received = ? WHERE id = ?",
            fmt::format("{} {}", state_of(file(upload)), sha256), upload.id)
      .run();
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
  Statement(database_, "UPDATE uploads SET complete = ?, sha256 = ?, touched = ? WHERE id = ?", same ? 1 : 0,
            upload.sha256, clock_(), upload.id)
      .run();
}

void Uploads::adopt(const Upload& upload, const std::string& sha256) {
  for (const Upload& earlier : complete_ones(upload.user)) {
    if (earlier.name == upload.name) remove(earlier);
  }
  Statement(database_, "UPDATE uploads SET complete = 1, sha256 = ?, touched = ? WHERE id = ?", sha256,
            clock_(), upload.id)
      .run();
}

void Uploads::remove(const Upload& upload) {
  std::error_code ignored;
  std::filesystem::remove_all(layout_.upload(upload.user, upload.id), ignored);
  forget(upload);
}

void Uploads::forget(const Upload& upload) {
  Statement(database_, "DELETE FROM uploads WHERE id = ?", upload.id).run();
}

void Uploads::reap() {
  std::vector<Upload> old;
  {
    Statement query(database_, fmt::format("{} WHERE touched < ?", k_columns), clock_() - k_kept_seconds);
    while (query.step()) old.push_back(upload_of(query));
  }
  for (const Upload& upload : old) {
    // A folder that became a job's, while the row of that job was never written.
    Statement job(database_, "SELECT 1 FROM jobs WHERE id = ?", upload.id);
    std::error_code ignored;
    if (!job.step()) std::filesystem::remove_all(layout_.job(upload.id), ignored);
    remove(upload);
  }
}

}  // namespace ctgan::server::store
