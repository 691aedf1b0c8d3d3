#include "server/budgets/ledger_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "common/errors/error.h"
#include "common/failpoints/failpoint.h"
#include "common/files/file.h"

namespace ctgan::server::budgets {
namespace {

using errors::Error;
using errors::Kind;
using files::FileHandle;
using Json = nlohmann::ordered_json;

constexpr std::size_t k_most_bytes = std::size_t{1} << 30;
constexpr std::string_view k_backup = "a backup of ";

FileHandle opened(const std::filesystem::path& path, int flags) {
  FileHandle file(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) throw errors::from_errno(errno, "open", path.string());
  return file;
}

// No time of creation where the file system keeps none.
std::string identity_of(const FileHandle& file, const std::filesystem::path& path) {
  struct statx status {};
  if (statx(file.get(), "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &status) != 0)
    throw errors::from_errno(errno, "read", path.string());
  const bool timed = (status.stx_mask & STATX_BTIME) != 0;
  return fmt::format("{}:{}.{:09}", status.stx_ino, timed ? status.stx_btime.tv_sec : 0,
                     timed ? status.stx_btime.tv_nsec : 0U);
}

std::string head_line(const std::string& made_as) {
  return Json{{"ledger", 1}, {"made_as", made_as}}.dump() + "\n";
}

std::string lines_of(std::span<const Entry> entries) {
  std::string lines;
  for (const Entry& entry : entries) lines += line_of(entry);
  return lines;
}

Error damaged_at(const std::filesystem::path& path, std::size_t line) {
  return {Kind::bad_data,
          fmt::format("line {} of {} is no entry of a privacy ledger", line, errors::quoted(path.string()))};
}

// Empty for what is no head.
std::string made_as_of(const std::string& line) {
  const Json value = Json::parse(line, nullptr, false);
  const auto found = value.is_object() ? value.find("made_as") : value.end();
  return found != value.end() && found->is_string() ? found->get<std::string>() : "";
}

void write_durably(const FileHandle& file, const std::string& text, const std::filesystem::path& path) {
  const ssize_t put = ::write(file.get(), text.data(), text.size());
  if (put != static_cast<ssize_t>(text.size()))
    throw errors::from_errno(put < 0 ? errno : ENOSPC, "write", path.string());
  if (fsync(file.get()) != 0) throw errors::from_errno(errno, "write", path.string());
}

}  // namespace

LedgerContent LedgerFile::read() const {
  LedgerContent content;
  content.exists = std::filesystem::exists(path_);
  if (!content.exists) return content;
  const std::string text = files::read_file(path_, k_most_bytes);
  std::size_t number = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', end + 1)) {
    const std::string line = text.substr(content.whole_bytes, end - content.whole_bytes);
    content.whole_bytes = end + 1;
    if (++number > 1) {
      auto entry = entry_of_line(line);
      if (!entry) throw damaged_at(path_, number);
      content.entries.push_back(*std::move(entry));
      continue;
    }
    const std::string made_as = made_as_of(line);
    if (made_as.empty()) throw damaged_at(path_, number);
    if (made_as.starts_with(k_backup)) content.copy = made_as;
    if (!content.copy && made_as != identity_of(opened(path_, O_RDONLY), path_)) content.copy = "copied";
  }
  // Killed before its head was whole, it never was a ledger.
  content.exists = number > 0;
  return content;
}

void LedgerFile::append(std::span<const Entry> entries) const {
  const LedgerContent content = read();
  if (!content.exists) return replace(entries);
  const FileHandle file = opened(path_, O_RDWR | O_APPEND);
  if (ftruncate(file.get(), static_cast<off_t>(content.whole_bytes)) != 0)
    throw errors::from_errno(errno, "write", path_.string());
  try {
    write_durably(file, lines_of(entries), path_);
  } catch (const Error&) {
    // Where that fails, too, they count as spent.
    [[maybe_unused]] const int ignored = ftruncate(file.get(), static_cast<off_t>(content.whole_bytes));
    throw;
  }
  failpoints::failpoint("ledger: the file has the entries, the database not yet");
}

void LedgerFile::replace(std::span<const Entry> entries) const {
  write_anew(entries, std::nullopt);
  failpoints::failpoint("ledger: the file was made anew");
}

void LedgerFile::write_backup(std::span<const Entry> entries, const std::string& when) const {
  write_anew(entries, std::string(k_backup) + when);
}

// By one name, so that what a killed process left of it is written over.
void LedgerFile::write_anew(std::span<const Entry> entries, const std::optional<std::string>& origin) const {
  const auto part = path_.parent_path() / ("." + path_.filename().string() + ".new");
  std::error_code none;
  std::filesystem::remove(part, none);
  {
    const FileHandle file = opened(part, O_WRONLY | O_CREAT | O_EXCL);
    write_durably(file, head_line(origin ? *origin : identity_of(file, path_)) + lines_of(entries), path_);
  }
  failpoints::failpoint("ledger: the new file is written, the old one stands");
  if (std::rename(part.c_str(), path_.c_str()) != 0)
    throw errors::from_errno(errno, "rename", path_.string());
  files::sync_folder(path_.parent_path());
}

}  // namespace ctgan::server::budgets
