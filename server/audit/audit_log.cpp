#include "server/audit/audit_log.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "common/files/file.h"

namespace ctgan::server::audit {
namespace {

using errors::Error;
using errors::Kind;
using files::FileHandle;
using Json = nlohmann::ordered_json;

constexpr const char* k_time = "%Y-%m-%dT%H:%M:%SZ";

std::string shown(const std::string& text) {
  constexpr std::size_t k_most = 300;
  return errors::visible(text.substr(0, k_most));
}

std::time_t time_of(const std::string& text) {
  std::tm parts{};
  return strptime(text.c_str(), k_time, &parts) == nullptr ? 0 : timegm(&parts);
}

std::optional<Entry> entry_of(const std::string& line) {
  const Json value = Json::parse(line, nullptr, false);
  if (!value.is_object()) return std::nullopt;
  const auto text = [&value](const char* key) {
    const auto found = value.find(key);
    return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  Entry entry;
  entry.time = time_of(text("time"));
  entry.origin = {text("user"), text("from"), text("key")};
  entry.what = text("what");
  entry.subject = text("subject");
  if (const auto bytes = value.find("bytes"); bytes != value.end() && bytes->is_number_unsigned())
    entry.bytes = bytes->get<std::uint64_t>();
  entry.result = text("result");
  if (const auto code = value.find("code"); code != value.end() && code->is_number_integer())
    entry.code = code->get<int>();
  if (entry.what.empty()) return std::nullopt;
  return entry;
}

FileHandle opened(const std::filesystem::path& path, int flags) {
  FileHandle file(::open(path.c_str(), flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) throw errors::from_errno(errno, "open", path.string());
  return file;
}

// Let go of when it is closed.
FileHandle locked(const std::filesystem::path& path, int how) {
  constexpr std::chrono::seconds k_patience{5};
  FileHandle file = opened(path, O_RDWR);
  const auto deadline = std::chrono::steady_clock::now() + k_patience;
  while (flock(file.get(), how | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) throw errors::from_errno(errno, "lock", path.string());
    if (std::chrono::steady_clock::now() > deadline)
      throw Error(Kind::try_again, "the audit log is held by another process", "try again in a minute");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return file;
}

std::filesystem::path lock_of(const std::filesystem::path& file) {
  return file.parent_path() / (file.stem().string() + ".lock");
}

std::uint64_t size_of(const FileHandle& file, const std::filesystem::path& path) {
  struct stat status {};
  if (fstat(file.get(), &status) != 0) throw errors::from_errno(errno, "read", path.string());
  return static_cast<std::uint64_t>(status.st_size);
}

// A power cut may have left a line without its end: the next one begins behind an end of its own.
bool ends_within_a_line(const FileHandle& file, std::uint64_t size) {
  char last = '\n';
  return size > 0 && pread(file.get(), &last, 1, static_cast<off_t>(size - 1)) == 1 && last != '\n';
}

}  // namespace

std::string line_of(const Entry& entry) {
  Json line{{"time", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(entry.time))},
            {"user", shown(entry.origin.user)}};
  const auto add = [&line](const char* key, const std::string& text) {
    if (!text.empty()) line[key] = shown(text);
  };
  add("from", entry.origin.from);
  add("key", entry.origin.key);
  add("what", entry.what);
  add("subject", entry.subject);
  if (entry.bytes) line["bytes"] = *entry.bytes;
  add("result", entry.result);
  if (entry.code != 0) line["code"] = entry.code;
  return line.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

void AuditLog::append(const Entry& entry) const {
  std::string line = line_of(entry);
  const FileHandle lock = locked(lock_of(file_), LOCK_EX);
  FileHandle file = opened(file_, O_RDWR | O_APPEND);
  std::uint64_t size = size_of(file, file_);
  if (size > 0 && size + line.size() > rotation_.bytes) {
    rotate();
    file = opened(file_, O_RDWR | O_APPEND);
    size = size_of(file, file_);
  }
  if (ends_within_a_line(file, size)) line.insert(line.begin(), '\n');
  const ssize_t put = ::write(file.get(), line.data(), line.size());
  if (put == static_cast<ssize_t>(line.size())) return;
  const int number = put < 0 ? errno : ENOSPC;
  if (ftruncate(file.get(), static_cast<off_t>(size)) != 0) {
    // The next line begins with an end.
  }
  throw errors::from_errno(number, "write", file_.string());
}

std::filesystem::path AuditLog::put_aside(std::uint64_t number) const {
  return file_.string() + fmt::format(".{}", number);
}

void AuditLog::rotate() const {
  for (std::uint64_t number = rotation_.files; number > 0; --number) {
    const std::filesystem::path from = number == 1 ? file_ : put_aside(number - 1);
    if (std::rename(from.c_str(), put_aside(number).c_str()) != 0 && errno != ENOENT)
      throw errors::from_errno(errno, "rename", from.string());
  }
}

void AuditLog::read(const std::function<void(const Entry&)>& take) const {
  std::vector<std::ifstream> files;
  if (std::filesystem::exists(file_)) {
    // Opened while nobody renames them; what is appended later may be read or not.
    const FileHandle lock = locked(lock_of(file_), LOCK_SH);
    for (std::uint64_t number = 1; std::filesystem::exists(put_aside(number)); ++number)
      files.emplace_back(put_aside(number));
    std::reverse(files.begin(), files.end());
    files.emplace_back(file_);
  }
  for (std::ifstream& file : files) {
    for (std::string line; std::getline(file, line);)
      if (const auto entry = entry_of(line)) take(*entry);
  }
}

}  // namespace ctgan::server::audit
