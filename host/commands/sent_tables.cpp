#include "host/commands/sent_tables.h"

#include <chrono>
#include <vector>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/settings/settings_file.h"

namespace ctgan::host::commands {
namespace {

namespace fs = std::filesystem;

// A job's id comes from a server: a path is built from nothing else.
bool is_id(const std::string& job) {
  return job.size() == 32 && job.find_first_not_of("0123456789abcdef") == std::string::npos;
}

fs::path tables_folder() {
  return ctgan::settings::state_folder() / "tables";
}

void remove_old(const fs::path& folder) {
  const auto oldest = fs::file_time_type::clock::now() - std::chrono::hours(90 * 24);
  std::error_code ignored;
  std::vector<fs::path> old;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.last_write_time(ignored) < oldest) old.push_back(entry.path());
  for (const auto& path : old) fs::remove(path, ignored);
}

}  // namespace

void remember_table(const std::string& job, const fs::path& file) {
  if (!is_id(job)) return;
  try {
    files::make_private_folder(tables_folder());
    remove_old(tables_folder());
    files::write_file(tables_folder() / job, fs::absolute(file).string(),
                      files::AtomicFile::IfExists::replace);
  } catch (const std::exception&) {
    // The job is submitted all the same.
  }
}

std::optional<fs::path> remembered_table(const std::string& job) {
  if (!is_id(job)) return std::nullopt;
  try {
    return files::read_file(tables_folder() / job);
  } catch (const errors::Error&) {
    return std::nullopt;
  }
}

}  // namespace ctgan::host::commands
