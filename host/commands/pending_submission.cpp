#include "host/commands/pending_submission.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <vector>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/secrets/secret.h"
#include "common/settings/settings_file.h"

namespace ctgan::host::commands {
namespace {

using nlohmann::json;

// The same command at the same moment, from several terminals.
constexpr int k_most_alike = 100;
constexpr std::time_t k_kept_seconds = 24 * 60 * 60;
constexpr std::size_t k_id_bytes = 16;

files::FileHandle open_locked(const std::filesystem::path& path) {
  files::FileHandle file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  struct stat facts {};
  // Removed between opening and locking: no longer where others look.
  const bool mine = file && flock(file.get(), LOCK_EX | LOCK_NB) == 0 && fstat(file.get(), &facts) == 0 &&
                    facts.st_nlink > 0;
  return mine ? std::move(file) : files::FileHandle();
}

json read_record(int descriptor) {
  std::string text(1024, '\0');
  const ssize_t got = pread(descriptor, text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return json::parse(text, nullptr, false);
}

bool is_fresh(const json& record) {
  if (!record.is_object()) return false;
  const json id = record.value("request_id", json());
  const json created = record.value("created", json());
  const std::time_t now = std::time(nullptr);
  return id.is_string() && id.get_ref<const std::string&>().size() == 2 * k_id_bytes &&
         record.value("seed", json()).is_number_unsigned() && created.is_number_integer() && created <= now &&
         created > now - k_kept_seconds;
}

// What nobody came back to.
void remove_old(const std::filesystem::path& folder) {
  const auto oldest = std::filesystem::file_time_type::clock::now() - std::chrono::seconds(k_kept_seconds);
  std::error_code ignored;
  std::vector<std::filesystem::path> old;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
    if (entry.last_write_time(ignored) < oldest) old.push_back(entry.path());
  for (const auto& path : old) std::filesystem::remove(path, ignored);
}

bool write_record(int descriptor, const json& record) {
  const std::string text = record.dump() + "\n";
  return ftruncate(descriptor, 0) == 0 &&
         pwrite(descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
}

}  // namespace

std::filesystem::path submissions_folder() {
  try {
    return ctgan::settings::state_folder() / "submissions";
  } catch (const errors::Error&) {
    return {};
  }
}

PendingSubmission::PendingSubmission(const std::filesystem::path& folder, const json& what,
                                     std::uint64_t seed)
    : request_id_(secrets::random_hex(k_id_bytes)), seed_(seed) {
  std::error_code failed;
  if (!folder.empty()) std::filesystem::create_directories(folder, failed);
  if (failed || folder.empty()) return;
  remove_old(folder);
  const std::string key =
      files::sha256_of(what.dump(-1, ' ', false, json::error_handler_t::replace)).substr(0, 32);
  for (int i = 1; i <= k_most_alike; ++i)
    if (take(folder / fmt::format("{}-{}", key, i))) return;
}

bool PendingSubmission::take(const std::filesystem::path& path) {
  files::FileHandle file = open_locked(path);
  if (!file) return false;
  const json record = read_record(file.get());
  repeated_ = is_fresh(record);
  if (repeated_) {
    request_id_ = record.at("request_id");
    seed_ = record.at("seed");
  } else if (!write_record(file.get(),
                           {{"request_id", request_id_}, {"seed", seed_}, {"created", std::time(nullptr)}})) {
    return false;
  }
  path_ = path;
  file_ = std::move(file);
  return true;
}

void PendingSubmission::answered() {
  if (!file_) return;
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
  file_.close();
}

}  // namespace ctgan::host::commands
