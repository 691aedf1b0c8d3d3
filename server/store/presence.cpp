#include "server/store/presence.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "common/secrets/secret.h"

namespace ctgan::server::store {
namespace {

using files::FileHandle;
using nlohmann::json;

constexpr std::size_t k_id_bytes = 16;

bool lock(const FileHandle& file, int how) {
  while (flock(file.get(), how) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) throw errors::from_errno(errno, "lock", "a file of the store");
  }
  return true;
}

// Empty when it is not there.
FileHandle open_there(const std::filesystem::path& path) {
  FileHandle file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!file && errno != ENOENT) throw errors::from_errno(errno, "open", path.string());
  return file;
}

// One write of a whole line: whoever reads meanwhile sees all of it, or leaves a line without an end out.
void append_line(const FileHandle& file, const std::filesystem::path& path, const json& line) {
  const std::string text = line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  const ssize_t put = ::write(file.get(), text.data(), text.size());
  if (put != static_cast<ssize_t>(text.size()))
    throw errors::from_errno(put < 0 ? errno : ENOSPC, "write", path.string());
}

// The newest line that has that key; null where none has.
json newest(const std::filesystem::path& path, const char* key) {
  json found;
  try {
    std::istringstream lines(files::read_file(path));
    for (std::string line; std::getline(lines, line) && !lines.eof();) {
      const json parsed = json::parse(line, nullptr, false);
      if (parsed.is_object() && parsed.contains(key)) found = parsed[key];
    }
  } catch (const errors::Error&) {
    // It has gone meanwhile.
  }
  return found;
}

json to_json(const Caller& caller) {
  return {{"user", caller.user},       {"login", caller.login}, {"from", caller.from},
          {"key", caller.key},         {"what", caller.what},   {"parent", caller.parent},
          {"process", caller.process}, {"since", caller.since}};
}

// Fields that a version of before or after has not are empty.
Caller caller_of(const json& line) {
  const auto text = [&line](const char* key) {
    const auto found = line.find(key);
    return found != line.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  Caller caller{text("user"), text("login"),  text("from"),    text("key"),
                text("what"), text("parent"), text("process"), 0};
  const auto since = line.find("since");
  if (since != line.end() && since->is_number_integer()) caller.since = since->get<std::time_t>();
  return caller;
}

}  // namespace

Presence::Presence(Layout layout) : layout_(std::move(layout)) {}

const std::string& Presence::id() {
  if (file_) return id_;
  files::make_private_folder(layout_.connections());
  // A sweeper may take the new file for a dead one's before it is locked.
  struct stat status {};
  FileHandle file;
  do {
    id_ = secrets::random_hex(k_id_bytes);
    const auto path = layout_.connections() / id_;
    file = FileHandle(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file) throw errors::from_errno(errno, "create", path.string());
    lock(file, LOCK_EX);
    if (fstat(file.get(), &status) != 0) throw errors::from_errno(errno, "read", path.string());
  } while (status.st_nlink == 0);
  file_ = std::move(file);
  return id_;
}

Presence::~Presence() {
  if (file_) ::unlink((layout_.connections() / id_).c_str());
}

void Presence::introduce(const Caller& caller) {
  const auto path = layout_.connections() / id();
  append_line(file_, path, {{"caller", to_json(caller)}});
}

bool is_locked(const std::filesystem::path& path) {
  const FileHandle file = open_there(path);
  return file && !lock(file, LOCK_SH | LOCK_NB);
}

bool lives(const Layout& layout, const std::string& id) {
  return !id.empty() && is_locked(layout.connections() / id);
}

std::vector<LivingCaller> living_callers(const Layout& layout) {
  std::vector<LivingCaller> found;
  std::error_code nothing;
  for (const auto& entry : std::filesystem::directory_iterator(layout.connections(), nothing)) {
    if (!is_locked(entry.path())) continue;
    const json caller = newest(entry.path(), "caller");
    if (caller.is_object()) found.push_back({entry.path().filename().string(), caller_of(caller)});
  }
  return found;
}

void leave_word(const Layout& layout, const std::string& id, const errors::Error& word) {
  const auto path = layout.connections() / id;
  const FileHandle file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW));
  if (!file && errno == ENOENT) return;
  if (!file) throw errors::from_errno(errno, "open", path.string());
  append_line(file, path, {{"end", errors::to_json(word)}});
}

std::optional<errors::Error> word_left(const Layout& layout, const std::string& id) {
  const json word = id.empty() ? json() : newest(layout.connections() / id, "end");
  if (!word.is_object()) return std::nullopt;
  return errors::from_json(word);
}

void sweep_presences(const Layout& layout) {
  std::error_code nothing;
  for (const auto& entry : std::filesystem::directory_iterator(layout.connections(), nothing)) {
    const FileHandle file = open_there(entry.path());
    if (file && lock(file, LOCK_EX | LOCK_NB)) ::unlink(entry.path().c_str());
  }
}

}  // namespace ctgan::server::store
